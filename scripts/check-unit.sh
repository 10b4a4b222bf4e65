#!/usr/bin/env bash
# Checks the systemd unit and what belongs to it, without a running systemd: `systemd-analyze
# verify` must not say anything, and the exposure score must be at most 1.2.
#
#   scripts/check-unit.sh [DAEMON]
#
# DAEMON stands in for /usr/bin/vodcatalogd, which is not installed on a build machine.
set -euo pipefail
cd "$(dirname "$0")/.."

daemon=${1:-build/release/bin/vodcatalogd}
if [ -x "$daemon" ]; then
    daemon=$(realpath "$daemon")
else
    echo "check-unit: $daemon is not built, so the copy that is checked starts /bin/true"
    daemon=/bin/true
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failed=0

# verify NAME: the unit, with the drop-ins that were put beside it. Its manual page comes with the
# package, so it is not looked for.
verify() {
    local said
    said=$(systemd-analyze verify --man=no "$folder/vodcatalog.service" 2>&1) || true
    if [ -n "$said" ]; then
        echo "check-unit: $1:"
        echo "$said"
        failed=1
    else
        echo "check-unit: $1: verified"
    fi
}

sed "s|^ExecStart=/usr/bin/vodcatalogd|ExecStart=$daemon|" systemd/vodcatalog.service \
    >"$folder/vodcatalog.service"
grep -q "^ExecStart=$daemon " "$folder/vodcatalog.service" || {
    echo "check-unit: ExecStart is not /usr/bin/vodcatalogd"
    failed=1
}
verify systemd/vodcatalog.service

score=$(systemd-analyze security --offline=yes --no-pager --threshold=12 \
    "$folder/vodcatalog.service" 2>&1) || {
    echo "$score" | grep '✗' || true
    failed=1
}
echo "$score" | tail -n 1

mkdir "$folder/vodcatalog.service.d"
for example in systemd/*.conf.example; do
    cp "$example" "$folder/vodcatalog.service.d/$(basename "$example" .example)"
    verify "the unit with $example"
done

# The user and groups, made in a folder of our own.
mkdir "$folder/root" "$folder/root/etc"
said=$(systemd-sysusers --root="$folder/root" "$PWD/systemd/vodcatalog.sysusers.conf" 2>&1) || {
    echo "check-unit: sysusers: $said"
    failed=1
}
for name in passwd:vodcatalog group:vodcatalog group:vodcatalog-admin; do
    if ! grep -q "^${name#*:}:" "$folder/root/etc/${name%%:*}"; then
        echo "check-unit: sysusers makes no ${name#*:} in ${name%%:*}: $said"
        failed=1
    fi
done

# Folders change owners, which only root may.
if [ "$(id -u)" -eq 0 ]; then
    said=$(systemd-tmpfiles --create --root="$folder/root" \
        "$PWD/systemd/vodcatalog.tmpfiles.conf" 2>&1) || {
        echo "check-unit: tmpfiles: $said"
        failed=1
    }
    mode=$(stat -c %a "$folder/root/run/vodcatalog" || true)
    if [ "$mode" != 2750 ]; then
        echo "check-unit: /run/vodcatalog has mode $mode, not 2750"
        failed=1
    fi
else
    echo "check-unit: not root, so tmpfiles.d is not tried"
fi
exit "$failed"
