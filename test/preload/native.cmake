# The interposer's locking under ThreadSanitizer. Everything but the exported functions is compiled anew with it; those would
# take the place of the sanitizer's own. Without randomized addresses, which the sanitizer of gcc 12 does not always survive.
find_package(Threads REQUIRED)
set(threads_sources ${core_sources} ${net_sources} ${state_sources} ${preload_sources})
list(FILTER threads_sources EXCLUDE REGEX hooks-)
list(TRANSFORM threads_sources PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
add_executable(preload-threads ${CMAKE_CURRENT_LIST_DIR}/threads.c ${CMAKE_CURRENT_LIST_DIR}/connection.c
  ${threads_sources})
target_link_libraries(preload-threads PRIVATE ws_flags Threads::Threads)
target_compile_options(preload-threads PRIVATE -fsanitize=thread -g -O1 -Wno-error=tsan)
target_link_options(preload-threads PRIVATE -fsanitize=thread)
set_target_properties(preload-threads PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/test/preload)
add_test(NAME preload/threads COMMAND setarch -R $<TARGET_FILE:preload-threads>)

# What a program in which the library stands cannot tell.
foreach(name crowded jumps leaving)
  add_executable(preload-${name} ${CMAKE_CURRENT_LIST_DIR}/${name}.c ${CMAKE_CURRENT_LIST_DIR}/connection.c
    ${CMAKE_CURRENT_LIST_DIR}/holding.c ${threads_sources})
  target_link_libraries(preload-${name} PRIVATE ws_flags Threads::Threads)
  set_target_properties(preload-${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/test/preload)
  add_test(NAME preload/${name} COMMAND preload-${name})
endforeach()
