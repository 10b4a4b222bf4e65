#!/usr/bin/env bash
# The benchmark of the parts works: a short run measures every one.
set -euo pipefail

table=$("$(dirname "$0")/parts.sh" 200 1)
echo "$table"
for part in 'read an image' 'sign a call, V1' 'sign a call, V3' 'record a changed' 'record an unchanged'; do
    grep -qE "^\| $part.* \| +[0-9]+\.[0-9]+ \|" <<<"$table" ||
        { echo "parts_test: no cost for: $part" >&2; exit 1; }
done
