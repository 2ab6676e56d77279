#!/bin/sh
# Builds the fuzz targets and runs each for some seconds, one after the other: test/fuzz/run.sh [SECONDS [TARGET…]].
# What is new and interesting goes to build/fuzz/found; a failure leaves its input in build/fuzz and ends the script.
set -eu
cd "$(dirname "$0")/../.."
seconds=${1:-10}
[ $# -eq 0 ] || shift
build=build/fuzz
CC=clang CXX=clang++ cmake -S native -B "$build" -DWSWRAP_FUZZ=ON -DWSWRAP_TESTS=ON >/dev/null
targets=${*:-decode-base64 decode-binary decode-hixie encode handshake}
for target in $targets; do
  cmake --build "$build" --parallel 2 --target "fuzz-$target" >/dev/null
  found=$build/found/$target
  mkdir -p "$found"
  echo "fuzz-$target: $seconds seconds"
  "$build/test/fuzz/fuzz-$target" -max_total_time="$seconds" -max_len=4096 -print_final_stats=1 \
    -artifact_prefix="$build/$target-" "$found" "test/fuzz/corpus/$target" 2>"$build/$target.log" ||
    { tail -40 "$build/$target.log"; exit 1; }
  grep -E 'number_of_executed_units|new_units_added' "$build/$target.log"
done
