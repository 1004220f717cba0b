#!/bin/sh
# A throw-away PostgreSQL for tests: nothing it holds survives "stop", and it never syncs.
#   tests/postgres.sh start   prints the administrator's address (use it as MUSUBI_TEST_PG)
#   tests/postgres.sh stop    stops it and removes its files
# MUSUBI_PG_PORT (default 54329) tells clusters apart. Works as root (server runs as "postgres") or as anybody.
set -eu

port="${MUSUBI_PG_PORT:-54329}"
folder="${TMPDIR:-/tmp}/musubi-pg-$port"

programs() {
    if command -v initdb >/dev/null 2>&1; then dirname "$(command -v initdb)"; return; fi
    for found in $(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin 2>/dev/null | sort -rV); do
        if [ -x "$found/initdb" ]; then echo "$found"; return; fi
    done
    echo "PostgreSQL 15 or newer is not installed (initdb not found)" >&2
    exit 1
}

# A PostgreSQL server refuses to run as root.
as_server() {
    if [ "$(id -u)" -ne 0 ]; then "$@"; return; fi
    if command -v setpriv >/dev/null 2>&1; then
        setpriv --reuid=postgres --regid=postgres --init-groups "$@"
    else
        su postgres -s /bin/sh -c "$(printf "'%s' " "$@")"
    fi
}

running() { as_server "$bin/pg_ctl" -D "$folder/data" status >/dev/null 2>&1; }

start() {
    if [ ! -s "$folder/data/PG_VERSION" ]; then
        mkdir -p "$folder"
        [ "$(id -u)" -ne 0 ] || chown postgres "$folder"
        as_server "$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >"$folder/initdb.log" 2>&1 \
            || { cat "$folder/initdb.log" >&2; exit 1; }
    fi
    if ! running; then
        as_server "$bin/pg_ctl" -D "$folder/data" -l "$folder/server.log" -w -t 30 -o \
            "-p $port -k $folder -c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=300 -c shared_buffers=64MB -c autovacuum=off" \
            start >/dev/null || { tail -20 "$folder/server.log" >&2; exit 1; }
    fi
    echo "postgres://postgres@127.0.0.1:$port/postgres"
}

stop() {
    if running; then as_server "$bin/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null; fi
    rm -rf "$folder"
}

bin="$(programs)"
case "${1:-}" in
    start) start ;;
    stop) stop ;;
    *) echo "usage: $0 start|stop" >&2; exit 2 ;;
esac
