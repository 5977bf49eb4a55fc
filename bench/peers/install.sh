#!/bin/sh
# Puts the peers into a venv and a node_modules of their own below FOLDER; what is there already stays. What a registry does not give is said
# in one line and left out. Directus only when PEERS names it, as its native parts may compile for 11 minutes.
#
# install.sh FOLDER
set -u
mkdir -p "$1" && cd "$1" || exit 1

left_out() { echo "bench-peers: $1 could not be installed and is left out: $(grep -i -m 1 error install.log)"; }

python3 -m venv venv >install.log 2>&1 || left_out "the Python environment"
# A package at a time, so that one that is missing takes no other with it: package, then a module of it.
for pair in SpiffWorkflow:SpiffWorkflow lxml:lxml django-viewflow:viewflow psycopg2-binary:psycopg2 kinto:kinto 'kinto[postgresql]:sqlalchemy'; do
  venv/bin/python -c "import importlib.util, sys; sys.exit(not importlib.util.find_spec('${pair#*:}'))" 2>/dev/null ||
    venv/bin/pip install --quiet --disable-pip-version-check "${pair%:*}" >install.log 2>&1 || left_out "${pair%:*}"
done

add() { # FOLDER PACKAGES: `npm install` there, unless the first is there
  mkdir -p "$1"
  [ -f "$1/package.json" ] || echo '{"private": true}' >"$1/package.json"
  folder=$1
  shift
  [ -d "$folder/node_modules/${1%@*}" ] || npm install --prefix "$folder" --no-audit --no-fund --loglevel=error "$@" >install.log 2>&1 || left_out "$1"
}

add . bpmn-engine@25
case "${PEERS:-}" in *directus*)
  [ -d directus ] || echo "bench-peers: Directus is installed, which takes minutes"
  # The last release for Node 20.
  add directus directus@11.3.5 sqlite3 ;;
esac
exit 0
