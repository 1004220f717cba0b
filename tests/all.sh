#!/usr/bin/env bash
# Every test: the workspace on SQLite, what touches the database again on PostgreSQL (default isolation and
# serializable), then the real program in a real browser on both. A part that cannot run here is named at the end.
set -uo pipefail
cd "$(dirname "$0")/.."

failed=()
skipped=()
part() { # part NAME COMMAND…
    local name="$1"
    shift
    echo
    echo "== $name"
    local began=$SECONDS
    if "$@" </dev/null; then echo "-- $name: ok ($((SECONDS - began)) s)"; else failed+=("$name"); echo "-- $name: FAILED ($((SECONDS - began)) s)"; fi
}
skip() { skipped+=("$1"); echo; echo "== $1"; echo "-- skipped: $2"; }

cargo_test() {
    if command -v cargo-nextest >/dev/null 2>&1; then cargo nextest run --locked --no-fail-fast "$@"; else cargo test --locked --no-fail-fast "$@"; fi
}
DATABASE=(--package musubi-store --package musubi-web --package musubi-directory --package musubi-alliance --package musubi-encounter --package musubi-insight --package musubi)

sh tests/setup.sh || echo "(some parts will be skipped)"

part "workspace on SQLite" cargo_test --workspace

# A cluster of this run's own, so that one started by hand is left alone.
port="${MUSUBI_PG_PORT:-$((54400 + $$ % 500))}"
postgres() { MUSUBI_PG_PORT="$port" sh tests/postgres.sh "$1"; }
if address="$(postgres start)"; then
    trap 'postgres stop >/dev/null 2>&1' EXIT
    export MUSUBI_TEST_PG="$address"
    part "database crates on PostgreSQL" env MUSUBI_TEST_DB=postgres bash -c "$(declare -f cargo_test); cargo_test ${DATABASE[*]}"
    part "database crates on PostgreSQL, serializable" env MUSUBI_TEST_DB=postgres-serializable bash -c "$(declare -f cargo_test); cargo_test ${DATABASE[*]}"
else
    skip "database crates on PostgreSQL" "no PostgreSQL"
fi

if command -v chromium >/dev/null 2>&1; then
    part "the program itself" cargo build --locked --package musubi
    part "packages of the browser tests" npm ci --prefix tests/e2e --no-audit --no-fund --loglevel=error
    part "browser tests on SQLite" env MUSUBI_TEST_ENGINE=sqlite node tests/e2e/run.mjs
    if [ -n "${MUSUBI_TEST_PG:-}" ]; then
        part "browser tests on PostgreSQL" env MUSUBI_TEST_ENGINE=postgres node tests/e2e/run.mjs
    else
        skip "browser tests on PostgreSQL" "no PostgreSQL"
    fi
else
    skip "browser tests" "no chromium"
fi

echo
for name in "${skipped[@]}"; do echo "skipped: $name"; done
for name in "${failed[@]}"; do echo "failed: $name"; done
[ "${#failed[@]}" -eq 0 ] || exit 1
echo "all parts that ran are green (${#skipped[@]} skipped)"
