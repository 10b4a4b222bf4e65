#!/usr/bin/env bash
# Shows that tidy_test.sh finds a breach of each of its rules, and lets good code pass.
set -euo pipefail
tidy=$(realpath "$(dirname "$0")/tidy_test.sh")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failed=0
mapfile -t seventy_lines < <(printf '    step();%.0s\n' {1..70})

# What the tree looks like when nothing is wrong: near misses of the rules below.
fresh_tree() {
    rm -rf "${folder:?}"/*
    mkdir -p "$folder"/{migrations,catalog,daemon/vod,daemon/sync,cli,tests/sync}
    cat >"$folder/daemon/sync/sync.cpp" <<'EOF'
#include "daemon/sync/sync.h"

#include <chrono>

#include "catalog/image.h"
#include "daemon/clock.h"
#include "daemon/logging.h"
#include "daemon/vod/vod_client.h"
#include "migrations/migrations.h"

// SELECT, sleep_for and steady_clock::now() may be spoken of.
const char* kHelp = "Please SELECTED one; see https://example.com/UPDATE";
void sleepless(int overslept) { image.creation_time(nullptr); }
EOF
    cat >"$folder/daemon/clock.cpp" <<'EOF'
const auto now = std::chrono::system_clock::now();
EOF
    cat >"$folder/catalog/image_store.cpp" <<'EOF'
#include <Poco/Data/Session.h>
const char* kDue = R"(
SELECT image_key
FROM poll_queue)";
EOF
    cat >"$folder/tests/sync/sync_test.cpp" <<'EOF'
#include "daemon/sync/sync.h"
const char* kCount = "SELECT count(*) FROM image_info";
EOF
    printf '%s\n' '#include "catalog/image.h"' '#include "cli/status.h"' '#include "daemon/settings.h"' \
        '#include "daemon/vod/vod_client.h"' 'void of_seventy_lines() {' "${seventy_lines[@]}" '}' >"$folder/cli/status.cpp"
}

# finds FILE LINE-OF-CODE WORDS...: with that line added, the breach is reported for that very line.
finds() {
    local file=$1 code=$2 words=$3 said line
    fresh_tree
    mkdir -p "$(dirname "$folder/$file")"
    printf '%b\n' "$code" >>"$folder/$file"
    line=$(wc -l <"$folder/$file")
    said=$("$tidy" "$folder" 2>&1) && said="(nothing)"
    if ! grep -q "^$file:[0-9]*: .*$words" <<<"$said"; then
        echo "not found: $code in $file:$line; instead: $said"
        failed=1
    fi
}

fresh_tree
"$tidy" "$folder" || { echo "good code is refused"; failed=1; }

finds catalog/image.h '#include "daemon/clock.h"' "go left only"
finds catalog/image.h '#include "cli/status.h"' "go left only"
finds catalog/image.h '#include <Poco/Net/HTTPRequest.h>' "knows nothing of HTTP"
finds migrations/migrations.h '#include "catalog/image.h"' "go left only"
finds daemon/clock.h '#include "daemon/vod/endpoint.h"' "go left only"
finds daemon/vod/endpoint.h '#include "daemon/logging.h"' "go left only"
finds daemon/vod/endpoint.h '#include "daemon/sync/sync.h"' "go left only"
finds daemon/logging.h '#include "daemon/vod/redact.h"' "go left only"
finds daemon/sync/sync.h '#include "daemon/web/metrics.h"' "go left only"
finds daemon/sync/sync.h '#include "daemon/app.h"' "go left only"
finds daemon/app.h '#include "cli/status.h"' "go left only"
finds daemon/vod/vod_client.h '#include "cli/status.h"' "go left only"
finds cli/status.h '#include "tests/world/fake_clock.h"' "go left only"
finds daemon/app.h '#include "tests/world/fake_clock.h"' "go left only"
finds daemon/app.h '#include "settings.h"' "names its room"
finds daemon/app.h '#include <spdlog/spdlog.h>' "spdlog stays"
finds daemon/app.h '#include <systemd/sd-daemon.h>' "libsystemd stays"
finds daemon/app.cpp 'run("SELECT 1");' "SQL lives"
finds daemon/app.cpp 'run("PRAGMA user_version");' "SQL lives"
finds daemon/app.cpp 'run("INSERT INTO image_info VALUES (1)");' "SQL lives"
finds daemon/app.cpp 'run("UPDATE image_info SET url = 1");' "SQL lives"
finds daemon/app.cpp 'run("DELETE FROM image_info");' "SQL lives"
finds cli/status.cpp 'const char* k = R"(\nCREATE TABLE t (a)\n)";' "SQL lives"
finds daemon/app.cpp 'run("BEGIN IMMEDIATE");' "SQL lives"
finds daemon/app.cpp '#include <Poco/Data/Session.h>' "Poco::Data stays"
finds cli/status.cpp 'Poco::Data::Session session;' "Poco::Data stays"
finds daemon/app.cpp 'auto t = std::chrono::system_clock::now();' "time comes from"
finds catalog/image.cpp 'auto t = std::chrono::steady_clock::now();' "time comes from"
finds cli/status.cpp 'auto t = time(nullptr);' "time comes from"
finds daemon/random.cpp 'clock_gettime(CLOCK_REALTIME, &t);' "time comes from"
finds daemon/app.cpp 'std::this_thread::sleep_for(1s);' "a sleep is a bug"
finds tests/sync/sync_test.cpp 'sleep(1);' "a sleep is a bug"
finds tests/sync/sync_test.cpp 'Poco::Thread::sleep(1);' "a sleep is a bug"
finds catalog/image.cpp 'usleep(1);' "a sleep is a bug"
finds daemon/app.cpp "int x;  // $(printf 'x%.0s' {1..93})" "over 100 columns"
finds scripts/demo.sh "# $(printf 'x%.0s' {1..139})" "over 140 columns"
finds daemon/app.cpp "void f() {$(printf '\\n    g();%.0s' {1..71})\\n}" "a function of 71 lines"
finds daemon/url_utils.h 'int x;' "is no noun"
finds tests/common/fake.h 'int x;' "is no noun"
finds docs/operations.md "TO""DO: write" "finish it"
finds daemon/app.cpp "// FIX""ME later" "finish it"
[ "$failed" -eq 0 ] && echo "tidy_rules_test: every rule finds its breach"
exit "$failed"
