# The pump without JavaScript. The sources are compiled anew, with the sanitizer that each test needs.
find_package(Threads REQUIRED)
if(NOT OpenSSL_FOUND)
  return()
endif()
set(pump_files ${core_sources} ${net_sources} ${recording_sources} ${tls_sources} ${pump_sources})
list(TRANSFORM pump_files PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)

foreach(sanitizer address thread)
  add_library(test_pump_${sanitizer} STATIC ${pump_files} ${CMAKE_CURRENT_LIST_DIR}/harness.c
    ${CMAKE_CURRENT_LIST_DIR}/secure-pump.c ${CMAKE_CURRENT_LIST_DIR}/tls-peer.c)
  target_link_libraries(test_pump_${sanitizer} PUBLIC ws_flags OpenSSL::SSL Threads::Threads)
  target_compile_options(test_pump_${sanitizer} PUBLIC -fsanitize=${sanitizer} -fno-omit-frame-pointer -g -O1)
  target_link_options(test_pump_${sanitizer} PUBLIC -fsanitize=${sanitizer})
endforeach()

function(pump_test name sanitizer)
  add_executable(pump-${name} ${CMAKE_CURRENT_LIST_DIR}/${name}.c)
  target_link_libraries(pump-${name} PRIVATE test_pump_${sanitizer})
  set_target_properties(pump-${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/test/pump)
  add_test(NAME pump/${name} COMMAND ${ARGN} $<TARGET_FILE:pump-${name}>)
endfunction()

pump_test(midstream address)
pump_test(shared-sockets address)
pump_test(no-descriptors address)
pump_test(failed-join address)
pump_test(tls address)
pump_test(tls-limits address)
pump_test(tls-target address)
# Without randomized addresses, which this sanitizer of gcc 12 does not always survive.
pump_test(threads thread setarch -R)
