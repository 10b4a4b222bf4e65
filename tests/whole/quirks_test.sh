#!/usr/bin/env bash
# The real daemon with a cloud whose answers differ in every way we know from the documented sample: what the catalog
# holds in the end is still the cloud's truth, member by member.
source "$(dirname "$0")/stage.sh"

cat >"$folder/scenario.yaml" <<YAML
images: {arrive_over: 8s}
uploading: {median: 3s, sigma: 0.8}
outcomes: {normal: 0.7, upload_fail: 0.2, never: 0.1}
edits_per_second: 10
freeze_after: 15s
quirks:
  uploading_mezzanine: mixed
  uploading_url: mixed
  uploading_sizes: mixed
  file_size: mixed
  lists: mixed
  member_order: shuffled
  original_file_name: mixed
  titles: hostile
  legacy_members: true
  empty_lists: false
  absent_members: 0.1
  null_members: 0.1
  extra_members: 0.3
  status_absent: 0.05
  unsigned_urls: 0.2
YAML
start_simulator 400
write_settings "$(ready endpoint)" "$(ready access_key_id)" "$(ready ids_file)"
start_daemon
sleep 22
stop_daemon
"$here/compare_catalog.py" --catalog "$folder/catalog.db" --control "$control" \
    --settled-before "$(($(date +%s%3N) - 6000))"
! grep -aE '[^[:print:][:space:]]' <(LC_ALL=C tr -d '\200-\377' <"$folder/log") || fail "the log holds control characters"
no_secrets "$folder"/log "$folder"/catalog.db*
