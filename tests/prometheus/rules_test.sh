#!/usr/bin/env bash
# The alert rules that are shipped: they are rules, each of them is in a case of rules_test.yml, and fires as that says.
set -euo pipefail
cd "$(dirname "$0")"
rules=../../config/prometheus/vodcatalog.rules.yml

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$rules" rules_test.yml "$folder"
cd "$folder"
promtool check rules --lint=all --lint-fatal vodcatalog.rules.yml
promtool test rules rules_test.yml
for name in $(sed -n 's/^ *- alert: //p' vodcatalog.rules.yml); do
    grep -q "$name" rules_test.yml || { echo "no case has $name" >&2; exit 1; }
done
