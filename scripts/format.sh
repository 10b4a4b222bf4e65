#!/usr/bin/env bash
# Formats all C++ files that git knows, or with --check only says which are not formatted.
set -euo pipefail
cd "$(dirname "$0")/.."

mapfile -d '' -t files < <(git ls-files -z -- '*.h' '*.cpp')
case "${1:-}" in
    "") exec clang-format-14 -i "${files[@]}" ;;
    --check) exec clang-format-14 --dry-run -Werror "${files[@]}" ;;
    *) echo "usage: scripts/format.sh [--check]" >&2 && exit 2 ;;
esac
