#!/usr/bin/env bash
# Every check and every test. The last line is the count; a failed step counts as one failure.
. "$(dirname "$0")/shared.sh"
results=artifacts/test-results
rm -rf "$results"
mkdir -p "$results"
failed_steps=()

finish() {
    local status=$?
    trap - EXIT
    [ "$status" -eq 0 ] || failed_steps+=("stopped early (exit $status)")
    "$SCRIPTS/count.sh" "$results" "${failed_steps[@]}"
    exit
}
trap finish EXIT

# check NAME COMMAND…: goes on after a failure, and remembers it.
check() {
    local name=$1; shift
    local started=$SECONDS
    if "$@"; then
        echo "-- $name: done in $((SECONDS - started)) s"
    else
        failed_steps+=("$name")
        return 1
    fi
}

tests() {
    local name
    for name in "$@"; do
        [ -f "tests/$name/$name.csproj" ] || continue
        # A failed test is in the results; only a run that left none is a failed step.
        "$SCRIPTS/dotnet-test.sh" "$name" || [ -s "$results/$name.trx" ] || failed_steps+=("$name left no results")
    done
}

check packages "$SCRIPTS/packages.sh" test || exit 0
step "format"
check format "$SCRIPTS/format.sh" --verify-no-changes || true
check "build on net10.0" "$SCRIPTS/build.sh" net10.0 || exit 0
check "build on net9.0" "$SCRIPTS/build.sh" net9.0 src/PlexBridge || true
tests PlexBridge.Architecture PlexBridge.Formats.Tests PlexBridge.Streaming.Tests PlexBridge.Tests
if check publish "$SCRIPTS/publish.sh"; then
    tests PlexBridge.EndToEnd PlexBridge.Browser
fi
