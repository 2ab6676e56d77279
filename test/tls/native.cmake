# What native/tls says of OpenSSL, held against its own headers by the compiler.
if(NOT OpenSSL_FOUND)
  return()
endif()
add_executable(tls-declarations ${CMAKE_CURRENT_LIST_DIR}/declarations.c)
target_link_libraries(tls-declarations PRIVATE ws_flags OpenSSL::SSL)
set_target_properties(tls-declarations PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/test/tls)
add_test(NAME tls/declarations COMMAND tls-declarations)
