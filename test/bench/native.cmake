# Measurements, built by name only: cmake --build … --target bench-mask-base64. They mean something without sanitizers.
add_executable(bench-mask-base64 EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/mask-base64.c)
target_link_libraries(bench-mask-base64 PRIVATE ws_core ws_flags)

# Always built: a test asserts a loose bound on it.
add_executable(bench-hook-cost ${CMAKE_CURRENT_LIST_DIR}/hook-cost.c)
target_link_libraries(bench-hook-cost PRIVATE ws_flags)
target_compile_definitions(bench-hook-cost PRIVATE _GNU_SOURCE)
target_compile_options(bench-hook-cost PRIVATE -O2)

# What `npm run bench` and the tests here measure with: never with the sanitizers, which would be what is measured.
set(bench_core base64.c base64_x86.c mask.c mask_x86.c)
list(TRANSFORM bench_core PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/core/)
add_library(bench_wire STATIC ${bench_core} ${CMAKE_CURRENT_LIST_DIR}/stream.c ${CMAKE_CURRENT_LIST_DIR}/wire.c)
target_link_libraries(bench_wire PUBLIC ws_flags)

add_executable(bench-load
  ${CMAKE_CURRENT_LIST_DIR}/load.c
  ${CMAKE_CURRENT_LIST_DIR}/load-calls.c
  ${CMAKE_CURRENT_LIST_DIR}/load-link.c
  ${CMAKE_CURRENT_LIST_DIR}/load-stream.c)
target_link_libraries(bench-load PRIVATE bench_wire)
add_executable(bench-server ${CMAKE_CURRENT_LIST_DIR}/server.c)
target_link_libraries(bench-server PRIVATE bench_wire pthread)
add_executable(bench-bridge ${CMAKE_CURRENT_LIST_DIR}/bridge.c)
target_link_libraries(bench-bridge PRIVATE bench_wire)
add_executable(bench-rfb ${CMAKE_CURRENT_LIST_DIR}/rfb.c)
target_link_libraries(bench-rfb PRIVATE ws_flags)

add_custom_target(bench DEPENDS bench-bridge bench-hook-cost bench-load bench-rfb bench-server)
