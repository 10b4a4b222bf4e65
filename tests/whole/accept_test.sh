#!/usr/bin/env bash
# A list that lost most of its IDs lets none go until an operator accepts it; the operator's command reaches the daemon
# through its control socket, also after a reload, and says so when there is no daemon.
source "$(dirname "$0")/stage.sh"

cat >"$folder/scenario.yaml" <<YAML
uploading: {median: 1s, sigma: 0.1}
YAML
start_simulator 40
cp "$(ready ids_file)" "$folder/ids.txt"
write_settings "$(ready endpoint)" "$(ready access_key_id)" "$folder/ids.txt"

# vodcatalog EXIT-CODE ARGUMENTS...: with that end; what it said is in $folder/out and $folder/err
vodcatalog() {
    local wanted=$1 code=0
    shift
    "$bin/vodcatalog" --config "$folder/vodcatalog.yaml" "$@" >"$folder/out" 2>"$folder/err" || code=$?
    [ "$code" = "$wanted" ] || fail "vodcatalog $*: exit code $code instead of $wanted: $(cat "$folder/out" "$folder/err")"
}
said() { grep -q -- "$1" "$folder/out" "$folder/err" || fail "does not say '$1': $(cat "$folder/out" "$folder/err")"; }
watched() { [ "$(sql "SELECT count(*) FROM tracked_image WHERE state = 'tracked'" 2>/dev/null)" = "$1" ]; }

vodcatalog 69 accept-untrack
said 'no daemon listens there'
# A path that the settings name must work; otherwise nothing is begun.
sed "s#socket: .*}#socket: $folder/none/control.sock}#" "$folder/vodcatalog.yaml" >"$folder/bad.yaml"
code=0
timeout 20 "$bin/vodcatalogd" --config "$folder/bad.yaml" 2>"$folder/err" || code=$?
[ "$code" = 78 ] || fail "a control socket that cannot be bound: exit code $code instead of 78"
grep -q "control socket $folder/none/control.sock: cannot be bound" "$folder/err" || fail "does not say why: $(cat "$folder/err")"
curl -sf "$control/stats" | grep -q 'call GetImageInfos' && fail "calls were made before the socket was refused"

start_daemon
until_true 30 watched 40 || fail "not all images are watched"
[ "$(stat -c %a "$folder/control.sock")" = 660 ] || fail "the socket's mode is $(stat -c %a "$folder/control.sock")"
vodcatalog 0 accept-untrack
said 'nothing to accept'
vodcatalog 0 accept-gone --account main
said 'nothing to accept'
vodcatalog 64 accept-gone --account nobody
said 'name one of main'

head -5 "$(ready ids_file)" >"$folder/new.txt"
mv "$folder/new.txt" "$folder/ids.txt"
until_true 20 grep -q 'lost over half' "$folder/log" || fail "the shortened list is not told"
watched 40 || fail "images were let go before that was accepted"
kill -HUP "$daemon"
until_true 20 grep -q 'read again and are in use' "$folder/log" || fail "the reload is not told"
held_again() { [ "$(grep -c 'lost over half' "$folder/log")" = 2 ]; }
until_true 20 held_again || fail "the reload forgot that the list is held back"
vodcatalog 0 accept-untrack
said 'account main: 35 images'
until_true 20 watched 5 || fail "the images that the list lacks are still watched"
[ "$(sql "SELECT count(*) FROM image_info")" = 40 ] || fail "rows are lost"
stop_daemon
[ ! -e "$folder/control.sock" ] || fail "the socket is left behind"
vodcatalog 69 accept-gone
say "held back until it was accepted"
