#!/usr/bin/env bash
# The benchmark of the delay of alerts works: a short run measures each upload that fails.
set -euo pipefail

table=$("$(dirname "$0")/alert-delay.py" --uploads 20 --over 4)
echo "$table"
grep -qE '^20 failed uploads over 4 s' <<<"$table" || { echo "alert-delay_test: not all were told" >&2; exit 1; }
grep -qE '^\| ms, above group_wait \| [0-9]+ \| [0-9]+ \|' <<<"$table" || { echo "alert-delay_test: no delays" >&2; exit 1; }
grep -qE '^\| share of one poll interval \| [0-9.]+ \| [0-9.]+ \|' <<<"$table" ||
    { echo "alert-delay_test: no shares" >&2; exit 1; }
