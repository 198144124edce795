#!/usr/bin/env bash
# The figures of the native binary. usage: bench.sh [NAME OF A FIGURE…]
. "$(dirname "$0")/shared.sh"
"$SCRIPTS/packages.sh" bench
"$SCRIPTS/publish.sh"
step "bench"
dotnet run --project tests/Benchmarks -c $CONFIGURATION -- "$@"
