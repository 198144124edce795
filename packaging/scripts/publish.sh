#!/usr/bin/env bash
# Publishes the native binary to dist/plexbridge. Any trimming or AOT warning fails it.
. "$(dirname "$0")/shared.sh"
rid=${RID:-$(machine_rid)}
tfm=$("$SCRIPTS/app-tfm.sh" "$rid")
out=artifacts/publish/$rid
log=artifacts/publish-$rid.log

step "publish $rid on $tfm"
mkdir -p artifacts dist
rm -rf "$out"
if ! dotnet publish src/PlexBridge -c $CONFIGURATION -r "$rid" -p:AppTfm="$tfm" -o "$out" -nodeReuse:false </dev/null > "$log" 2>&1; then
    grep -E ': error |^error|error :' "$log" | sort -u | head -20 >&2 || tail -20 "$log" >&2
    lacking=$(sed -nE 's/.*NU110[123]: Unable to find (a stable )?package ([A-Za-z0-9._-]+).*/\2/p' "$log" | sort -u | tr '\n' ' ')
    [ -z "$lacking" ] || echo "The package registry lacks: $lacking" >&2
    fail "The publish for $rid on $tfm failed; the whole log is $log"
fi

# ILC's note on SqliteConnection.LoadExtension ("will always throw") is told, and true: we never load one.
warnings=$(grep -E 'warning (IL|AOT)?[A-Z0-9]*|: warning ' "$log" | grep -v 'will always throw' | grep -vE '^ *0 Warning' | sort -u || true)
if [ -n "$warnings" ]; then
    printf '%s\n' "$warnings" >&2
    fail "The publish has warnings, and each may be a crash of the native binary: see above and $log"
fi
[ -x "$out/plexbridge" ] || fail "The publish left no $out/plexbridge; the whole log is $log"

# A rename leaves a running appliance on the old file instead of 'text file busy'.
install -m 755 "$out/plexbridge" dist/.plexbridge.new
if [ "$rid" = "$(machine_rid)" ]; then strip --strip-unneeded dist/.plexbridge.new; fi
mv -f dist/.plexbridge.new "$BINARY"
"$SCRIPTS/size.sh"
