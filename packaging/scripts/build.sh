#!/usr/bin/env bash
# Compiles everything; warnings are errors. usage: build.sh [net9.0|net10.0] [project]
. "$(dirname "$0")/shared.sh"
tfm=${1:-net10.0}
what=${2:-PlexBridge.sln}
step "build $what on $tfm"
dotnet build "$what" -c $CONFIGURATION -p:AppTfm="$tfm" -nodeReuse:false -v quiet -clp:NoSummary </dev/null
