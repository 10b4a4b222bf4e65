#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace catalog {

/// A moment for rows and people: UTC, in milliseconds. What each `_at` column holds.
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

[[nodiscard]] constexpr std::int64_t to_ms(WallTime time) noexcept {
    return time.time_since_epoch().count();
}
[[nodiscard]] constexpr WallTime from_ms(std::int64_t ms) noexcept {
    return WallTime{std::chrono::milliseconds{ms}};
}

/// "2026-01-02T03:04:05.678Z"
[[nodiscard]] std::string to_iso(WallTime time);

/// "2026-01-02T03:04:05Z", the form the cloud's signatures and answers use. Drops the milliseconds.
[[nodiscard]] std::string to_iso_seconds(WallTime time);

/// Reads `yyyy-MM-ddTHH:mm:ssZ`, also with a fraction of 1 to 9 digits after a dot or, as the
/// cloud's events have it since 2024, after a colon (cut to milliseconds). Nothing for anything
/// else, for a date that does not exist, and for years before 1970.
[[nodiscard]] std::optional<WallTime> from_iso(std::string_view text) noexcept;

}  // namespace catalog
