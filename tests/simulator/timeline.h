#pragma once

#include <cstdint>

#include "catalog/wall_time.h"
#include "daemon/clock.h"

namespace simulator {

/// The simulator's time: wall time at its start, and steady time since. A jump of the machine's
/// clock does not move the images' lives. Safe for any thread.
class Timeline {
public:
    explicit Timeline(const vodcatalog::Clock& clock)
        : clock_(clock), wall_(clock.wall()), steady_(clock.steady()) {}

    [[nodiscard]] std::int64_t start_ms() const noexcept { return catalog::to_ms(wall_); }
    /// UTC in milliseconds.
    [[nodiscard]] std::int64_t now_ms() const {
        const auto passed = clock_.steady() - steady_;
        return start_ms() + std::chrono::duration_cast<std::chrono::milliseconds>(passed).count();
    }

private:
    const vodcatalog::Clock& clock_;
    const vodcatalog::WallTime wall_;
    const vodcatalog::SteadyTime steady_;
};

}  // namespace simulator
