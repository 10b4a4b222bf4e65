#!/usr/bin/env bash
# The benchmark of rescheduling works: a short run over few images.
set -euo pipefail
table=$("$(dirname "$0")/reschedule.sh" 2000 20000 20)
echo "$table"
grep -qE '^\| ratio \| [0-9.]+ \|$' <<<"$table" || { echo "reschedule_test: no ratio" >&2; exit 1; }
