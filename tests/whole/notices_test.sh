#!/usr/bin/env bash
# The real daemon over 3,000 images of which 300 fail and 100 are stuck, a receiver that refuses, hangs, answers 500 and
# 429 and cuts the connection in turn, 50 kills with -9, and an outage of the cloud: what the receiver was told is what
# the catalog says, in order, and nothing twice but what was not ticked off.
source "$(dirname "$0")/stage.sh"

RANDOM=${SEED:-1}
cat >"$folder/scenario.yaml" <<YAML
outcomes: {normal: 0, upload_fail: 0, never: 1}
YAML
"$here/receiver.py" --receipts "$folder/receipts" --port-file "$folder/receiver-port" --good-file "$folder/good" \
    --bad-file "$folder/bad" &
pids+=($!)
until_true 10 test -s "$folder/receiver-port" || fail "the receiver does not start"
receiver=http://127.0.0.1:$(cat "$folder/receiver-port")
(
    umask 077
    echo "$receiver/hook?token=canary-hook-0123456789" >"$folder/hook-url"
    echo "$receiver/strict" >"$folder/strict-url"
    echo "http://127.0.0.1:9/robot/canary-path-0123456789" >"$folder/gone-url"
    echo "canary-secret-0123456789" >"$folder/hook-secret"
)
start_simulator 3000
write_settings "$(ready endpoint)" "$(ready access_key_id)" "$(ready ids_file)"
cat >>"$folder/vodcatalog.yaml" <<YAML
alerts:
  stuck_after: 50s
  individually: [upload_failed, upload_stuck, unexpected_change]
  failure_rate: {share: 0.05}
  group_wait: 0s
  group_max: 1000
  channels:
    - {name: oncall, type: webhook, url_file: $folder/hook-url, secret_file: $folder/hook-secret, timeout: 800ms}
    - {name: strict, type: webhook, url_file: $folder/strict-url, timeout: 2s}
    - {name: gone, type: webhook, url_file: $folder/gone-url, timeout: 2s}
YAML
"$bin/vodcatalogd" --config "$folder/vodcatalog.yaml" --check-config >/dev/null || fail "the settings are no good"
uploads() { "$here/uploads.py" "$1" --control "$control" --ids "$(ready ids_file)" --fail 300 --stick 100 "${@:2}"; }
settings() { curl -sf -X POST "$control/settings" -d "$1" >/dev/null || fail "the simulator takes no settings"; }
now() { date +%s%3N; }

: >"$folder/kills"
kill_now() {
    kill -9 "$daemon"
    wait "$daemon" 2>/dev/null || true
    printf '{"at": %s, "ticked": %s}\n' "$(now)" \
        "$(sql "SELECT json_group_array(notice_key) FROM notice WHERE channel = 'oncall' AND state = 'delivered'")" \
        >>"$folder/kills"
}
kill_times() {
    for _ in $(seq "$1"); do
        start_daemon
        sleep "$((RANDOM % 2 + RANDOM % 2)).$((RANDOM % 10))$((RANDOM % 10))"
        kill_now
    done
}

pending() { sql "SELECT count(*) FROM notice WHERE channel = 'oncall' AND state = 'pending'"; }

uploads settle --over 25 &
pids+=($!)
settle=$!
kill_times 20
wait "$settle" || fail "the uploads do not end"
kill_times 8
# settled WANTED: so many are Uploading, and every image has been answered
uploading() { sql "SELECT count(*) FROM image_info WHERE status = 'Uploading'"; }
settled() { [ "$(uploading)" = "$1" ] && [ "$(sql 'SELECT count(*) FROM image_info WHERE status IS NULL')" = 0 ]; }
start_daemon
until_true 60 settled 100 || fail "$(uploading) images are Uploading, not 100"
kill_now

# No answers for a while: nothing about an image may end meanwhile.
settings '{"faults": {"http_5xx": 1}}'
outage_from=$(now)
kill_times 3
start_daemon
sleep 8
kill_now
outage_to=$(now)
settings '{"faults": {"http_5xx": 0}}'
kill_times 9

uploads mend
kill_times 6

# What begins and ends while the receiver takes nothing is told by its end alone.
touch "$folder/bad"
uploads relapse
known() { [ "$(sql "SELECT count(*) FROM image_info WHERE status = 'UploadFail'")" = "$1" ]; }
start_daemon
until_true 60 known 210 || fail "the uploads that failed again are not seen"
kill_now
kill_times 2
uploads recover
start_daemon
until_true 60 known 150 || fail "the uploads that are Normal again are not seen"
kill_now
kill_times 1

# The receiver only takes messages, and all of them go out.
touch "$folder/good"
start_daemon
delivered() { [ "$(pending)" = 0 ]; }
sleep 5
until_true 240 delivered ||
    fail "$(pending) messages are still pending: $(sql "SELECT * FROM undelivered_notice WHERE channel = 'oncall' LIMIT 5")"
stop_daemon
[ "$(sql 'PRAGMA integrity_check')" = ok ] || fail "integrity_check: $(sql 'PRAGMA integrity_check')"
"$here/check_notices.py" --catalog "$folder/catalog.db" --channel oncall --receipts "$folder/receipts" \
    --kills "$folder/kills" --outage "$outage_from" "$outage_to"
count() { sql "SELECT count(*) FROM incident WHERE rule = '$1' AND $2"; }
expect() { [ "$1" = "$2" ] || fail "$3: $1 instead of $2"; }
expect "$(count upload_failed "close_reason IS 'resolved'")" 210 "failed, and Normal after all"
expect "$(count upload_failed 'closed_at IS NULL')" 150 "failed"
expect "$(count unexpected_change 1)" 210 "images with a change that no upload makes"
# Others too may have been told late; of those that relapsed it is certain.
relapsed=$(sed -n '401,460p' "$(ready ids_file)" | sed "s/.*/'&'/" | paste -sd,)
sql "SELECT incident_id FROM incident JOIN image_info USING (image_key)
      WHERE rule = 'upload_failed' AND image_id IN ($relapsed)" >"$folder/relapsed"
expect "$(python3 -c 'import json, sys
taken = [json.loads(line) for line in open(sys.argv[1])]
alone = {i for r in taken if r["way"] == "take" for i, kind, told in r["items"] if kind == "closed" and told is False}
print(len(alone & {int(line) for line in open(sys.argv[2])}))' \
    "$folder/receipts" "$folder/relapsed")" 60 "told by their end alone"
expect "$(count upload_stuck 'closed_at IS NULL')" 100 "stuck"
expect "$(count upload_stuck 'closed_at IS NOT NULL')" 0 "stuck, and closed"
expect "$(count account_down 'closed_at IS NULL')" 0 "accounts down"

# Channels that are dead explain themselves to someone who knows only SQL.
dead() { sqlite3 -readonly -header -column "$folder/catalog.db" \
    "SELECT channel, state, attempts, last_error, explanation FROM undelivered_notice WHERE channel = '$1' LIMIT 1"; }
dead gone | tee "$folder/view"
grep -q 'refused' "$folder/view" || fail "undelivered_notice does not say why 'gone' is dead"
grep -q 'see to the channel gone' "$folder/view" || fail "undelivered_notice does not say what to do"
dead strict | tee "$folder/view"
grep -q 'given up.*HTTP 400: no such field' "$folder/view" || fail "undelivered_notice does not say why 'strict' is dead"

# What channels are reached by is nowhere.
! grep -a 'canary' "$folder/log" || fail "the log holds a secret of a channel"
no_secrets "$folder/log" "$folder"/catalog.db*
! grep -aq 'canary' "$folder"/catalog.db* || fail "the catalog holds a secret of a channel"
