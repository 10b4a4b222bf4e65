#!/usr/bin/env bash
# clang-tidy over the project's own files, as the release preset compiles them. Any finding is an
# error.
#
#   scripts/lint.sh [REGEX]    only files whose path matches
set -euo pipefail
cd "$(dirname "$0")/.."

[ -f build/release/compile_commands.json ] || cmake --preset release >/dev/null

# Clang takes g++'s precompiled header for its own and stumbles: give it a copy of the plain header,
# where no compiled one lies beside it.
mkdir -p build/lint
headers=$(grep -oP -- '-include \K\S+/cmake_pch\.hxx' build/release/compile_commands.json | sort -u)
for header in $headers; do
    copy="build/lint/$(cksum <<<"$header" | cut -d ' ' -f 1).hxx"
    cp "$header" "$copy"
    printf 's|%s|%s|g\n' "$header" "$PWD/$copy"
done >build/lint/headers.sed
sed -f build/lint/headers.sed build/release/compile_commands.json >build/lint/compile_commands.json

exec run-clang-tidy-14 -quiet -p build/lint -j 2 "^$PWD/(catalog|daemon|cli|tests)/.*${1:-}" \
    2> >(grep -v 'warnings generated' >&2)
