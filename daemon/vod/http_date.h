#pragma once

#include <optional>
#include <string_view>

#include "catalog/wall_time.h"

namespace vodcatalog {

/// An IMF-fixdate, "Sun, 06 Nov 1994 08:49:37 GMT", the one form a server may send (RFC 9110,
/// section 5.6.7). The day of the week is not looked at. Nothing for anything else, for a date that
/// does not exist, and for years before 1970.
[[nodiscard]] std::optional<catalog::WallTime> http_date(std::string_view text) noexcept;

}  // namespace vodcatalog
