#!/usr/bin/env bash
# Formats the sources; with --verify-no-changes it only says what is out of order.
. "$(dirname "$0")/shared.sh"
dotnet restore PlexBridge.sln -v quiet </dev/null
dotnet format PlexBridge.sln --no-restore "$@" </dev/null
