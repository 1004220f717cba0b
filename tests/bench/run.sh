#!/usr/bin/env bash
# Builds the release program and the two floors, then measures. PEOPLE=20000 by default.
# MUSUBI_BENCH_PROFILE=debug tries the script itself on the debug build; its figures mean nothing.
set -euo pipefail
cd "$(dirname "$0")/../.."
profile="${MUSUBI_BENCH_PROFILE:-release}"
flags=(--locked)
[ "$profile" = release ] && flags+=(--release)
cargo build "${flags[@]}" --package musubi --bins --example hello_floor
cargo build "${flags[@]}" --package musubi-store --example commit_floor
target="${CARGO_TARGET_DIR:-target}/$profile"
over=0
node tests/bench/bench.mjs "$target" | node tests/bench/keep.mjs hub || over=1
if command -v wrk >/dev/null 2>&1; then
    node tests/bench/load.mjs "$target" | node tests/bench/keep.mjs load || over=1
else
    echo "skipped: how much it carries (wrk is not installed)"
fi
if [ -x "${CHROMIUM:-/usr/bin/chromium}" ] && [ -d tests/e2e/node_modules ]; then
    node tests/bench/map.mjs "$target" | node tests/bench/keep.mjs map || over=1
else
    echo "skipped: the map in a browser (Chromium or playwright-core is not installed; make test fetches them)"
fi
node tests/bench/restores.mjs "$target" || over=1
exit "$over"
