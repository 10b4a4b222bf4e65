# Sourced by the tests of whole programs: a folder of their own, a simulator or another server, the daemon. Everything ends
# with the test. BIN is where the executables are.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=${BIN:?the folder of the executables}
folder=$(mktemp -d)
pids=()
clean_up() {
    local code=$?
    trap - EXIT
    [ ${#pids[@]} -eq 0 ] || kill -9 "${pids[@]}" 2>/dev/null || true
    wait 2>/dev/null || true
    if [ "$code" -ne 0 ] && [ -s "$folder/log" ]; then
        echo "--- the end of the daemon's log:"
        tail -15 "$folder/log"
    fi
    rm -rf "$folder"
    exit "$code"
}
trap clean_up EXIT

fail() { echo "FAILED: $*" >&2; exit 1; }
say() { echo "$(date +%H:%M:%S) $*"; }
# until_true SECONDS COMMAND...: true as soon as the command is; fails after that many seconds.
until_true() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.1
    done
}

# start_simulator IMAGES: with $folder/scenario.yaml
start_simulator() {
    "$bin/vod-simulator" --listen 127.0.0.1:0 --images "$1" --seed "${SEED:-1}" --scenario "$folder/scenario.yaml" \
        --ready-file "$folder/ready.json" &
    pids+=($!)
    until_true 10 test -s "$folder/ready.json" || fail "the simulator does not start"
    control=$(ready control)
    (umask 077 && ready access_key_secret >"$folder/secret")
}
ready() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$folder/ready.json" "$1"; }

# write_settings ENDPOINT KEY_ID IDS_FILE: the schedule is quick, so that edits are seen within seconds
write_settings() {
    cat >"$folder/vodcatalog.yaml" <<YAML
accounts:
  - name: main
    region: cn-shanghai
    endpoint: $1
    timeout: 3s
    calls_per_second: {GetImageInfos: 50, GetImageInfo: 100}
    credentials: {access_key_id: $2, access_key_secret_file: $folder/secret}
    image_files: [$3]
schedule: {normal: {fraction: 0.5, min: 2s, max: 4s}}
catalog: {path: $folder/catalog.db}
control: {socket: $folder/control.sock}
web: {listen: 127.0.0.1:0}
log: {level: info, format: text}
YAML
}

start_daemon() {
    "$bin/vodcatalogd" --config "$folder/vodcatalog.yaml" 2>>"$folder/log" &
    daemon=$!
    pids+=("$daemon")
}
stop_daemon() {
    kill -TERM "$daemon"
    wait "$daemon" || fail "the daemon ended with $?"
}
# web PATH [CURL-ARGUMENTS...]: a page of the daemon's, once it listens
web() {
    until_true 10 grep -q "The web server listens" "$folder/log" || fail "there is no web server"
    local address
    address=$(sed -n 's/.*The web server listens. address=//p' "$folder/log" | tail -1)
    curl -sS --max-time 20 "${@:2}" "http://$address$1"
}
sql() { sqlite3 -readonly "$folder/catalog.db" "$1"; }

# no_secrets PATH...: no key and no signature that the simulator served is in any of these files or folders
no_secrets() {
    curl -sf "$control/secrets" >"$folder/secrets.json" || fail "the simulator tells no secrets"
    python3 -c 'import json, sys
record = json.load(open(sys.argv[1]))
assert record["complete"], "the simulator served more signatures than it remembers"
print("\n".join(record["secrets"]))' "$folder/secrets.json" >"$folder/secrets.txt"
    "$here/no_secrets.py" --secrets "$folder/secrets.txt" "$@" ||
        fail "a secret was written down, or could not be looked for"
}
