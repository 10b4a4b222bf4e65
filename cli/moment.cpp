#include "cli/moment.h"

#include "catalog/error.h"
#include "cli/failure.h"
#include "daemon/duration.h"

namespace vodcatalog {

WallTime moment(const std::string& option, const std::string& text, WallTime now) {
    if (const auto at = catalog::from_iso(text)) return *at;
    if (const auto day = catalog::from_iso(text + "T00:00:00Z")) return *day;
    try {
        return now - parse_duration(text);
    } catch (const catalog::Unusable&) {
        // Told below, with all forms.
    }
    throw Failure(ExitCode::usage, option + " " + text +
                                       ": is no time; give 90m, 12h or 7d (ago), 2026-01-02, or "
                                       "2026-01-02T03:04:05Z");
}

std::optional<WallTime> moment(const std::string& option, const std::optional<std::string>& text,
                               WallTime now) {
    if (!text) return std::nullopt;
    return moment(option, *text, now);
}

}  // namespace vodcatalog
