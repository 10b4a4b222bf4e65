#!/usr/bin/env bash
# Builds what is measured and runs one benchmark; docs/performance.md has results. Without a name, lists them.
#
#   scripts/bench.sh [NAME [ARGUMENTS...]]    such as sync --images 100000 --rounds 5
set -euo pipefail
cd "$(dirname "$0")/.."

shopt -s nullglob
declare -A file
for candidate in tests/bench/*.sh tests/bench/*.py; do
    name=$(basename "${candidate%.*}")
    [[ $name == *_test ]] || file[$name]=$candidate
done
name=${1-}
if [ -z "${file[${name:-none}]-}" ]; then
    echo "usage: scripts/bench.sh NAME [ARGUMENTS...]; the names are:" >&2
    printf '    %s\n' "${!file[@]}" | sort >&2
    [ -z "$name" ] && exit 0
    exit 64
fi

scripts/install-deps.sh
cmake --preset release >/dev/null
cmake --build --preset release --target vodcatalogd benchmarks >/dev/null
export BIN=$PWD/build/release/bin
exec "${file[$name]}" "${@:2}"
