#!/usr/bin/env bash
# The cloud's own clients, as its vendor publishes them, call the simulated cloud: whatever they sign it accepts, whatever
# it answers they understand.
#
#   official_clients_test.sh FOLDER     where the clients are installed; they stay there for the next time
source "$(dirname "$0")/../stage.sh"

judge=$here/official_clients
modules=${1:?the folder to install the clients in}
mkdir -p "$modules"
cp "$judge"/{package.json,package-lock.json,.npmrc,judge.js} "$modules"
installed() { cmp -s "$judge/package-lock.json" "$modules/node_modules/.installed"; }
if ! installed; then
    # Whatever scripts they bring are not needed and not run.
    (cd "$modules" && timeout 200 npm ci --ignore-scripts) >"$folder/npm" 2>&1 || {
        cat "$folder/npm"
        fail "npm cannot install the official clients; this test needs its package registry to be within reach"
    }
    cp "$judge/package-lock.json" "$modules/node_modules/.installed"
fi

cat >"$folder/scenario.yaml" <<YAML
uploading: {median: 0s}
accounts: [{name: second, images: 3, region: cn-beijing}]
YAML
start_simulator 40
node "$modules/judge.js" "$folder/ready.json" "$folder"
say "$(curl -sf "$control/stats")"
