#!/bin/sh
# Formatters and linters of both languages; any warning fails. Needs clang-format and clang-tidy of Debian 12.
set -eu
cd "$(dirname "$0")/.."

npx biome ci --error-on-warnings .
npx tsc

sources=$(git ls-files 'native/*.[ch]' 'native/*.cc' 'test/*.[ch]')
# shellcheck disable=SC2086 # a list of words
clang-format --dry-run --Werror $sources

includes=$(npx cmake-js print-cmakejs-include --directory native --log-level error)
cmake -S native -B build/dev -DWSWRAP_DEV=ON -DCMAKE_JS_INC="$includes" >build/dev.log || { cat build/dev.log; exit 1; }
cmake --build build/dev --parallel 2 -- --quiet
# shellcheck disable=SC2046
clang-tidy --quiet -p build/dev $(git ls-files 'native/*.c')
