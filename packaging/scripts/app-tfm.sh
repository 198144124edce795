#!/usr/bin/env bash
# Prints the framework of the native binary: net10.0 where the registry has its NativeAOT runtime pack, else net9.0.
# The answer of the registry is kept in artifacts/; APP_TFM overrides it. See src/decisions/0001-frameworks.md.
# usage: app-tfm.sh [RID]
. "$(dirname "$0")/shared.sh"
rid=${1:-$(machine_rid)}
if [ -n "${APP_TFM:-}" ]; then echo "$APP_TFM"; exit; fi
answer=artifacts/app-tfm.$rid
if [ -s "$answer" ]; then cat "$answer"; exit; fi

probe=artifacts/probe-$rid
mkdir -p "$probe"
cat > "$probe/probe.csproj" <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <RuntimeIdentifier>$rid</RuntimeIdentifier>
    <PublishAot>true</PublishAot>
  </PropertyGroup>
</Project>
XML
echo "Asking the package registry for Microsoft.NETCore.App.Runtime.NativeAOT.$rid (net10.0)" >&2
if dotnet restore "$probe" </dev/null > "$probe/log" 2>&1; then
    echo "It has it: the native binary is built on net10.0" >&2
    echo net10.0 | tee "$answer"
elif grep -qE 'NU110[12].*(NativeAOT|ILCompiler)' "$probe/log"; then
    echo "It lacks it: the native binary is built on net9.0" >&2
    echo net9.0 | tee "$answer"
else
    echo "It did not answer clearly (see $probe/log): the native binary is built on net9.0, and it will be asked again" >&2
    echo net9.0
fi
