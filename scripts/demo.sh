#!/usr/bin/env bash
# Shows vodcatalog at work: installs and builds what is missing, starts a simulated cloud and the daemon on
# loopback, tracks 300 images through their uploads, prints each change of status as it is recorded, and ends by
# itself with a table read from the catalog by SQL and a comparison with what the cloud served.
#   scripts/demo.sh [--seconds N]     (default 60, at least 20)
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=60
if [ "${1-}" = "--seconds" ] && [[ "${2-}" =~ ^[0-9]+$ ]] && [ "$2" -ge 20 ]; then
    seconds=$2
elif [ $# -gt 0 ]; then
    echo "usage: scripts/demo.sh [--seconds N]   (N at least 20)" >&2
    exit 64
fi

scripts/install-deps.sh
bin=build/release/bin
if ! { [ -f build/release/build.ninja ] && ninja -C build/release -n vodcatalogd vod-simulator | grep -q 'no work to do'; }; then
    echo "Building (a few minutes the first time) ..."
    cmake --preset release >/dev/null
    cmake --build --preset release --target vodcatalogd vod-simulator >/dev/null
fi

folder=$(mktemp -d)
pids=()
clean_up() {
    local code=$?
    trap - EXIT
    [ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$folder"
    exit "$code"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# The last 10 s are for what the cloud did before them to be seen; images are held still for that long.
cat >"$folder/scenario.yaml" <<YAML
images: {arrive_over: $((seconds / 3))s}
uploading: {median: $((seconds / 8))s, sigma: 0.7}
outcomes: {normal: 0.85, upload_fail: 0.10, never: 0.05}
freeze_after: $((seconds - 10))s
YAML
"$bin/vod-simulator" --listen 127.0.0.1:0 --images 300 --seed "${VODCATALOG_DEMO_SEED:-1}" --scenario "$folder/scenario.yaml" \
    --ready-file "$folder/ready.json" &
pids+=($!)
for _ in $(seq 100); do [ -s "$folder/ready.json" ] && break || sleep 0.1; done

member() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$folder/ready.json" "$1"; }
(umask 077 && member access_key_secret >"$folder/secret")
cat >"$folder/vodcatalog.yaml" <<YAML
accounts:
  - name: demo
    region: cn-shanghai
    endpoint: $(member endpoint)
    calls_per_second: {GetImageInfos: 10}
    credentials: {access_key_id: $(member access_key_id), access_key_secret_file: $folder/secret}
    image_files: [$(member ids_file)]
catalog: {path: $folder/catalog.db}
web: {listen: 127.0.0.1:0}
log: {format: text}
YAML

echo "300 images, $seconds s: each line is a change of status as the daemon recorded it."
"$bin/vodcatalogd" --config "$folder/vodcatalog.yaml" 2> >(tee "$folder/log" | sed -nE \
    's/^[^T]*T([0-9:]+)\.[0-9]+Z .* image_id=([^ ]+) from=([^ ]+) to=([^ ]+) .*/\1  \2  \3 -> \4/; T; s/  "" -> /  (first seen) -> /; p') &
daemon=$!
pids+=("$daemon")
end=$((SECONDS + seconds))
while [ "$SECONDS" -lt "$end" ]; do
    kill -0 "$daemon" 2>/dev/null || { echo "The daemon ended early:" >&2; tail -5 "$folder/log" >&2; exit 1; }
    sleep 0.5
done
kill -TERM "$daemon"
wait "$daemon"

echo
echo "What the catalog says (sqlite3 catalog.db):"
sqlite3 -readonly -box "$folder/catalog.db" "
SELECT ifnull(from_status, '(first seen)') AS from_status, to_status, count(*) AS changes,
       round(avg((seen_at - last_seen_at) / 1000.0), 1) AS seconds_between_answers
  FROM status_change GROUP BY 1, 2 ORDER BY 3 DESC"
sqlite3 -readonly -box "$folder/catalog.db" "SELECT status, count(*) AS images FROM image_info GROUP BY status ORDER BY 2 DESC"
echo
echo "Compared with what the cloud served, and with how it is now:"
tests/whole/compare_catalog.py --catalog "$folder/catalog.db" --control "$(member control)" \
    --settled-before "$(($(date +%s%3N) - 10000))"
