#!/usr/bin/env bash
# A round of 20,000 participants and 60,000 meetings with the release program: see rounds.mjs.
# MUSUBI_BENCH_PROFILE=debug tries the script itself on the debug build; its figures mean nothing.
set -euo pipefail
cd "$(dirname "$0")/../.."
profile="${MUSUBI_BENCH_PROFILE:-release}"
flags=(--locked)
[ "$profile" = release ] && flags+=(--release)
cargo build "${flags[@]}" --package musubi --bins
exec node tests/bench/rounds.mjs "${CARGO_TARGET_DIR:-target}/$profile"
