# Fuzz targets, one program per source file. They need clang: test/fuzz/run.sh configures a build of its own.
if(WSWRAP_FUZZ)
  set(fuzz_targets
    decode-base64
    decode-binary
    decode-hixie
    encode
    handshake)
  list(TRANSFORM core_sources PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ OUTPUT_VARIABLE core_files)
  add_library(fuzz_core STATIC ${core_files})
  target_link_libraries(fuzz_core PUBLIC ws_flags)
  target_compile_options(fuzz_core PUBLIC
    -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -g -Werror)
  foreach(target ${fuzz_targets})
    add_executable(fuzz-${target} ${CMAKE_CURRENT_LIST_DIR}/${target}.c)
    target_link_libraries(fuzz-${target} PRIVATE fuzz_core)
    target_link_options(fuzz-${target} PRIVATE -fsanitize=fuzzer,address,undefined)
    set_target_properties(fuzz-${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/test/fuzz)
  endforeach()
endif()
