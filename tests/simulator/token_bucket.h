#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "tests/simulator/scenario.h"

namespace simulator {

/// Lets through `per_second` calls on average and `burst` at once. Full at first. One thread at a
/// time.
class TokenBucket {
public:
    /// Takes one token at that time (UTC, ms). Without a limit there is always one.
    [[nodiscard]] bool take(const RateLimit& limit, std::int64_t now_ms) noexcept {
        if (limit.per_second <= 0) {
            last_ms_.reset();
            return true;
        }
        const double passed = last_ms_ ? static_cast<double>(now_ms - *last_ms_) / 1'000 : 0;
        tokens_ =
            last_ms_ ? std::min(limit.burst, tokens_ + passed * limit.per_second) : limit.burst;
        last_ms_ = now_ms;
        if (tokens_ < 1) return false;
        tokens_ -= 1;
        return true;
    }

private:
    double tokens_ = 0;
    std::optional<std::int64_t> last_ms_;
};

}  // namespace simulator
