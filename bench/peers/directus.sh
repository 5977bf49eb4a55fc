#!/bin/sh
# Directus without its console, on SQLite with WAL, as its documentation starts it.
#
# directus.sh PEERS FOLDER PORT
set -eu
directus="$(cd "$1" && pwd)/directus/node_modules/.bin/directus" folder=$2
rm -rf "$folder" && mkdir -p "$folder" && cd "$folder"
cat >.env <<END
HOST=127.0.0.1
PORT=$3
SECRET=bench
DB_CLIENT=sqlite3
DB_FILENAME=./data.db
ADMIN_EMAIL=admin@example.com
ADMIN_PASSWORD=bench-only
ADMIN_TOKEN=bench
TELEMETRY=false
RATE_LIMITER_ENABLED=false
CACHE_ENABLED=false
LOG_LEVEL=warn
END
"$directus" bootstrap >directus.log 2>&1
python3 -c "import sqlite3; sqlite3.connect('data.db').execute('PRAGMA journal_mode = WAL')"
exec "$directus" start >>directus.log 2>&1
