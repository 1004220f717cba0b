#!/bin/sh
# What the tests need besides Rust, Node 20+, make and a C compiler: a browser with Japanese glyphs, and PostgreSQL.
# As root on Debian it installs what is missing; otherwise it says what is missing and leaves with status 3.
# Running it again does nothing.
set -u

missing=""
need() { missing="$missing $1"; }

command -v chromium >/dev/null 2>&1 || need chromium
# Without these the Japanese pages would be measured with empty boxes.
[ -n "$(find /usr/share/fonts -iname '*NotoSansCJK*' -print -quit 2>/dev/null)" ] || need fonts-noto-cjk
command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb /usr/pgsql-*/bin/initdb /opt/homebrew/opt/postgresql*/bin/initdb >/dev/null 2>&1 || need postgresql

[ -n "$missing" ] || exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing$missing" >&2
    export DEBIAN_FRONTEND=noninteractive
    # The tests run a throw-away cluster of their own; the one of the package would only hold the port.
    mkdir -p /etc/postgresql-common/createcluster.d
    echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.d/musubi.conf
    log="$(mktemp)"
    # shellcheck disable=SC2086
    if apt-get update -qq >"$log" 2>&1 && apt-get install -y -qq --no-install-recommends $missing >>"$log" 2>&1 </dev/null; then
        rm -f "$log"
        exit 0
    fi
    tail -20 "$log" >&2
    rm -f "$log"
fi
echo "missing:$missing" >&2
echo "on Debian: apt-get install$missing" >&2
exit 3
