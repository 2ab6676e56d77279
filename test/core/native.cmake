# Tests of the core: one program per source file, always with the sanitizers, and with the core compiled so, too. The
# guard pages behind their inputs work in any build.
set(core_tests
  decode-reach
  decode-vectors
  digest-vectors
  encode-random
  encode-vectors
  handshake-limits
  handshake-vectors
  mask-base64)

list(TRANSFORM core_sources PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ OUTPUT_VARIABLE core_files)
add_library(test_core STATIC ${core_files} ${CMAKE_CURRENT_LIST_DIR}/client.c ${CMAKE_CURRENT_LIST_DIR}/support.c)
target_link_libraries(test_core PUBLIC ws_flags)
target_compile_definitions(test_core PUBLIC WSWRAP_VECTORS="${CMAKE_CURRENT_LIST_DIR}/../vectors")
target_compile_options(test_core PUBLIC
  -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer -g -Werror)
target_link_options(test_core PUBLIC -fsanitize=address,undefined)

foreach(test ${core_tests})
  add_executable(core-${test} ${CMAKE_CURRENT_LIST_DIR}/${test}.c)
  target_link_libraries(core-${test} PRIVATE test_core)
  set_target_properties(core-${test} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/test/core)
  add_test(NAME core/${test} COMMAND core-${test})
endforeach()
