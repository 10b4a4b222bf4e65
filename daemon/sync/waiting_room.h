#pragma once

#include <cstdint>
#include <queue>
#include <unordered_map>
#include <utility>
#include <vector>

#include "daemon/clock.h"

namespace vodcatalog {

/// The images whose last call brought no answer, each with the time before which it is not asked
/// again: 1 s, doubling to 1 min, full jitter. In memory only: after a restart they are simply due.
/// Part of the sync step.
class WaitingRoom {
public:
    static constexpr std::chrono::seconds kBase{1};
    static constexpr std::chrono::seconds kMax{60};

    /// One more failure of `image_key`. `jitter` in [0, 1).
    void add(std::int64_t image_key, SteadyTime now, double jitter);
    /// It was answered: its failures are forgotten.
    void forget(std::int64_t image_key) noexcept { failures_.erase(image_key); }

    /// Removes those whose wait is over at `now` and calls `use(image_key)` for each.
    template <typename Use>
    void release(SteadyTime now, Use use) {
        while (!waits_.empty() && waits_.top().first <= now) {
            const std::int64_t image_key = waits_.top().second;
            waits_.pop();
            use(image_key);
        }
    }
    /// When the next wait is over; SteadyTime::max() if nothing waits.
    [[nodiscard]] SteadyTime next() const noexcept {
        return waits_.empty() ? SteadyTime::max() : waits_.top().first;
    }
    [[nodiscard]] std::size_t size() const noexcept { return waits_.size(); }

private:
    using Wait = std::pair<SteadyTime, std::int64_t>;
    std::priority_queue<Wait, std::vector<Wait>, std::greater<>> waits_;
    std::unordered_map<std::int64_t, int> failures_;  ///< In a row, of those not answered since.
};

}  // namespace vodcatalog
