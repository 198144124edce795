#!/usr/bin/env bash
# Sums up the trx files of a folder; the last line is 'N passed, N failed, N skipped'. Fails when anything failed or nothing ran.
# usage: count.sh FOLDER [NAME OF A FAILED STEP…]
. "$(dirname "$0")/shared.sh"
folder=$1; shift
total=0 executed=0 passed=0
for trx in "$folder"/*.trx; do
    [ -s "$trx" ] || continue
    counters=$(grep -o '<Counters [^>]*>' "$trx" | head -1)
    number() { sed -nE "s/.* $1=\"([0-9]+)\".*/\1/p" <<< "$counters"; }
    t=$(number total) e=$(number executed) p=$(number passed)
    if [ -z "$t" ]; then set -- "$@" "$(basename "$trx") is cut short"; continue; fi
    printf '  %-30s %5d passed, %d failed, %d skipped\n' "$(basename "$trx" .trx)" "$p" $((e - p)) $((t - e))
    total=$((total + t)) executed=$((executed + e)) passed=$((passed + p))
    grep -q '<ResultSummary outcome="\(Completed\|Passed\)"' "$trx" || [ "$e" -gt "$p" ] || set -- "$@" "$(basename "$trx" .trx) did not end properly"
done
for name in "$@"; do echo "  FAILED: $name"; done
failed=$((executed - passed + $#))
if [ "$executed" -eq 0 ] && [ $# -eq 0 ]; then echo "  FAILED: no test ran"; failed=1; fi
line="$passed passed, $failed failed, $((total - executed)) skipped"
echo "$line" | tee "$folder/count"
[ "$failed" -eq 0 ]
