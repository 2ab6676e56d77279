# The differential tester: a server that is put under comparison, and the client that is its other end.
find_package(Threads REQUIRED)

add_executable(differential-subject
  ${CMAKE_CURRENT_LIST_DIR}/actions-descriptor.c
  ${CMAKE_CURRENT_LIST_DIR}/actions-process.c
  ${CMAKE_CURRENT_LIST_DIR}/actions-read.c
  ${CMAKE_CURRENT_LIST_DIR}/actions-side.c
  ${CMAKE_CURRENT_LIST_DIR}/actions-stream.c
  ${CMAKE_CURRENT_LIST_DIR}/actions-transfer.c
  ${CMAKE_CURRENT_LIST_DIR}/actions-wait.c
  ${CMAKE_CURRENT_LIST_DIR}/actions-write.c
  ${CMAKE_CURRENT_LIST_DIR}/script.c
  ${CMAKE_CURRENT_LIST_DIR}/side.c
  ${CMAKE_CURRENT_LIST_DIR}/subject.c
  ${CMAKE_CURRENT_LIST_DIR}/transcript.c)
target_link_libraries(differential-subject PRIVATE Threads::Threads)

add_executable(differential-client
  ${CMAKE_CURRENT_LIST_DIR}/client.c
  ${CMAKE_CURRENT_LIST_DIR}/frames-in.c
  ${CMAKE_CURRENT_LIST_DIR}/frames-out.c
  ${CMAKE_CURRENT_LIST_DIR}/request.c)

add_executable(differential-churn ${CMAKE_CURRENT_LIST_DIR}/churn.c ${CMAKE_CURRENT_LIST_DIR}/request.c)

foreach(program differential-subject differential-client differential-churn)
  target_link_libraries(${program} PRIVATE ws_flags)
  target_compile_definitions(${program} PRIVATE _GNU_SOURCE)
  target_compile_options(${program} PRIVATE -O1 -g -Werror)
  set_target_properties(${program} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/test/differential)
endforeach()
