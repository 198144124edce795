#!/usr/bin/env bash
# Fetches the page's npm packages when the lock file is newer than what is installed.
. "$(dirname "$0")/shared.sh"
[ -f web/package-lock.json ] || exit 0
[ web/node_modules/.package-lock.json -nt web/package-lock.json ] && exit 0
echo "Fetching the page's npm packages"
npm ci --prefix web --no-audit --no-fund --loglevel=error </dev/null ||
    fail "npm ci failed in web/. Is the npm registry reachable?"
touch web/node_modules/.package-lock.json
