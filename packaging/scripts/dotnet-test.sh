#!/usr/bin/env bash
# Runs one built test project and leaves artifacts/test-results/NAME.trx. usage: dotnet-test.sh NAME [dotnet test's arguments]
. "$(dirname "$0")/shared.sh"
name=$1; shift
step "test $name"
timeout --kill-after=20 "${TEST_LIMIT:-420}" dotnet test "tests/$name" -c $CONFIGURATION --no-build -v quiet \
    --results-directory artifacts/test-results --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=minimal" \
    --blame-hang --blame-hang-timeout 3m --blame-hang-dump-type none "$@" </dev/null
