#!/usr/bin/env bash
# Only the tests against the published native binary.
. "$(dirname "$0")/shared.sh"
"$SCRIPTS/packages.sh" test
"$SCRIPTS/publish.sh"
for name in PlexBridge.EndToEnd PlexBridge.Browser; do
    [ -f "tests/$name/$name.csproj" ] || continue
    "$SCRIPTS/build.sh" net10.0 "tests/$name"
    "$SCRIPTS/dotnet-test.sh" "$name"
done
