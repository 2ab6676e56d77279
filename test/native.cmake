# Everything native that only tests need, built when WSWRAP_TESTS is on. Each part keeps its own list in
# test/<part>/native.cmake; a C test is registered there with add_test and is then reported by name by `npm test`.
file(GLOB parts CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*/native.cmake)
foreach(part ${parts})
  include(${part})
endforeach()
