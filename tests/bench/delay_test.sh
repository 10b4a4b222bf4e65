#!/usr/bin/env bash
# The schedule laboratory works: a short run over few images, in which the daemon's schedule must be what it is for.
set -euo pipefail

here=$(dirname "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
table=$("$here/delay.py" --normal 2000 --dead 100 --uploads 0.5 --warm-up 120 --horizon 600 --seeds 1 \
    --picture "$folder/delay.svg")
echo "$table"
grep -q '<svg' "$folder/delay.svg" || { echo "delay_test: no picture" >&2; exit 1; }
# Columns: policy, calls/s, calls per change, for uploads, for dead ones, p50, ...
median() { awk -F ' *[|] *' -v policy="$1" '$2 == policy { print $7; found = 1 } END { exit !found }' <<<"$table"; }
ours=$(median vodcatalog)
for rival in 'flat sweep of the uploads, same places' 'each upload every 60 s' 'everything in turn'; do
    awk -v ours="$ours" -v other="$(median "$rival")" 'BEGIN { exit !(ours > 0 && ours < other) }' ||
        { echo "delay_test: $rival is no slower than $ours s" >&2; exit 1; }
done
awk -v ours="$ours" -v bound="$(median 'no poller, same places')" 'BEGIN { exit !(bound > 0 && bound < ours) }' ||
    { echo "delay_test: the bound is above what is possible" >&2; exit 1; }
