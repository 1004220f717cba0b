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
exec node tests/bench/bench.mjs "${CARGO_TARGET_DIR:-target}/$profile"
