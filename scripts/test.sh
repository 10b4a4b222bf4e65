#!/usr/bin/env bash
# Installs what is missing, builds, and runs all tests. Ends with ctest's summary and its exit
# status.
#
#   scripts/test.sh [CTEST-ARGUMENTS...]    such as -R settings, or -L unit
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/install-deps.sh
cmake --preset release
cmake --build --preset release -j "$(nproc)"
exec ctest --preset release -j 2 "$@"
