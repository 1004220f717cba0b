#!/usr/bin/env bash
# Everything that can be judged without running the program.
set -euo pipefail
cd "$(dirname "$0")/.."

echo "== rustfmt"
cargo fmt --all -- --check

echo "== clippy"
cargo clippy --locked --workspace --all-targets -- -D warnings

echo "== licences"
node tests/licences.mjs
if command -v cargo-deny >/dev/null 2>&1; then
    cargo deny --locked check bans licenses sources
else
    echo "skipped: cargo-deny (not installed; licences were checked by tests/licences.mjs)"
fi

echo "== docs/faults.md names tests that are there"
node tests/faults.mjs
