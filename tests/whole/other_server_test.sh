#!/usr/bin/env bash
# The daemon works unchanged with a server that was written by itself: other member order, wrapped lists, numeric sizes.
source "$(dirname "$0")/stage.sh"

python3 "$here/tiny_server.py" --images 60 --port-file "$folder/port" &
pids+=($!)
until_true 10 test -s "$folder/port" || fail "the server does not start"
server=http://127.0.0.1:$(cat "$folder/port")
curl -sf "$server/ids" >"$folder/ids.txt"
(umask 077 && echo any >"$folder/secret")
write_settings "$server" AnyKey "$folder/ids.txt"
start_daemon
sleep 12
stop_daemon
curl -sf "$server/served" >"$folder/served"
sqlite3 -readonly -separator ' ' "$folder/catalog.db" "SELECT image_id, to_status FROM status_change JOIN image_info USING (image_key)
    ORDER BY image_id, status_change_id" >"$folder/recorded"
diff "$folder/served" "$folder/recorded" || fail "what was recorded is not what was served"
[ "$(sql "SELECT count(*) FROM mezzanine WHERE width = 640 AND file_size = 123456")" = 60 ] || fail "sizes sent as numbers are not there"
[ "$(sql "SELECT count(*) FROM image_info WHERE status = 'Uploading'")" = 0 ] || fail "an upload that ended is still Uploading"
say "$(wc -l <"$folder/recorded") status changes, all as served"
