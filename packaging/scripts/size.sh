#!/usr/bin/env bash
# Says how large the native binary is.
. "$(dirname "$0")/shared.sh"
[ -f "$BINARY" ] || fail "There is no dist/plexbridge yet: make publish"
bytes=$(stat -c %s "$BINARY")
awk -v b="$bytes" 'BEGIN { printf "dist/plexbridge: %.1f MB (%d bytes)\n", b / 1e6, b }'
