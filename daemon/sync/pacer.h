#pragma once

#include <chrono>
#include <optional>

#include "daemon/clock.h"

namespace vodcatalog {

/// The token bucket of one account and operation. Part of the sync step: no thread, no clock of its
/// own.
///
/// Holds at most one second's worth of calls (and at least one). A throttling answer halves the
/// rate, at most once a second, never under kFloor; after kRest without one it grows back. Up to
/// kKnown of the rate that was too much it goes kHaste times as fast as from there on, which takes
/// kGrowth from nothing to the full rate: a limit somewhat under ours is not met too often, and
/// little of it is left unused.
class Pacer {
public:
    static constexpr double kFloor = 0.2;  ///< Calls a second.
    static constexpr std::chrono::seconds kRest{2};
    static constexpr std::chrono::seconds kGrowth{60};
    static constexpr double kKnown = 0.75;
    static constexpr double kHaste = 4;
    static constexpr std::chrono::hours kHintMax{1};

    /// `calls_per_second` above zero.
    Pacer(double calls_per_second, SteadyTime now);

    /// How many calls may go now.
    [[nodiscard]] double tokens(SteadyTime now);
    /// Counts one call. One that was made though tokens() is less than 1 leaves a debt.
    void take(SteadyTime now);
    /// When tokens() will be 1.
    [[nodiscard]] SteadyTime ready_at(SteadyTime now);

    /// The cloud said that calls come too fast; `hint`: for how long none may come, capped at
    /// kHintMax.
    void throttled(SteadyTime now, std::optional<std::chrono::milliseconds> hint);

    /// None may come for that long, though none came too fast yet; capped at kHintMax.
    void pause(SteadyTime now, std::chrono::milliseconds wait);

    [[nodiscard]] double rate() const noexcept { return rate_; }
    [[nodiscard]] double full_rate() const noexcept { return full_rate_; }

private:
    void advance(SteadyTime now);
    void grow(double seconds);

    double full_rate_;
    double rate_;
    double tokens_;
    SteadyTime at_;
    SteadyTime closed_until_{};
    std::optional<SteadyTime> throttled_at_;
    double too_much_ = 0;  ///< The rate that was halved last.
};

}  // namespace vodcatalog
