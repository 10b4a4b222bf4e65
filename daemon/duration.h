#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace vodcatalog {

/// Reads a duration as settings write it: a whole number and its unit, one of ms, s, m, h, d
/// ("90s", "24h"). Throws catalog::Unusable with the fault as words that follow the text in a
/// sentence, without place.
[[nodiscard]] std::chrono::milliseconds parse_duration(std::string_view text);

/// The shortest text parse_duration() reads as `duration` (>= 0): "2m", not "120s".
[[nodiscard]] std::string to_text(std::chrono::milliseconds duration);

}  // namespace vodcatalog
