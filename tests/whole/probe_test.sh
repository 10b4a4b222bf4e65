#!/usr/bin/env bash
# `vodcatalogd --probe` tells of each account and operation whether it works and what to do, by its exit code too, and
# changes nothing.
source "$(dirname "$0")/stage.sh"

cat >"$folder/scenario.yaml" <<YAML
accounts: [{name: second, images: 3, region: cn-beijing}]
YAML
start_simulator 10
second() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["accounts"][1][sys.argv[2]])' "$folder/ready.json" "$1"; }
write_settings "$(ready endpoint)" "$(ready access_key_id)" "$(ready ids_file)"
(umask 077 && second access_key_secret >"$folder/secret2")
sed -i "/^schedule:/i\\
\\  - {name: second, region: cn-beijing, endpoint: $(second endpoint), image_files: [$(second ids_file)],\\
\\     credentials: {access_key_id: $(second access_key_id), access_key_secret_file: $folder/secret2}}" "$folder/vodcatalog.yaml"

# probe EXIT-CODE TEXT...: ends with that code and says each text
probe() {
    local wanted=$1 code=0
    shift
    "$bin/vodcatalogd" --config "$folder/vodcatalog.yaml" --probe >"$folder/out" 2>&1 || code=$?
    cat "$folder/out" >>"$folder/probes"
    [ "$code" = "$wanted" ] || fail "exit code $code instead of $wanted: $(cat "$folder/out")"
    for text in "$@"; do grep -qE -- "$text" "$folder/out" || fail "does not say '$text': $(cat "$folder/out")"; done
}
set_cloud() { curl -sf -X POST --data "$1" "$control/settings" >/dev/null || fail "the simulator does not take $1"; }

probe 0 '^account main: http' '^account second: http' 'credentials +from static' "clock +agrees with the cloud's" \
    'GetImageInfos +works' 'GetImageInfo +works' 'can be polled, by GetImageInfos and GetImageInfo'
set_cloud '{"accounts": [{"name": "second", "denied": ["GetImageInfos"]}]}'
probe 0 'GetImageInfos +fails: Forbidden.RAM: vod:GetImageInfos' 'can be polled, by GetImageInfo$'
set_cloud '{"accounts": [{"name": "second", "denied": ["GetImageInfos", "GetImageInfo"]}]}'
probe 77 'can be polled, by GetImageInfos and GetImageInfo' 'cannot be polled until that is mended'
set_cloud '{"accounts": [{"name": "second", "denied": [], "suspended": true}]}'
probe 77 'OperationDenied.Suspended'
set_cloud '{"accounts": [{"name": "second", "suspended": false, "clock_skew": "1h"}]}'
probe 0 "this machine's is 3[56][0-9][0-9]s behind the cloud's"
sed -i 's#endpoint: http[^,]*,#endpoint: http://127.0.0.1:9,#' "$folder/vodcatalog.yaml"
probe 69 'fails: Transport' 'no answer; try again'
sed -i 's/region: cn-beijing/regoin: cn-beijing/' "$folder/vodcatalog.yaml"
probe 78 'did you mean region'
[ ! -e "$folder/catalog.db" ] || fail "a probe made a catalog"
no_secrets "$folder/probes"
say "each account's state is told"
