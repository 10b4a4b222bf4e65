#!/usr/bin/env bash
# What an operator can get wrong: one clear message each, the right exit code, and nothing touched.
source "$(dirname "$0")/stage.sh"

echo "images: {count: 3}" >"$folder/scenario.yaml"
start_simulator 3
write_settings "$(ready endpoint)" "$(ready access_key_id)" "$(ready ids_file)"
settings=$folder/vodcatalog.yaml

# refused CODE PATTERN: the daemon ends by itself with that code and says so
refused() {
    local code=0
    timeout 10 "$bin/vodcatalogd" --config "$settings" >"$folder/said" 2>&1 || code=$?
    [ "$code" = "$1" ] || fail "exit code $code instead of $1: $(cat "$folder/said")"
    grep -qE "$2" "$folder/said" || fail "does not say '$2': $(cat "$folder/said")"
    say "$1: $(head -1 "$folder/said" | cut -c1-150)"
}

sed -i 's/region/regoin/' "$settings"
refused 78 'vodcatalog.yaml:3:5: .*regoin.*region'
"$bin/vodcatalogd" --config "$settings" --check-config 2>"$folder/said" && fail "--check-config calls it good"
grep -q 'vodcatalog.yaml:3:5:' "$folder/said" || fail "--check-config gives no place"
sed -i 's/regoin/region/' "$settings"
"$bin/vodcatalogd" --config "$settings" --check-config >/dev/null || fail "--check-config calls good settings bad"
code=0
"$bin/vodcatalogd" --no-such-option >/dev/null 2>&1 || code=$?
[ "$code" = 64 ] || fail "a usage error ends with $code"

head -c 5000 /dev/urandom >"$folder/catalog.db"
sum=$(sha256sum <"$folder/catalog.db")
refused 78 'is no SQLite database'
[ "$(sha256sum <"$folder/catalog.db")" = "$sum" ] || fail "the damaged file was touched"
: >"$folder/catalog.db"
refused 78 'has 0 bytes'
rm "$folder/catalog.db"
sqlite3 "$folder/catalog.db" 'CREATE TABLE theirs (a)'
refused 78 'another program'
rm "$folder/catalog.db"

start_daemon
until_true 10 grep -q 'The account answers' "$folder/log" || fail "the daemon does not work"
refused 75 "is held by process $daemon"
stop_daemon
sqlite3 "$folder/catalog.db" 'PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
refused 78 'has schema 99'
rm "$folder"/catalog.db*

# The cloud's side: stay up, say it once, change nothing.
echo wrong >"$folder/secret"
start_daemon
until_true 10 grep -q 'code=SignatureDoesNotMatch' "$folder/log" || fail "a wrong key is not told"
sleep 3
kill -0 "$daemon" || fail "a wrong key ended the daemon"
[ "$(grep -c 'gives no answers' "$folder/log")" = 1 ] || fail "told more than once"
[ "$(sql "SELECT count(*) FROM status_change")" = 0 ] || fail "a wrong key changed something"
# SIGHUP with bad settings keeps the old ones; with good ones the key is mended.
sed -i 's/region/regoin/' "$settings"
kill -HUP "$daemon"
until_true 10 grep -q 'the old ones stay in use' "$folder/log" || fail "bad new settings are not told"
sed -i 's/regoin/region/' "$settings"
ready access_key_secret >"$folder/secret"
kill -HUP "$daemon"
answers_twice() { [ "$(grep -c 'The account answers' "$folder/log")" = 2 ]; }
until_true 15 answers_twice || fail "the mended key is not used"
all_seen() { [ "$(sql "SELECT count(DISTINCT image_key) FROM status_change")" = 3 ]; }
until_true 10 all_seen || fail "no images after the reload"
stop_daemon
sed -i "s#endpoint: .*#endpoint: http://127.0.0.1:9#" "$settings"
start_daemon
until_true 20 grep -q 'cause=transport' "$folder/log" || fail "an unreachable endpoint is not told"
stop_daemon
