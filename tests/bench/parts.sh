#!/usr/bin/env bash
# The parts of the sync by themselves, without a network: reading answers, signing calls, and recording answers beside
# the same by SQLite's C API. CPU time, so other load on the machine matters less.
#
#   scripts/bench.sh parts [IMAGES [ROUNDS]]
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$BIN/bench-parts" "$folder" "$@"
