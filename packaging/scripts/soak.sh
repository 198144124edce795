#!/usr/bin/env bash
# The long runs: tests of the category Soak against the published binary.
. "$(dirname "$0")/shared.sh"
"$SCRIPTS/packages.sh" test
"$SCRIPTS/publish.sh"
"$SCRIPTS/build.sh" net10.0 tests/PlexBridge.EndToEnd
export PLEXBRIDGE_SOAK=1
step "soak"
dotnet test tests/PlexBridge.EndToEnd -c $CONFIGURATION --no-build --filter Category=Soak --logger "console;verbosity=detailed"
