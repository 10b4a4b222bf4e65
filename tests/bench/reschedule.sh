#!/usr/bin/env bash
# What it costs to read a due batch and to reschedule it, by turns among few and among many tracked images, in CPU time.
#
#   scripts/bench.sh reschedule [FEW [MANY [ROUNDS]]]      10000, 1000000 and 300 unless given
set -euo pipefail
exec "${BIN:-$(dirname "$0")/../../build/release/bin}/bench-reschedule" "$@"
