# Measurements, built by name only: cmake --build … --target bench-mask-base64. They mean something without sanitizers.
add_executable(bench-mask-base64 EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/mask-base64.c)
target_link_libraries(bench-mask-base64 PRIVATE ws_core ws_flags)
