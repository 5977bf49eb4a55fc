#!/bin/sh
# Kinto as its documentation starts it, with basic authentication, records checked against a schema, in memory or on PostgreSQL.
#
# kinto.sh PEERS FOLDER PORT [URL]
set -eu
kinto="$1/venv/bin/kinto" folder=$2 port=$3 url=${4:-}
mkdir -p "$folder"
if [ -n "$url" ]; then
  # postgresql://USER@SOCKET/NAME as SQLAlchemy wants it; the ini reads % as its own.
  socket=$(echo "$url" | sed 's|.*@\(.*\)/.*|\1|; s|%2F|/|g')
  backend=kinto.core.%s.postgresql
  url="${url%%@*}@/${url##*/}?host=$socket"
else
  backend=kinto.core.%s.memory
fi
# shellcheck disable=SC2059
cat >"$folder/kinto.ini" <<END
[server:main]
use = egg:waitress#main
host = 127.0.0.1
port = $port
[app:main]
use = egg:kinto
kinto.userid_hmac_secret = bench
multiauth.policies = basicauth
kinto.bucket_create_principals = system.Authenticated
kinto.experimental_collection_schema_validation = true
kinto.storage_backend = $(printf "$backend" storage)
kinto.storage_url = $url
kinto.permission_backend = $(printf "$backend" permission)
kinto.permission_url = $url
kinto.cache_backend = kinto.core.cache.memory
[loggers]
keys = root
[handlers]
keys = console
[formatters]
keys = plain
[logger_root]
level = ERROR
handlers = console
[handler_console]
class = StreamHandler
args = (sys.stderr,)
level = ERROR
formatter = plain
[formatter_plain]
format = %(message)s
END
[ -z "$url" ] || "$kinto" migrate --ini "$folder/kinto.ini" >"$folder/kinto.log" 2>&1
exec "$kinto" start --ini "$folder/kinto.ini" --port "$port" >>"$folder/kinto.log" 2>&1
