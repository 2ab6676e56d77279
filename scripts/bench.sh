#!/bin/sh
# Measures what the project costs, beside what one would use instead: npm run bench -- --help
set -eu
cd "$(dirname "$0")/.."

npm run --silent build
cmake -S native -B build/bench-native -DWSWRAP_TESTS=ON >build/bench.log || { cat build/bench.log; exit 1; }
cmake --build build/bench-native --parallel 2 --target bench >build/bench.log || { cat build/bench.log; exit 1; }
npx tsc -p test/bench/tsconfig.json

set -- node build/bench/bench/main.js "$@"
# In a network of its own where that is allowed: nobody else's packets, and a congestion control that does not pace. On
# loopback a pacing one such as BBR measures its own clock.
if unshare --net ip link set lo up 2>/dev/null; then
  export BENCH_OWN_NETWORK=1
  set -- unshare --net sh -c '
    ip link set lo up
    echo reno >/proc/sys/net/ipv4/tcp_congestion_control
    exec "$@"' sh "$@"
fi
exec "$@"
