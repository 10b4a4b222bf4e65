#!/usr/bin/env bash
# An operator's commands about alerts, at a running daemon: a channel is tried from inside the service, a silence holds back
# what it covers until it ends, an incident that somebody sees to is closed as acknowledged.
source "$(dirname "$0")/stage.sh"

cat >"$folder/scenario.yaml" <<YAML
outcomes: {normal: 0, upload_fail: 0, never: 1}
YAML
"$here/receiver.py" --receipts "$folder/receipts" --port-file "$folder/receiver-port" --good-file "$folder/good" \
    --bad-file "$folder/bad" &
pids+=($!)
touch "$folder/good"
until_true 10 test -s "$folder/receiver-port" || fail "the receiver does not start"
receiver=http://127.0.0.1:$(cat "$folder/receiver-port")
(
    umask 077
    echo "$receiver/hook?token=canary-hook-0123456789" >"$folder/hook-url"
    echo "$receiver/strict" >"$folder/strict-url"
    echo "http://127.0.0.1:9/robot/canary-path-0123456789" >"$folder/gone-url"
)
start_simulator 10
write_settings "$(ready endpoint)" "$(ready access_key_id)" "$(ready ids_file)"
cat >>"$folder/vodcatalog.yaml" <<YAML
alerts:
  individually: [upload_failed]
  group_wait: 0s
  channels:
    - {name: oncall, type: webhook, url_file: $folder/hook-url, timeout: 2s}
    - {name: strict, type: webhook, url_file: $folder/strict-url, timeout: 2s}
    - {name: gone, type: webhook, url_file: $folder/gone-url, timeout: 2s}
YAML

# vodcatalog EXIT-CODE ARGUMENTS...: with that end; what it said is in $folder/out and $folder/err
vodcatalog() {
    local wanted=$1 code=0
    shift
    "$bin/vodcatalog" --config "$folder/vodcatalog.yaml" "$@" >"$folder/out" 2>"$folder/err" || code=$?
    [ "$code" = "$wanted" ] || fail "vodcatalog $*: exit code $code instead of $wanted: $(cat "$folder/out" "$folder/err")"
}
said() { grep -q -- "$1" "$folder/out" "$folder/err" || fail "does not say '$1': $(cat "$folder/out" "$folder/err")"; }
received() { [ "$(python3 -c 'import json, sys
print(sum(1 for line in open(sys.argv[1]) for item in json.loads(line)["items"] if item[1] == sys.argv[2]))' \
    "$folder/receipts" "$1")" = "$2" ]; }
failed() { [ "$(sql "SELECT count(*) FROM incident WHERE rule = 'upload_failed'" 2>/dev/null)" = "$1" ]; }
uploading() { [ "$(sql "SELECT count(*) FROM image_info WHERE status = 'Uploading'" 2>/dev/null)" = 10 ]; }
fail_image() {
    curl -sf -X PATCH "$control/images/$(sed -n "$1p" "$(ready ids_file)")" -d '{"Status": "UploadFail"}' >/dev/null ||
        fail "the simulator does not let image $1 fail"
}

start_daemon
until_true 30 uploading || fail "not all uploads are known"
vodcatalog 0 alert test oncall
said 'channel oncall: delivered'
grep -q '"key": "test-[0-9]*-oncall"' "$folder/receipts" || fail "the receiver has no test: $(cat "$folder/receipts")"
vodcatalog 65 alert test strict
said 'HTTP 400: no such field'
vodcatalog 69 alert test gone
said 'channel gone: not delivered: .*refused'
vodcatalog 64 alert test nobody
[ "$(sql 'SELECT count(*) FROM notice')" = 0 ] || fail "a test is in the outbox"

vodcatalog 64 silence --account nobody --for 1h --comment 'a test'
vodcatalog 0 silence --rule upload_failed --account main --for 1h --comment 'a test'
said 'silence 1'
fail_image 1
until_true 30 failed 1 || fail "the failed upload is no incident"
sleep 3
received firing 0 || fail "what is silenced was told"
vodcatalog 0 unsilence 1
vodcatalog 64 unsilence 1
until_true 90 received firing 1 || fail "what was silenced is not told when the silence is over"
fail_image 2
until_true 30 received firing 2 || fail "a failed upload is not told"

vodcatalog 0 ack 2
until_true 30 received closed 1 || fail "that it was acknowledged is not told"
[ "$(sql 'SELECT close_reason FROM incident WHERE incident_id = 2')" = acknowledged ] || fail "it is not acknowledged"
vodcatalog 64 ack 2
said 'open_incident'
stop_daemon
! grep -a canary "$folder/log" "$folder/out" "$folder/err" || fail "a secret of a channel was told"
say "tried, silenced, acknowledged"
