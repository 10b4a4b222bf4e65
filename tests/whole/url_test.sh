#!/usr/bin/env bash
# `vodcatalog url` gets from the cloud what the daemon never keeps: the URL it prints is signed, while neither the catalog,
# byte by byte, nor any log holds a key or a signature that was ever served.
source "$(dirname "$0")/stage.sh"

cat >"$folder/scenario.yaml" <<YAML
uploading: {median: 1s, sigma: 0.1}
quirks: {original_file_name: mixed}
YAML
start_simulator 50
write_settings "$(ready endpoint)" "$(ready access_key_id)" "$(ready ids_file)"
start_daemon
all_normal() { [ "$(sql "SELECT count(*) FROM image_info WHERE status = 'Normal' AND url_signed" 2>/dev/null)" = 50 ]; }
until_true 30 all_normal || fail "only $(sql "SELECT count(*) FROM image_info WHERE url_signed") images with a URL"

# vodcatalog EXIT-CODE ARGUMENTS...: with that end; what it said is in $folder/out and $folder/err
vodcatalog() {
    local wanted=$1 code=0
    shift
    "$bin/vodcatalog" --config "$folder/vodcatalog.yaml" "$@" >"$folder/out" 2>"$folder/err" || code=$?
    cat "$folder/err" >>"$folder/errors"
    [ "$code" = "$wanted" ] || fail "vodcatalog $*: exit code $code instead of $wanted: $(cat "$folder/err")"
}
id=$(head -1 "$(ready ids_file)")
plain=$(sql "SELECT url FROM image_info WHERE image_id = '$id'")
vodcatalog 0 url "$id"
grep -qE "^URL +$plain\?auth_key=[0-9]{10}-[0-9a-f]+-0-[0-9a-f]{32}$" "$folder/out" || fail "no signed URL: $(cat "$folder/out")"
grep -qE '^FileURL +https://.*[?&]Signature=[A-Za-z0-9%]+' "$folder/out" || fail "no signed FileURL: $(cat "$folder/out")"
vodcatalog 0 url "$id" --output json
python3 -c 'import json, sys
answer = json.load(open(sys.argv[1]))
assert answer["account"] == "main" and "auth_key=" in answer["url"] and "Signature=" in answer["file_url"], answer' "$folder/out"
for each in $(head -10 "$(ready ids_file)"); do # some have it in OriginalFileName
    vodcatalog 0 url "$each" --mezzanine
    grep -qE '^https://[^ ]*[?&]Signature=[A-Za-z0-9%]+[^ ]*$' "$folder/out" || fail "no signed FileURL: $(cat "$folder/out")"
done

vodcatalog 64 url
vodcatalog 64 url "$id" --account nobody
grep -q 'it is one of main' "$folder/err" || fail "does not name the accounts: $(cat "$folder/err")"
vodcatalog 65 url 'a,b'
vodcatalog 66 url 00000000000000000000000000000000
sed -i 's/region/regoin/' "$folder/vodcatalog.yaml"
vodcatalog 78 url "$id"
sed -i 's/regoin/region/' "$folder/vodcatalog.yaml"
echo wrong-wrong-wrong >"$folder/secret"
vodcatalog 77 url "$id"
ready access_key_secret >"$folder/secret"
sed -i 's#endpoint: .*#endpoint: http://127.0.0.1:9#' "$folder/vodcatalog.yaml"
vodcatalog 69 url "$id"

no_secrets "$folder"/log "$folder"/errors "$folder"/catalog.db*
stop_daemon
no_secrets "$folder"/log "$folder"/catalog.db*
sed -i "s#endpoint: .*#endpoint: $(ready endpoint)#" "$folder/vodcatalog.yaml"
vodcatalog 0 url "$id"
if (no_secrets "$folder/out") >/dev/null 2>&1; then fail "the signature that was printed is not found"; fi
say "signed for the one who asked, and nowhere else"
