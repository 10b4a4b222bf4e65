#pragma once

#include <algorithm>
#include <chrono>

namespace vodcatalog {

/// How long to wait before trying again after `failures` (1 or more) in a row: uniform between 0
/// and `base` doubled with each failure, `max` at the most ("full jitter"), for `unit` in [0, 1).
/// Not under a tenth of `base`, so that nobody spins.
[[nodiscard]] constexpr std::chrono::milliseconds full_jitter(int failures,
                                                              std::chrono::milliseconds base,
                                                              std::chrono::milliseconds max,
                                                              double unit) noexcept {
    std::chrono::milliseconds limit = base;
    for (int i = 1; i < failures && limit < max; ++i) limit *= 2;
    limit = std::min(limit, max);
    const std::chrono::milliseconds wait{
        static_cast<std::chrono::milliseconds::rep>(static_cast<double>(limit.count()) * unit)};
    return std::max(wait, base / 10);
}

}  // namespace vodcatalog
