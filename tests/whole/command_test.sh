#!/usr/bin/env bash
# The verbs that read, beside the running daemon and after it has stopped, and Python's own sqlite3 while it writes.
source "$(dirname "$0")/stage.sh"

cat >"$folder/scenario.yaml" <<YAML
uploading: {median: 4s, sigma: 0.5}
outcomes: {normal: 0.8, upload_fail: 0.2, never: 0}
YAML
start_simulator 200
write_settings "$(ready endpoint)" "$(ready access_key_id)" "$(ready ids_file)"
vodcatalog() { "$bin/vodcatalog" --config "$folder/vodcatalog.yaml" "$@"; }
status_is() {
    local code=0
    vodcatalog status >"$folder/status" || code=$?
    [ "$code" = "$1" ] || { cat "$folder/status"; fail "status exits with $code, not $1"; }
}
status_is 3
grep -q '^VODCATALOG UNKNOWN' "$folder/status" || fail "a missing catalog is not told: $(cat "$folder/status")"

start_daemon
readable() { vodcatalog events >/dev/null 2>&1; }
until_true 10 readable || fail "the catalog cannot be read: $(vodcatalog events 2>&1)"
"$bin/vodcatalog" --config "$folder/vodcatalog.yaml" events --limit 1000 --follow --output ndjson >"$folder/followed" &
pids+=($!)
follower=$!
python3 - "$folder/catalog.db" <<'PYTHON' &
import sqlite3, sys, time
until = time.monotonic() + 8
seen = set()
while time.monotonic() < until:
    with sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True, timeout=5) as catalog:
        seen.add(catalog.execute("SELECT count(*) FROM status_change").fetchone()[0])
    time.sleep(0.05)
assert len(seen) > 1, seen
PYTHON
reader=$!
pids+=("$reader")
settled() { [ "$(sql "SELECT count(*) FROM image_info WHERE status IN ('Normal', 'UploadFail')")" = 200 ]; }
until_true 60 settled || fail "the uploads do not end"
wait "$reader" || fail "Python cannot read beside the daemon"

code=0
vodcatalog status | tee "$folder/status" || code=$?
[ "$code" = 0 ] || [ "$code" = 1 ] || [ "$code" = 2 ] || fail "status exits with $code"
grep -q 'cn-shanghai\|up' "$folder/status" || fail "status does not tell the account's state"
failed=$(sql "SELECT count(*) FROM image_info WHERE status = 'UploadFail'")
listed=$(vodcatalog images --status UploadFail --limit 1000 --output ndjson | wc -l)
[ "$listed" = "$failed" ] || fail "images lists $listed failed ones of $failed"
first=$(sed -n 1p "$(ready ids_file)")
vodcatalog images show "$first" | grep -q 'first seen' || fail "no history of $first"
[ "$(vodcatalog export | wc -l)" = 201 ] || fail "export has $(vodcatalog export | wc -l) lines"
[ "$(vodcatalog export --output json | python3 -c 'import json, sys; print(len(json.load(sys.stdin)))')" = 200 ] ||
    fail "the JSON of export"
vodcatalog report | tail -n +2 | cut -d' ' -f1 | while read -r name; do
    vodcatalog report "$name" >/dev/null || fail "report $name"
done
vodcatalog plan | grep -q cold || fail "plan shows no tier"
vodcatalog incidents --all >/dev/null || fail "incidents"
vodcatalog snapshot "$folder/snapshot.db"
compared=$(sqlite3 -readonly "$folder/snapshot.db" "SELECT count(*) FROM status_change")
[ "$compared" = "$(sql 'SELECT count(*) FROM status_change')" ] || fail "the snapshot has $compared changes"
changes() { grep -c '"status_change"' "$folder/followed" || true; }
all_followed() { [ "$(changes)" = "$(sql 'SELECT count(*) FROM status_change')" ]; }
until_true 10 all_followed || fail "events --follow told $(changes) of $(sql 'SELECT count(*) FROM status_change') changes"
kill "$follower" || fail "events --follow has ended"

stop_daemon
status_is 2
grep -q 'the daemon is not running' "$folder/status" || fail "a stopped daemon is not told: $(cat "$folder/status")"
vodcatalog images --limit 1 >/dev/null 2>&1 || fail "the catalog cannot be read after a stop"
[ "$(vodcatalog --catalog "$folder/snapshot.db" export | wc -l)" = 201 ] || fail "the snapshot cannot be exported"
no_secrets "$folder/status" "$folder/followed" "$folder/snapshot.db"
