#!/usr/bin/env bash
# Throws mutated inputs at every parser. usage: fuzz.sh [SECONDS EACH]
. "$(dirname "$0")/shared.sh"
[ -d tests/Fuzz ] || fail "There is no tests/Fuzz."
dotnet run --project tests/Fuzz -c $CONFIGURATION -- "$@"
