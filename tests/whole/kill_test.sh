#!/usr/bin/env bash
# The real daemon over 2,000 images, with a cloud that resets, throttles, fails and garbles, killed with -9 at 20 random
# moments: nothing recorded is lost or doubled, and the end equals the cloud.
source "$(dirname "$0")/stage.sh"

RANDOM=${SEED:-1}
cat >"$folder/scenario.yaml" <<YAML
images: {arrive_over: 20s}
uploading: {median: 8s, sigma: 0.8}
outcomes: {normal: 0.8, upload_fail: 0.15, never: 0.05}
edits_per_second: 20
freeze_after: 35s
faults: {reset_before_answer: 0.05, reset_in_body: 0.05, throttle: 0.05, http_5xx: 0.10, garbled_body: 0.05}
YAML
start_simulator 2000
write_settings "$(ready endpoint)" "$(ready access_key_id)" "$(ready ids_file)"
: >"$folder/kills"
for _ in $(seq 20); do
    start_daemon
    sleep "$((RANDOM % 3)).$((RANDOM % 10))$((RANDOM % 10))"
    kill -9 "$daemon"
    date +%s%3N >>"$folder/kills"
    wait "$daemon" 2>/dev/null || true
done
say "killed 20 times; $(sql 'SELECT count(*) FROM status_change') status changes so far"

# Without faults and changes the catalog comes to rest.
start_daemon
curl -sf -X POST "$control/freeze" >/dev/null || fail "the simulator does not freeze"
none='{"faults":{"reset_before_answer":0,"reset_in_body":0,"throttle":0,"http_5xx":0,"garbled_body":0}}'
curl -sf -X POST "$control/settings" -d "$none" >/dev/null || fail "the simulator takes no settings"
sleep 15
stop_daemon
[ "$(sql 'PRAGMA integrity_check')" = ok ] || fail "integrity_check: $(sql 'PRAGMA integrity_check')"
[ "$(sql 'SELECT count(*) FROM image_info')" = 2000 ] || fail "$(sql 'SELECT count(*) FROM image_info') rows for 2000 images"
"$here/compare_catalog.py" --catalog "$folder/catalog.db" --control "$control" --kills "$folder/kills"
curl -sf "$control/stats"
echo
no_secrets "$folder"/log "$folder"/catalog.db*
