#!/usr/bin/env bash
# The meeting optimizer beside OR-tools CP-SAT and HiGHS: meet.sh [--long] [SECONDS]; then reading, mending and gaming. About ten
# minutes with five seconds each; with --long every event there is, which takes an hour and more. Events come from the folder
# MEET_EVENTS; without it some are made up. MEET_ONLY: words of the file names. MEET_BEST may name a CSV of values on record.
# The two others are installed into a folder of their own; without a network they are skipped.
set -euo pipefail
cd "$(dirname "$0")/../.."
target="${CARGO_TARGET_DIR:-target}"
long=""
if [ "${1:-}" = "--long" ]; then long=1 && shift; fi
seconds="${1:-5}"
if [ -z "${MEET_BENCH:-}" ]; then
  cargo build --release --locked --package musubi-engine --example meet_bench --example meet_life --example gaming
  MEET_BENCH="$target/release/examples"
fi
python="$target/meet-venv/bin/python"
others=""
if ! "$python" -c "import ortools, highspy" 2>/dev/null; then
  python3 -m venv "$target/meet-venv" && "$target/meet-venv/bin/pip" install --quiet ortools highspy || {
    echo "skipped: OR-tools and HiGHS could not be installed"
    others="--no-others" python="python3"
  }
fi
events="${MEET_EVENTS:-}"
if [ -z "$events" ]; then
  events="$(mktemp -d)"
  trap 'rm -rf "$events"' EXIT
  "$MEET_BENCH/meet_bench" generate "$events"
fi

# Files whose name has one of the words of MEET_ONLY, or all.
chosen() {
  while read -r file; do
    for word in ${MEET_ONLY:-.}; do
      case "${file##*/}" in *"$word"*) echo "$file" && break ;; esac
    done
  done
}

# The files of the folder itself up to a size in KB, and every n-th of the folders within it.
some() {
  find "$events" -maxdepth 1 -name '*.json*' -size "-$1k" | sort
  find "$events" -mindepth 2 -name '*.json*' | sort | awk -v n="$2" 'NR % n == 1 || n == 1'
}

if [ -n "$long" ]; then beside=(100000 1) mended=(100000 5); else beside=(33 20) mended=(100000 100000); fi
mapfile -t list < <(some "${beside[@]}" | chosen)
"$python" tests/bench/meet.py "$MEET_BENCH/meet_bench" "${list[@]}" --seconds "$seconds" $others ${MEET_BEST:+--best "$MEET_BEST"}
echo "file | size | time | time a megabyte | result"
"$MEET_BENCH/meet_life" read
echo "event | what happened | before | result | changes | proven | seconds"
mapfile -t list < <(some "${mended[@]}" | chosen)
"$MEET_BENCH/meet_life" mend "$seconds" "${list[@]}"
"$MEET_BENCH/gaming" 80 5 1
