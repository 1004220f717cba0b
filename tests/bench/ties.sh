#!/usr/bin/env bash
# The graph library beside igraph and networkx on the same graphs: ties.sh [NODES TIES]. Results must be equal; seconds are those
# of the processor, so that other work on the machine counts little. The others are installed into a folder of their own.
set -euo pipefail
cd "$(dirname "$0")/../.."
target="${CARGO_TARGET_DIR:-target}"
bench="${TIES_BENCH:-}"
if [ -z "$bench" ]; then
  cargo build --release --locked --package musubi-engine --example ties_bench
  bench="$target/release/examples/ties_bench"
fi
if ! "$target/ties-venv/bin/python" -c "import igraph, networkx" 2>/dev/null; then
  python3 -m venv "$target/ties-venv" && "$target/ties-venv/bin/pip" install --quiet igraph networkx || {
    echo "skipped: igraph and networkx could not be installed"
    exit 0
  }
fi
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
"$bench" generate "$folder/small.csv" 5000 50000 7
"$bench" generate "$folder/large.csv" "${1:-100000}" "${2:-1000000}" 7
for graph in small large; do
  "$target/ties-venv/bin/python" tests/bench/ties.py "$bench" "$folder/$graph.csv"
done
