#!/usr/bin/env bash
# Makes what is given out, in target/dist: the program as an archive and as a Debian package, a bill of materials
# (CycloneDX) and checksums. Tools that are missing are built into target/tools.
set -euo pipefail
cd "$(dirname "$0")/.."
version="$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)"
machine="$(uname -m)-linux"
out=target/dist
rm -rf "$out"
mkdir -p "$out"

tool() { # tool PACKAGE COMMAND: its path
    command -v "$2" || {
        [ -x "target/tools/bin/$2" ] || cargo install --locked --root target/tools "$1" >&2
        echo "$PWD/target/tools/bin/$2"
    }
}

cargo build --locked --release --package musubi
"$(tool cargo-deb cargo-deb)" --no-build --package musubi --output "$out/"
name="musubi-$version-$machine"
mkdir "$out/$name"
cp target/release/musubi LICENSE README.md CHANGELOG.md docs/operate.md dist/musubi.toml dist/musubi.service "$out/$name/"
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$(git log -1 --format=%ct)" -C "$out" -czf "$out/$name.tar.gz" "$name"
rm -r "${out:?}/$name"
"$(tool cargo-cyclonedx cargo-cyclonedx)" cyclonedx --format json --manifest-path crates/musubi/Cargo.toml --override-filename "musubi-$version.cdx" >&2
mv "crates/musubi/musubi-$version.cdx.json" "$out/"
find crates -name "musubi-$version.cdx.json" -delete
(cd "$out" && sha256sum -- * > SHA256SUMS && cat SHA256SUMS)
