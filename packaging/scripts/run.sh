#!/usr/bin/env bash
# One command to a running appliance. Arguments go to serve.
. "$(dirname "$0")/shared.sh"
"$SCRIPTS/packages.sh" run
"$SCRIPTS/publish.sh"

data=artifacts/run
mkdir -p "$data"
chmod 700 "$data"
demo=()
sources=$("$BINARY" sources --json --data "$data") || fail "The appliance could not read $data; its message is above."
if [ "$(printf %s "$sources" | tr -d '[:space:]')" = "[]" ]; then
    demo=(--demo)
    echo "No playlist yet, so the demo's three channels are on. Yours: dist/plexbridge import URL-OR-FILE --data $data"
fi
step "serve from $data (Ctrl+C stops it)"
exec "$BINARY" serve --data "$data" "${demo[@]}" "$@"
