# Plain TCP servers that the end-to-end tests put under wswrap: one program per source file, in test/servers of the build.

find_package(Threads REQUIRED)

set(test_servers
  accept_fails
  cancelled
  echo_blocking
  echo_calls
  echo_dup
  echo_edge
  echo_signal
  promised
  echo_epoll
  echo_exec
  echo_forgotten
  echo_fork
  echo_fortified
  echo_killed
  echo_passed
  echo_poll
  echo_ports
  echo_select
  echo_stdio
  echo_thread
  flooded
  fork_fails
  forks
  habits
  half_close
  inherited
  interrupted
  last_holder
  lines_stdio
  lowat
  restless
  ring
  sandboxed
  signal_writes
  speaks_first
  two_readers)

add_library(test_server STATIC
  ${CMAKE_CURRENT_LIST_DIR}/guarded.c
  ${CMAKE_CURRENT_LIST_DIR}/passing.c
  ${CMAKE_CURRENT_LIST_DIR}/server.c)
foreach(server ${test_servers})
  add_executable(${server} ${CMAKE_CURRENT_LIST_DIR}/${server}.c)
  target_link_libraries(${server} PRIVATE test_server Threads::Threads)
  set_target_properties(${server} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/test/servers)
endforeach()
foreach(target ${test_servers} test_server)
  target_link_libraries(${target} PRIVATE ws_flags)
  target_compile_definitions(${target} PRIVATE _GNU_SOURCE)
  target_compile_options(${target} PRIVATE -O1 -g -Werror)
endforeach()

# Only with this do the compiler's checked forms (__read_chk and its like) come in.
target_compile_options(echo_fortified PRIVATE -O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)

# AddressSanitizer in the server, whose own hooks then lie beneath those of libwswrap.so.
foreach(server echo_calls echo_thread echo_edge echo_fork)
  set(sources ${server}.c guarded.c server.c)
  list(TRANSFORM sources PREPEND ${CMAKE_CURRENT_LIST_DIR}/)
  add_executable(${server}_asan ${sources})
  target_link_libraries(${server}_asan PRIVATE Threads::Threads ws_flags)
  target_compile_definitions(${server}_asan PRIVATE _GNU_SOURCE)
  target_compile_options(${server}_asan PRIVATE -O1 -g -Werror -fsanitize=address,undefined -fno-sanitize-recover=undefined)
  target_link_options(${server}_asan PRIVATE -fsanitize=address,undefined)
  set_target_properties(${server}_asan PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/test/servers)
endforeach()

# Programs that no library can be loaded into.
foreach(name lines_stdio copy)
  add_executable(${name}_static ${CMAKE_CURRENT_LIST_DIR}/${name}.c)
  target_link_options(${name}_static PRIVATE -static)
  target_compile_definitions(${name}_static PRIVATE _GNU_SOURCE)
  set_target_properties(${name}_static PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/test/servers)
endforeach()

# A library with a constructor, for a program that is linked with it and to be preloaded into others.
add_library(early_library SHARED ${CMAKE_CURRENT_LIST_DIR}/early_library.c)
add_executable(echo_early ${CMAKE_CURRENT_LIST_DIR}/echo_early.c)
target_link_libraries(echo_early PRIVATE test_server early_library)

# A library that lies beneath libwswrap.so, since a program is linked with it.
add_library(pausing_library SHARED ${CMAKE_CURRENT_LIST_DIR}/pausing_library.c)
add_executable(paused ${CMAKE_CURRENT_LIST_DIR}/paused.c)
target_link_libraries(paused PRIVATE test_server pausing_library Threads::Threads)
set_target_properties(early_library pausing_library PROPERTIES C_VISIBILITY_PRESET default)
foreach(target early_library echo_early pausing_library paused)
  target_link_libraries(${target} PRIVATE ws_flags)
  target_compile_definitions(${target} PRIVATE _GNU_SOURCE)
  target_compile_options(${target} PRIVATE -O1 -g -Werror)
  set_target_properties(${target} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/test/servers
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/test/servers)
endforeach()

# One for each event library that Debian has. Without the library its test is skipped, and says so.
function(server_with_library server library sources)
  find_library(found_${library} ${library})
  if(NOT found_${library})
    return()
  endif()
  add_executable(${server} ${CMAKE_CURRENT_LIST_DIR}/${sources})
  target_link_libraries(${server} PRIVATE test_server ws_flags ${found_${library}})
  target_compile_definitions(${server} PRIVATE _GNU_SOURCE ${ARGN})
  target_compile_options(${server} PRIVATE -O1 -g -Werror)
  set_target_properties(${server} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/test/servers)
endfunction()
server_with_library(echo_libev ev echo_libev.c)
server_with_library(echo_libevent event echo_libevent.c)
server_with_library(echo_libuv uv echo_libuv.c)
server_with_library(ring_library uring ring.c WITH_LIBURING)

# C++'s streams, on C's buffers and on their own.
foreach(program iostreams iostreams_own)
  add_executable(${program} ${CMAKE_CURRENT_LIST_DIR}/iostreams.cc)
  target_link_libraries(${program} PRIVATE ws_flags)
  target_compile_options(${program} PRIVATE -O1 -g -Werror)
  set_target_properties(${program} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/test/servers)
endforeach()
target_compile_definitions(iostreams_own PRIVATE OWN_BUFFERS)
