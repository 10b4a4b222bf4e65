#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace vodcatalog {

/// Reads an offset from UTC as settings write it: "+08:00", at most 14 hours either way. Nothing
/// for any other text.
[[nodiscard]] std::optional<std::chrono::minutes> parse_utc_offset(std::string_view text) noexcept;

}  // namespace vodcatalog
