# Everything native that only tests need, built when WSWRAP_TESTS is on. Each part keeps its own list in
# test/<part>/native.cmake; a C test is registered there with add_test and is then reported by name by `npm test`.

# Node brings OpenSSL along for the addon; test programs need one of their own (libssl-dev). Where it may not be missing, it is
# not passed over.
if(DEFINED ENV{CI})
  set(openssl_required REQUIRED)
endif()
find_package(OpenSSL 3 QUIET ${openssl_required} COMPONENTS SSL)

file(GLOB parts CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*/native.cmake)
foreach(part ${parts})
  include(${part})
endforeach()
