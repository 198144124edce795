# Sourced by the scripts beside it: where things are, and how they speak.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
SCRIPTS=$ROOT/packaging/scripts
BINARY=$ROOT/dist/plexbridge
CONFIGURATION=Release
cd "$ROOT"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0

step() { printf '\n== %s\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }

command -v dotnet >/dev/null || fail "The .NET SDK 10 is not installed (no 'dotnet' in PATH). Install it first, then run this again."

# The runtime identifier of this machine, in .NET's words.
machine_rid() {
    case $(uname -m) in
        x86_64) echo linux-x64 ;;
        aarch64 | arm64) echo linux-arm64 ;;
        *) fail "There is no native build for $(uname -m); x86_64 and aarch64 are supported." ;;
    esac
}
