#!/bin/sh
# Runs random scripts of a server against a plain TCP client and, under wswrap, against WebSocket clients, and compares
# what the server sees:
#
#   test/differential/run.sh [--seed FIRST] [--count N] [--dialect binary|base64|hixie76|hixie75] [-v]
#
# Without --dialect all four. Prints the first difference with the command that shows it again, both transcripts of its
# seed side by side, and ends with status 1. -v prints the transcripts of all seeds side by side.
set -eu
cd "$(dirname "$0")/../.."
first=1 count=1 dialects='binary base64 hixie76 hixie75' verbose=
while [ $# -gt 0 ]; do
  case $1 in
    --seed) first=$2; shift 2 ;;
    --count) count=$2; shift 2 ;;
    --dialect) dialects=$2; shift 2 ;;
    -v) verbose=1; shift ;;
    *) sed -n '2,8p' "$0" >&2; exit 2 ;;
  esac
done

programs=${DIFFERENTIAL_PROGRAMS:-build/tests/test/differential}
here=$(mktemp -d "${TMPDIR:-/tmp}/differential.XXXXXX")
clients=
trap '[ -z "$clients" ] || kill $clients 2>/dev/null || true; rm -rf "$here"' EXIT
trap 'exit 130' INT TERM
# Below the ports that the kernel hands out; the kernel says whether another program has one.
port=$((10000 + $$ % 10000))

# run DIALECT FIRST COUNT: leaves the transcript in $here/DIALECT.
run() {
  sockets="$here/$1.socket.0 $here/$1.socket.1"
  for socket in $sockets; do
    rm -f "$socket"
    "$programs/differential-client" "$socket" $port "$1" &
    clients="$clients $!"
    while [ ! -S "$socket" ]; do
      kill -0 $!
      sleep 0.01
    done
  done
  # shellcheck disable=SC2086 # a list of names without blanks
  set -- "$1" "$programs/differential-subject" $port $sockets "$2" "$3" "$here/$1"
  name=$1
  shift
  [ "$name" = plain ] || set -- node bin/wswrap.js --log-file "$here/log" $port -- "$@"
  status=0
  "$@" || status=$?
  kill $clients 2>/dev/null || true
  wait $clients 2>/dev/null || true
  clients=
  [ $status = 0 ] || echo "$name: the server has ended with status $status" >>"$here/$name"
}

# The part of a transcript that belongs to a seed.
of_seed() {
  awk -v seed="seed $2" '/^seed /{on = $0 == seed} on' "$here/$1"
}

# The seed of the first line that differs.
differing_seed() {
  line=$(cmp "$here/plain" "$here/$1" 2>&1 | sed -n 's/.*line \([0-9]*\).*/\1/p')
  [ -n "$line" ] || line=$(($(cat "$here/plain" "$here/$1" | wc -l)))
  awk -v line="$line" 'NR > line {exit} /^seed /{seed = $2} END {print seed}' "$here/$1"
}

side_by_side() {
  of_seed plain "$2" >"$here/left"
  of_seed "$1" "$2" >"$here/right"
  diff --side-by-side --expand-tabs --width=150 "$here/left" "$here/right" || true
}

run plain "$first" "$count"
if grep -q WRONG "$here/plain"; then
  grep -n -B 30 WRONG "$here/plain" | head -60
  echo 'the comparison itself is wrong: that was plain TCP' >&2
  exit 1
fi
for dialect in $dialects; do
  run "$dialect" "$first" "$count"
  if ! cmp -s "$here/plain" "$here/$dialect"; then
    seed=$(differing_seed "$dialect")
    echo "seed $seed differs: test/differential/run.sh --seed $seed --dialect $dialect"
    echo "plain TCP on the left, $dialect on the right"
    side_by_side "$dialect" "$seed"
    tail -n 1 "$here/$dialect"
    exit 1
  fi
  if [ -n "$verbose" ]; then
    for seed in $(sed -n 's/^seed //p' "$here/$dialect"); do side_by_side "$dialect" "$seed"; done
  fi
done
echo "seeds $first to $((first + count - 1)): no difference in $dialects"
