#!/usr/bin/env bash
# The rules a reviewer should not have to repeat. Prints `file:line: what is wrong` for each breach.
#
#   tests/tidy_test.sh [ROOT]
#
# What the compiler, clang-format and clang-tidy see is left to them. tidy_rules_test.sh shows for
# each rule here that it finds a breach.
set -euo pipefail
shopt -s inherit_errexit  # a rule that cannot be checked is a failure too
cd "${1:-$(dirname "$0")/..}"

rooms=()
for room in migrations catalog daemon cli tests scripts cmake systemd config docs; do
    [ -d "$room" ] && rooms+=("$room")
done
mapfile -t cpp < <(find "${rooms[@]}" -type f \( -name '*.h' -o -name '*.cpp' \) | sort)
mapfile -t text < <(find "${rooms[@]}" -type f \( -name '*.h' -o -name '*.cpp' -o -name '*.sh' \
    -o -name '*.py' \) ! -path tests/data/\* ! -path tests/golden/\* | sort)
mapfile -t all < <(find "${rooms[@]}" -type f ! -path tests/data/\* ! -path tests/golden/\* | sort)

# Whether each include goes left, and what only some rooms may say. In code without comments. The
# seams and the logs, which all rooms lean on, stand left of them.
code_rules() {
    awk '
    function breach(what) { printf "%s:%d: %s\n", FILENAME, FNR, what }

    # Where a file lives. Only files of one room and files further left may be included.
    function room(path) {
        if (path ~ /^daemon\/(backoff|clock|file_content|random|secret_file)\./) return "daemon/{clock}"
        if (path ~ /^daemon\/(journal|log_line|logging|watchdog)\./) return "daemon/{logging}"
        if (match(path, /^daemon\/[a-z_]+\//)) return substr(path, 1, RLENGTH - 1)
        return substr(path, 1, index(path, "/") - 1)
    }
    function rank(name) {
        if (name == "migrations") return 0
        if (name == "catalog") return 1
        if (name == "daemon/{clock}") return 2
        if (name == "daemon/vod" || name == "daemon/{logging}") return 3
        if (name ~ /^daemon\//) return 4
        if (name == "daemon") return 5
        if (name == "cli") return 6
        return 7
    }
    function include_rules(line,   included, theirs) {
        if (line ~ /^#include </) {
            if (here == "catalog" && line ~ /<(Poco\/Net\/|thread>|systemd\/|spdlog\/)/)
                breach("the catalog knows nothing of HTTP, threads, systemd or logs")
            if (line ~ /<systemd\// && FILENAME !~ /^daemon\/(journal|sd_notify)\.cpp$/)
                breach("libsystemd stays in daemon/journal.cpp and daemon/sd_notify.cpp")
            if (line ~ /<spdlog\// && FILENAME != "daemon/logging.cpp")
                breach("spdlog stays in daemon/logging.cpp")
            return
        }
        included = line
        sub(/^#include "/, "", included)
        sub(/".*$/, "", included)
        if (index(included, "/") == 0) {
            breach("an include names its room, from the root")
            return
        }
        theirs = room(included)
        if (theirs != here && rank(theirs) >= rank(here))
            breach("includes go left only, not from " here " to " theirs)
    }

    FNR == 1 { here = room(FILENAME); in_tests = here == "tests" }
    {
        line = $0
        sub(/(^|[ \t])\/\/.*$/, "", line)
        if (line == "") next
        padded = " " line " "
    }
    line ~ /^#include [<"]/ { include_rules(line) }

    padded ~ /[^A-Za-z_](SELECT|PRAGMA|INSERT (INTO|OR)|DELETE FROM)[^A-Za-z_]/ ||
    padded ~ /[^A-Za-z_]UPDATE [a-z_]+ SET[^A-Za-z_]/ ||
    padded ~ /[^A-Za-z_](CREATE|DROP) (TABLE|INDEX|UNIQUE|VIEW|TRIGGER|TEMP)[^A-Za-z_]/ ||
    padded ~ /"(BEGIN|COMMIT|ROLLBACK|VACUUM)[ ";]/ {
        if (here != "catalog" && here != "migrations" && !in_tests) breach("SQL lives in catalog/")
    }
    line ~ /Poco(\/|::)Data/ {
        if (here != "catalog" && !in_tests) breach("Poco::Data stays in catalog/")
    }
    line ~ /(system|steady|high_resolution)_clock::now|clock_gettime|gettimeofday/ ||
    padded ~ /[^A-Za-z_.>]time\((nullptr|NULL|0)\)/ {
        if (FILENAME != "daemon/clock.cpp" && !in_tests) breach("time comes from daemon/clock.h")
    }
    line ~ /sleep_for|sleep_until|usleep|nanosleep|trySleep/ || padded ~ /[^A-Za-z_]sleep\(/ {
        breach("a sleep is a bug: rest where a stop wakes you; tests move a FakeClock")
    }
    ' "${cpp[@]}"
}

# A function (outside a class; clang-tidy sees the others too) has at most 70 lines. Formatted, it
# runs from the last line that starts in the first column to a closing brace there.
function_lengths() {
    awk '
    FNR == 1 { start = 0; raw = 0 }
    {
        if (raw) { if (index($0, ")" mark "\"")) raw = 0; next }
        if (match($0, /R"[a-z]*\(/)) {
            mark = substr($0, RSTART + 2, RLENGTH - 3)
            raw = index(substr($0, RSTART + RLENGTH), ")" mark "\"") == 0
        }
    }
    /^[A-Za-z_]/ { start = FNR }
    /^}( catch .*)?$/ {
        lines = FNR - start - 1
        if (start && lines > 70)
            printf "%s:%d: a function of %d lines; 70 are enough\n", FILENAME, start, lines
        start = 0
    }
    ' "${cpp[@]}"
}

# lines_with WHAT GREP-ARGUMENTS...: reports each line that grep finds.
lines_with() {
    local what=$1
    shift
    { grep -Hn "$@" || [ $? -eq 1 ]; } | sed "s/^\([^:]*:[0-9]*:\).*/\1 $what/"
}

# C++ is read side by side; a shell pipeline or a query in a script may be wider.
columns() {
    LC_ALL=C.UTF-8 lines_with "over 100 columns" -E '^.{101}' "${cpp[@]}"
    LC_ALL=C.UTF-8 lines_with "over 140 columns" -E '^.{141}' "${text[@]}"
}

unfinished() {
    lines_with "finish it, or write an issue" -IwE '(TO)DO|(FIX)ME|(X)XX|(HA)CK' "${all[@]}"
}

names() {
    local file
    for file in "${all[@]}"; do
        if [[ /$file =~ [/_](utils?|common|helpers?|managers?|misc)[/_.] ]]; then
            echo "$file:1: \"${BASH_REMATCH[1]}\" is no noun; say what it is"
        fi
    done
}

breaches=$(code_rules; function_lengths; columns; unfinished; names)
[ -z "$breaches" ] && exit 0
echo "$breaches"
echo "tidy: $(wc -l <<<"$breaches") breaches" >&2
exit 1
