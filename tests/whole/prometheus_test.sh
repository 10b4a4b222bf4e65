#!/usr/bin/env bash
# A real Prometheus scrapes the real daemon and fires a shipped rule into a real Alertmanager; the daemon's own channel
# tells the same Alertmanager of its incident, and of its end. All on loopback, on ports and in folders of their own.
source "$(dirname "$0")/stage.sh"

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

cat >"$folder/scenario.yaml" <<YAML
outcomes: {normal: 1, upload_fail: 0, never: 0}
uploading: {median: 1s}
YAML
start_simulator 40
alertmanager=127.0.0.1:$(free_port)
write_settings "$(ready endpoint)" "$(ready access_key_id)" "$(ready ids_file)"
cat >>"$folder/vodcatalog.yaml" <<YAML
alerts:
  group_wait: 0s
  channels: [{name: alertmanager, type: alertmanager, url: "http://$alertmanager", resend_every: 1s}]
YAML

cat >"$folder/alertmanager.yml" <<YAML
route: {receiver: nobody, group_wait: 1s}
receivers: [{name: nobody}]
YAML
prometheus-alertmanager --config.file="$folder/alertmanager.yml" --storage.path="$folder/alertmanager" \
    --web.listen-address="$alertmanager" --cluster.listen-address= --log.level=warn 2>"$folder/alertmanager.log" &
pids+=($!)

start_daemon
until_true 10 grep -q "The web server listens" "$folder/log" || fail "the daemon has no web server"
daemon_address=$(sed -n 's/.*The web server listens. address=//p' "$folder/log" | tail -1)

# The shipped rules, but that nobody waits minutes here.
sed 's/^\( *for:\) .*/\1 1s/' "$here/../../config/prometheus/vodcatalog.rules.yml" >"$folder/vodcatalog.rules.yml"
cat >"$folder/prometheus.yml" <<YAML
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [$folder/vodcatalog.rules.yml]
scrape_configs: [{job_name: vodcatalog, static_configs: [{targets: ["$daemon_address"]}]}]
alerting: {alertmanagers: [{static_configs: [{targets: ["$alertmanager"]}]}]}
YAML
prometheus=127.0.0.1:$(free_port)
prometheus --config.file="$folder/prometheus.yml" --storage.tsdb.path="$folder/prometheus" \
    --rules.alert.resend-delay=5s --web.listen-address="$prometheus" --log.level=warn 2>"$folder/prometheus.log" &
pids+=($!)

names_of() { python3 -c 'import json, sys; print(*[each["labels"]["alertname"] for each in json.load(sys.stdin)], sep="\n")'; }
# alerted NAME: Alertmanager has an alert of that name that is not over
alerted() { curl -sf "http://$alertmanager/api/v2/alerts" | names_of 2>/dev/null | grep -qx "$1"; }
over() { ! alerted "$1"; }
# number QUERY: what Prometheus has for it
number() {
    curl -sf "http://$prometheus/api/v1/query" --data-urlencode "query=$1" | python3 -c 'import json, sys
print(",".join(each["value"][1] for each in json.load(sys.stdin)["data"]["result"]))' 2>/dev/null
}
is_number() { [ "$(number "$1")" = "$2" ]; }

until_true 60 alerted VodcatalogDeadMansSwitch || fail "the way to Alertmanager is broken: $(tail -3 "$folder/prometheus.log")"
images='vodcatalog_images{status="Normal"}'
until_true 60 is_number "$images" 40 || fail "Prometheus counts $(number "$images") images"
is_number vodcatalog_healthy 1 || fail "it is not healthy"
alerted VodcatalogAccountDown && fail "an account is said to be down that is not"
say "Prometheus scrapes the daemon, and its alerts reach Alertmanager."

curl -sf -X POST "$control/settings" -d '{"faults": {"http_5xx": 1}}' >/dev/null || fail "the simulator takes no settings"
until_true 60 alerted VodcatalogAccountDown || fail "the shipped rule does not fire"
until_true 60 alerted account_down || fail "the channel does not tell of the incident"
say "An outage fires the shipped rule, and the channel tells of its incident."

curl -sf -X POST "$control/settings" -d '{"faults": {"http_5xx": 0}}' >/dev/null || fail "the simulator takes no settings"
until_true 90 over account_down || fail "the incident's alert does not end"
until_true 60 over VodcatalogAccountDown || fail "the rule's alert does not end"
say "Both end with it."

stop_daemon
until_true 60 alerted VodcatalogAbsent || fail "nobody tells that the daemon is gone"
no_secrets "$folder/log" "$folder/prometheus" "$folder/alertmanager.log"
say "passed"
