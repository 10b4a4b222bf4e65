#!/usr/bin/env bash
# Installs, from Debian 12's own packages, everything that building, testing and running vodcatalog
# needs. Does nothing when all of it is there. Run as root, or as a user who may use sudo.
set -euo pipefail

packages=(
    # build
    ca-certificates cmake g++ git ninja-build ccache
    libpoco-dev libsqlite3-dev libyaml-cpp-dev libspdlog-dev libfmt-dev
    libcli11-dev libsimdjson-dev prometheus-cpp-dev libssl-dev libsystemd-dev pkg-config zlib1g-dev
    # tests, checks and the demo
    libgtest-dev libbenchmark-dev clang-format-14 clang-tidy-14 curl openssl procps
    nodejs npm prometheus prometheus-alertmanager python3 sqlite3 systemd
    nodejs npm python3 python3-matplotlib sqlite3 systemd
)

# Also what an installed package stands in for: Node.js as its makers package it brings npm with it.
installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}, ${Provides}\n' |
    sed -n 's/^installed //p' | tr ',' '\n' | sed 's/(.*//; s/ //g')
missing=()
for package in "${packages[@]}"; do
    grep -qxF -- "$package" <<<"$installed" || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "install-deps: not root and no sudo; install as root: ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi
# Debian starts services as it installs them, and at each boot; tests start their own.
policy=/usr/sbin/policy-rc.d
services=()
for package in prometheus prometheus-alertmanager; do
    [[ " ${missing[*]} " != *" $package "* ]] || services+=("$package")
done
if [ ${#services[@]} -gt 0 ] && [ ! -e "$policy" ]; then
    trap '"${as_root[@]}" rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod 0755 "$policy"
fi
echo "install-deps: installing ${missing[*]}" >&2
"${as_root[@]}" apt-get update -q >&2
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -q --no-install-recommends "${missing[@]}" >&2
if [ ${#services[@]} -gt 0 ] && [ -d /run/systemd/system ]; then
    "${as_root[@]}" systemctl disable -q "${services[@]}" >&2
fi
