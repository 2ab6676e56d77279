# Recordings in C: what is written, and by several processes at a time. Always with the sanitizers.
list(TRANSFORM recording_sources PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ OUTPUT_VARIABLE recording_files)
add_executable(recording-write ${CMAKE_CURRENT_LIST_DIR}/write.c ${recording_files})
target_link_libraries(recording-write PRIVATE test_core)
set_target_properties(recording-write PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/test/recording)
add_test(NAME recording/write COMMAND recording-write)
