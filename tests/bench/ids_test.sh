#!/usr/bin/env bash
# A file of 150,000 IDs is taken in with a line of progress, in little memory, and again in next to no time.
set -euo pipefail
exec "$(dirname "$0")/ids.py" --images 150000 --mib 60
