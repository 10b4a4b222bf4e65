#!/usr/bin/env bash
# The daemon's own pages, with the real binaries: where they listen, and what happens where they cannot.
set -euo pipefail
# shellcheck source=tests/whole/stage.sh
source "$(dirname "$0")/stage.sh"

cat >"$folder/scenario.yaml" <<YAML
images: {arrive_over: 1s}
YAML
start_simulator 50
write_settings "$(ready endpoint)" "$(ready access_key_id)" "$(ready ids_file)"
cat >"$folder/beats.py" <<'PYTHON'
import http.server, sys
class Beats(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        with open(sys.argv[1] + "/beats", "a") as beats:
            beats.write(self.path + "\n")
        self.send_response(200)
        self.end_headers()
    def log_message(self, *ignored):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Beats)
with open(sys.argv[1] + "/beats-port", "w") as port:
    port.write(str(server.server_port) + "\n")
server.serve_forever()
PYTHON
python3 "$folder/beats.py" "$folder" &
pids+=($!)
until_true 10 test -s "$folder/beats-port" || fail "nobody waits for heartbeats"
(umask 077 && echo "http://127.0.0.1:$(cat "$folder/beats-port")/ping/canary-beat-0123456789" >"$folder/beat-url")
cat >>"$folder/vodcatalog.yaml" <<YAML
alerts: {heartbeat_url_file: $folder/beat-url, heartbeat_every: 10s}
YAML
start_daemon

is_ready() { [ "$(web /-/ready 2>/dev/null)" = ready ]; }
until_true 10 is_ready || fail "it does not become ready: $(web /-/ready)"
[ "$(web /-/healthy)" = healthy ] || fail "it is not healthy: $(web /-/healthy)"
[ "$(web /-/healthy -o /dev/null -w '%{http_code}' -H 'Host: evil.example')" = 421 ] || fail "it answers to any name"
[ "$(web /-/healthy -o /dev/null -w '%{http_code}' -X POST)" = 405 ] || fail "it takes a POST"

all_answered() { web /metrics | grep -qE '^vodcatalog_images\{account="main",status="pending"\} 0$'; }
until_true 30 all_answered || fail "not all images are answered: $(web /metrics | grep vodcatalog_images)"
web /metrics >"$folder/metrics"
promtool check metrics <"$folder/metrics" || fail "promtool does not take the metrics"
for name in $(sed -n 's/^# TYPE \([a-z_]*\) .*/\1/p' "$folder/metrics"); do
    grep -q "^| \`$name\` |" "$here/../../docs/metrics.md" || fail "docs/metrics.md does not have $name"
done
counted() { sed -n "s/^vodcatalog_images{account=\"main\",status=\"$1\"} //p" "$folder/metrics"; }
[ "$(counted Normal)" -le 50 ] && [ $(($(counted Normal) + $(counted Uploading) + $(counted UploadFail))) -eq 50 ] ||
    fail "it counts $(counted Normal), $(counted Uploading) and $(counted UploadFail) images, not 50"
web /api/v1/status | python3 -c 'import json, sys
status = json.load(sys.stdin)
assert status["ready"] and status["healthy"] and status["accounts"][0]["state"] == "up", status' || fail "the status is wrong"

say "A second daemon that is told to listen there does not start."
address=$(sed -n 's/.*The web server listens. address=//p' "$folder/log")
sed "s/catalog.db/second.db/; s/control.sock/second.sock/; s/^web: .*/web: {listen: '$address'}/" \
    "$folder/vodcatalog.yaml" >"$folder/second.yaml"
code=0
timeout 30 "$bin/vodcatalogd" --config "$folder/second.yaml" 2>"$folder/second.log" || code=$?
[ "$code" -eq 78 ] || fail "it ended with $code: $(cat "$folder/second.log")"
grep -q "web server $address: cannot listen there" "$folder/second.log" || fail "it does not say why: $(cat "$folder/second.log")"

say "One that is not told warns where the usual port is taken, and goes on; one without pages has none."
python3 -c 'import socket, time
taken = socket.socket()
try:
    taken.bind(("127.0.0.1", 9642))
except OSError:
    pass
taken.listen()
open("'"$folder"'/taken", "w").close()
time.sleep(600)' &
pids+=($!)
until_true 10 test -e "$folder/taken" || fail "the port is not taken"
for web in "" "web: {enabled: false}"; do
    sed "s/catalog.db/second.db/; s/control.sock/second.sock/; s/^web: .*/$web/" "$folder/vodcatalog.yaml" >"$folder/second.yaml"
    "$bin/vodcatalogd" --config "$folder/second.yaml" 2>"$folder/second.log" &
    second=$!
    pids+=("$second")
    until_true 10 grep -q " Ready" "$folder/second.log" || fail "it does not start: $(cat "$folder/second.log")"
    kill -TERM "$second"
    wait "$second" || fail "it ended with $?"
    warnings=$(grep -c "There is no web server" "$folder/second.log" || true)
    [ "$warnings" = "$([ -z "$web" ] && echo 1 || echo 0)" ] || fail "$warnings warnings: $(cat "$folder/second.log")"
done

until_true 30 test -s "$folder/beats" || fail "no heartbeat arrives"
[ "$(sort -u "$folder/beats")" = /ping/canary-beat-0123456789 ] || fail "the heartbeat is a wrong one: $(cat "$folder/beats")"

say "Each start says how the last run ended."
last_exit() { web /api/v1/status | python3 -c 'import json, sys; print(json.load(sys.stdin)["last_exit"]["how"])'; }
[ "$(last_exit)" = unknown ] || fail "the first run knows of one before it: $(last_exit)"
stop_daemon
mv "$folder/log" "$folder/first.log"
start_daemon
until_true 10 is_ready || fail "it does not become ready again"
grep -q "The last run ended as it was told to" "$folder/log" || fail "the log does not say that the last run ended well"
[ "$(last_exit)" = clean ] || fail "the last run ended as: $(last_exit)"
kill -9 "$daemon"
wait "$daemon" 2>/dev/null || true
mv "$folder/log" "$folder/second-run.log"
start_daemon
until_true 10 is_ready || fail "it does not become ready after a crash"
grep -q "The last run crashed or was killed" "$folder/log" || fail "the log does not say that the last run crashed"
[ "$(last_exit)" = crashed ] || fail "the last run ended as: $(last_exit)"
grep -q canary-beat "$folder/log" "$folder/first.log" && fail "the heartbeat's URL is in the log"
web /metrics >"$folder/metrics"

stop_daemon
no_secrets "$folder/log" "$folder/catalog.db" "$folder/metrics"
say "passed"
