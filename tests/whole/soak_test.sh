#!/usr/bin/env bash
# The real daemon under everything at once: the server allows 70 % of what we think, one call in twelve is reset, fails, comes
# back garbled or hangs, sessions last 20 s, and one of two accounts is suspended half-way. No image may be misjudged, neither account may
# suffer for the other, nobody is asked too often, and no secret is written down.
#
#   SOAK_SECONDS=600 soak_test.sh     for longer; up to 900, as the simulator remembers so many signatures
source "$(dirname "$0")/stage.sh"

seconds=${SOAK_SECONDS:-150}
[ "$seconds" -ge 130 ] || fail "SOAK_SECONDS is under 130: not all images are there before the suspension"
rate=10         # calls a second: our own budget, of each account
limit=7         # what the server allows
lone_rate=20    # the same of GetImageInfo
lone_limit=14
cat >"$folder/scenario.yaml" <<YAML
images: {arrive_over: 60s}
uploading: {median: 10s, sigma: 0.8}
outcomes: {normal: 0.85, upload_fail: 0.1, never: 0.05}
edits_per_second: 3
faults: {reset_before_answer: 0.02, http_5xx: 0.02, garbled_body: 0.02, hang: 0.02, hang_for: 30s}
temporary: {sts_life: 20s, oidc_token: soaking.oidc.token}
accounts: [{name: second, images: 300, region: cn-beijing}]
YAML
(umask 077 && echo soaking.oidc.token >"$folder/oidc-token")
start_simulator 500
set_cloud() { curl -sf -X POST "$control/settings" -d "$1" >/dev/null || fail "the simulator does not take $1"; }

# of NAME MEMBER: of that account of the simulator
of() {
    python3 -c 'import json, sys
accounts = json.load(open(sys.argv[1]))["accounts"]
print(next(account[sys.argv[3]] for account in accounts if account["name"] == sys.argv[2]))' "$folder/ready.json" "$1" "$2"
}
# write_account NAME CREDENTIALS
write_account() {
    cat <<YAML
  - name: $1
    region: $(of "$1" region)
    endpoint: $(of "$1" endpoint)
    timeout: 3s
    calls_per_second: {GetImageInfos: $rate, GetImageInfo: $lone_rate}
    credentials:
      sts_endpoint: $(of "$1" endpoint)
      $2
    image_files: [$(of "$1" ids_file)]
YAML
}
role="access_key_id: $(ready access_key_id)
      access_key_secret_file: $folder/secret
      role: {arn: $(of main role_arn), session_name: soak}"
oidc="oidc: {role_arn: $(of second role_arn), provider_arn: $(of second oidc_provider_arn), token_file: $folder/oidc-token}"
# So short gaps that there is always more to ask than may be asked.
cat >"$folder/vodcatalog.yaml" <<YAML
accounts:
$(write_account main "$role")
$(write_account second "$oidc")
schedule: {uploading: {root: 0.2, min: 1s, max: 1s}, normal: {fraction: 0.01, min: 1s, max: 1s}}
catalog: {path: $folder/catalog.db}
log: {level: debug, format: text}
YAML

now_ms() { date +%s%3N; }
start_daemon
begun=$SECONDS
sleep 15
limited=$(now_ms)
set_cloud "{\"limits\": {\"GetImageInfos\": {\"per_second\": $limit}, \"GetImageInfo\": {\"per_second\": $lone_limit}}}"
say "the server allows $limit calls a second, our budget is $rate"
sleep $((seconds / 2 - 15))
suspended=$(now_ms)
set_cloud '{"accounts": [{"name": "second", "suspended": true}]}'
say "the second account is suspended"
sleep $((seconds - seconds / 2))
ended=$(now_ms)
say "after $((SECONDS - begun)) s: $(curl -sf "$control/stats")"

kill -0 "$daemon" || fail "the daemon has ended"
[ "$(sql "SELECT count(*) FROM tracked_image WHERE state <> 'tracked'")" = 0 ] || fail "an image is taken for another than it is"
[ "$(sql "SELECT count(*) FROM status_change WHERE expected = 0")" = 0 ] || fail "a change is recorded that never was"
good=true
count_calls() { "$here/count_calls.py" --control "$control" "$@" || good=false; }
for account in main second; do
    count_calls --account "$account" --to "$ended" --most "GetImageInfos=$rate" --most "GetImageInfo=$lone_rate"
done
count_calls --account main --from "$limited" --to "$ended" --least "GetImageInfos=$limit:85"
# What was under way may still come in; from then on the account is asked by single probes.
count_calls --account second --from $((suspended + 2000)) --to "$ended" --apart 29.5
[ "$(grep -c 'account=second.*OperationDenied.Suspended\|OperationDenied.Suspended.*account=second' "$folder/log")" -ge 1 ] ||
    fail "the suspension is not told"

# Sessions are renewed with 5 s left, so nobody calls with one that is over.
for action in AssumeRole AssumeRoleWithOIDC; do
    count=$(curl -sf "$control/record" | python3 -c 'import json, sys
print(sum(call["action"] == sys.argv[1] and call["http_status"] == 200 for call in json.load(sys.stdin)["calls"]))' "$action")
    say "$count sessions by $action"
    [ "$count" -ge $((seconds / 20)) ] && [ "$count" -le $((seconds / 10)) ] || good=false
done
[ "$(curl -sf "$control/record" | grep -c 'InvalidSecurityToken')" = 0 ] || fail "a call was made with a session that was over"
"$good" || fail "the calls are not as they have to be"

# The account is back, and all comes to rest.
set_cloud '{"accounts": [{"name": "second", "suspended": false}], "limits": {"GetImageInfos": {"per_second": 0}}}'
set_cloud '{"faults": {"reset_before_answer": 0, "http_5xx": 0, "garbled_body": 0, "hang": 0}}'
curl -sf -X POST "$control/freeze" >/dev/null || fail "the simulator does not freeze"
kill -HUP "$daemon"
sleep 12
mkdir "$folder/written"
cp "$folder"/catalog.db* "$folder/written" # a stop empties the WAL
stop_daemon
"$here/compare_catalog.py" --catalog "$folder/catalog.db" --control "$control" --account main --account second
sqlite3 -readonly "$folder/catalog.db" "VACUUM INTO '$folder/snapshot.db'"
cp "$folder"/log "$folder/written"
no_secrets "$folder/written" "$folder"/catalog.db* "$folder/snapshot.db"
