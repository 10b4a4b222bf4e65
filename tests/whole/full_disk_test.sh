#!/usr/bin/env bash
# The catalog's disk is full: the daemon stops asking, stays up and says so, a channel is told without the catalog, and all
# goes on by itself when there is room. A start on a full disk is survived too, and a test message still goes out.
source "$(dirname "$0")/stage.sh"

cat >"$folder/scenario.yaml" <<YAML
uploading: {median: 1s, sigma: 0.1}
edits_per_second: 5
YAML
"$here/receiver.py" --receipts "$folder/receipts" --port-file "$folder/receiver-port" --good-file "$folder/good" \
    --bad-file "$folder/bad" &
pids+=($!)
touch "$folder/good"
until_true 10 test -s "$folder/receiver-port" || fail "the receiver does not start"
(umask 077 && echo "http://127.0.0.1:$(cat "$folder/receiver-port")/hook?token=canary-hook-0123456789" >"$folder/hook-url")
start_simulator 200
write_settings "$(ready endpoint)" "$(ready access_key_id)" "$(ready ids_file)"
cat >>"$folder/vodcatalog.yaml" <<YAML
alerts:
  group_wait: 0s
  channels: [{name: oncall, type: webhook, url_file: $folder/hook-url, timeout: 2s}]
YAML

# No file that the daemon writes may grow, or be written at all, while this limit is 0. Its log goes through a pipe, and the
# signal that comes with the limit is ignored, as the disk that is full sends none.
start_limited() {
    (
        trap '' XFSZ
        exec prlimit --fsize="$1":unlimited "$bin/vodcatalogd" --config "$folder/vodcatalog.yaml"
    ) 2> >(cat >>"$folder/log") &
    daemon=$!
    pids+=("$daemon")
}
limit() { prlimit --pid "$daemon" --fsize="$1":unlimited; }
calls() {
    curl -sf "$control/stats" | python3 -c 'import json, sys
print(sum(n for name, n in json.load(sys.stdin)["counts"].items() if name.startswith("call GetImageInfo")))'
}
seen() { [ "$(sql "SELECT count(*) FROM image_info WHERE status = 'Normal'" 2>/dev/null)" = 200 ]; }
told() { grep -c "$1" "$folder/receipts" || true; }
is_told() { [ "$(told "$1")" -ge 1 ]; }
logged() { [ "$(grep -c "$1" "$folder/log")" -ge "$2" ]; }
is_alive() { kill -0 "$daemon" 2>/dev/null || fail "the daemon has ended"; }

start_limited unlimited
until_true 60 seen || fail "not all images are seen"

limit 0
full_from=$SECONDS
until_true 20 logged 'The catalog cannot be used now' 1 || fail "a full disk is not told"
sleep 3
before=$(calls)
sleep 6
[ "$(calls)" = "$before" ] || fail "calls are made though their answers cannot be recorded: $before, $(calls)"
until_true 90 is_told catalog_full || fail "the channel was not told"
[ $((SECONDS - full_from)) -ge 55 ] || fail "a channel was told of a moment"
is_alive
"$bin/vodcatalog" --config "$folder/vodcatalog.yaml" alert test oncall | grep -q 'channel oncall: delivered' ||
    fail "a test message does not go out"

# The same after a restart: nothing has to be written for it but SQLite's shared memory, 32 KiB in a file that it has cut
# to nothing just before.
kill -TERM "$daemon"
wait "$daemon" || fail "the daemon ended with $?"
start_limited 40000
until_true 20 logged 'Ready' 2 || fail "a start on a full disk is not survived"
until_true 20 logged 'The catalog cannot be used now' 2 || fail "a full disk is not told after a start"
sleep 2
is_alive

limit unlimited
until_true 60 logged 'The catalog can be used again' 1 || fail "it does not go on by itself"
after=$(calls)
goes_on() { [ "$(calls)" -gt "$after" ]; }
until_true 30 goes_on || fail "no calls are made though there is room"
kill -TERM "$daemon"
wait "$daemon" || fail "the daemon ended with $?"
[ "$(sql 'PRAGMA integrity_check')" = ok ] || fail "integrity_check: $(sql 'PRAGMA integrity_check')"
! grep -a canary "$folder/log" || fail "the log holds a secret of a channel"
say "told in $((SECONDS - full_from)) s, and went on"
