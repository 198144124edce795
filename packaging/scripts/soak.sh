#!/usr/bin/env bash
# The long runs: a thousand faults on a clock of the tests' own, then the category Soak against the published binary.
. "$(dirname "$0")/shared.sh"
"$SCRIPTS/packages.sh" test
"$SCRIPTS/publish.sh"
"$SCRIPTS/build.sh" net10.0 tests/PlexBridge.Streaming.Tests
"$SCRIPTS/build.sh" net10.0 tests/PlexBridge.EndToEnd
export PLEXBRIDGE_SOAK=1 PLEXBRIDGE_FAULTS=1000
step "soak: faults"
dotnet test tests/PlexBridge.Streaming.Tests -c $CONFIGURATION --no-build --filter FullyQualifiedName~FaultProof --logger "console;verbosity=minimal"
step "soak"
dotnet test tests/PlexBridge.EndToEnd -c $CONFIGURATION --no-build --filter Category=Soak --logger "console;verbosity=detailed"
