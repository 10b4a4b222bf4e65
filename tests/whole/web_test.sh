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
start_daemon

is_ready() { [ "$(web /-/ready)" = ready ]; }
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

stop_daemon
no_secrets "$folder/log" "$folder/catalog.db" "$folder/metrics"
say "passed"
