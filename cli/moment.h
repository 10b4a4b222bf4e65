#pragma once

#include <optional>
#include <string>

#include "daemon/clock.h"

namespace vodcatalog {

/// What people give for a time: `90m`, `12h`, `7d` ago, or `2026-01-02`, `2026-01-02T03:04:05Z`
/// (UTC). Throws Failure(usage), naming `option`.
[[nodiscard]] WallTime moment(const std::string& option, const std::string& text, WallTime now);

/// The same, where the option may be left out.
[[nodiscard]] std::optional<WallTime> moment(const std::string& option,
                                             const std::optional<std::string>& text, WallTime now);

}  // namespace vodcatalog
