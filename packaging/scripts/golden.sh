#!/usr/bin/env bash
# Lets the tests rewrite their golden files; what changed is shown by git.
. "$(dirname "$0")/shared.sh"
export PLEXBRIDGE_GOLDEN=rewrite
for name in PlexBridge.Formats.Tests PlexBridge.Tests; do
    "$SCRIPTS/build.sh" net10.0 "tests/$name"
    dotnet test "tests/$name" -c $CONFIGURATION --no-build -v quiet || true
done
git status --short tests/Data
