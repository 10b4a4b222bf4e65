#!/usr/bin/env bash
# The benchmark of the whole sync works: a short run measures every case of it, on both sides.
set -euo pipefail

table=$("$(dirname "$0")/sync.py" --images 200 --rounds 1)
echo "$table"
rate='[0-9,]*[1-9][0-9,]*'
for case in '20 \| changed  ' '20 \| unchanged' ' 1 \| changed  ' ' 1 \| unchanged'; do
    grep -qE "^\| $case \| +$rate \| +$rate \| +[0-9.]+ \|" <<<"$table" ||
        { echo "sync_test: no rates for: $case" >&2; exit 1; }
done
