#!/usr/bin/env bash
# The meeting optimizer beside OR-tools CP-SAT and HiGHS: meet.sh [SECONDS]. Events come from the folder MEET_EVENTS; without
# it some are made up. MEET_BEST may name a CSV of values on record. The two others are installed into a folder of their own.
set -euo pipefail
cd "$(dirname "$0")/../.."
target="${CARGO_TARGET_DIR:-target}"
seconds="${1:-10}"
cargo build --release --locked --package musubi-engine --example meet_bench
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
