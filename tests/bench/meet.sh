#!/usr/bin/env bash
# The meeting optimizer beside OR-tools CP-SAT and HiGHS: meet.sh [SECONDS]; then reading, mending and gaming. Events come from the folder MEET_EVENTS; without
# it some are made up. MEET_BEST may name a CSV of values on record. The two others are installed into a folder of their own.
set -euo pipefail
cd "$(dirname "$0")/../.."
target="${CARGO_TARGET_DIR:-target}"
seconds="${1:-10}"
cargo build --release --locked --package musubi-engine --example meet_bench --example meet_life --example gaming
if [ ! -x "$target/meet-venv/bin/python" ]; then
  python3 -m venv "$target/meet-venv"
  "$target/meet-venv/bin/pip" install --quiet ortools highspy
fi
events="${MEET_EVENTS:-}"
if [ -z "$events" ]; then
  events="$(mktemp -d)"
  trap 'rm -rf "$events"' EXIT
  "$target/release/examples/meet_bench" generate "$events"
fi
"$target/meet-venv/bin/python" tests/bench/meet.py "$target/release/examples/meet_bench" "$events" \
  --seconds "$seconds" ${MEET_BEST:+--best "$MEET_BEST"} ${MEET_ONLY:+--only $MEET_ONLY}
echo "file | size | time | time a megabyte | result"
"$target/release/examples/meet_life" read
echo "event | what happened | before | result | changes | proven | seconds"
find "$events" -name '*.json*' | sort | while read -r event; do
  for word in ${MEET_ONLY:-.}; do
    case "$event" in *"$word"*) "$target/release/examples/meet_life" mend "$seconds" "$event" && break ;; esac
  done
done
"$target/release/examples/gaming" 80 5 1
