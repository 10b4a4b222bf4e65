#!/usr/bin/env bash
# A file of 150,000 IDs is taken in with a line of progress, in little memory, and again for less than it cost first.
set -euo pipefail
exec "$(dirname "$0")/ids.py" --images 150000 --mib 60 --ratio 1
