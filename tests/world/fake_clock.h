#pragma once

#include <atomic>

#include "daemon/clock.h"

namespace world {

/// Time that moves when told to. The wall clock can also jump by itself. Safe for any thread.
class FakeClock final : public vodcatalog::Clock {
public:
    /// 2026-01-02T03:04:05Z
    static constexpr std::int64_t kStartMs = 1'767'323'045'000;
    static constexpr std::int64_t kSteadyStartMs = 1'000'000;

    [[nodiscard]] vodcatalog::WallTime wall() const override { return catalog::from_ms(wall_ms_); }
    [[nodiscard]] vodcatalog::SteadyTime steady() const override {
        return vodcatalog::SteadyTime{std::chrono::milliseconds{steady_ms_}};
    }

    /// What a clock that nobody sets would show; the cloud's.
    [[nodiscard]] vodcatalog::WallTime undisturbed() const {
        return catalog::from_ms(kStartMs + steady_ms_ - kSteadyStartMs);
    }

    void advance(std::chrono::milliseconds by) {
        wall_ms_ += by.count();
        steady_ms_ += by.count();
    }
    void jump_wall(std::chrono::milliseconds by) { wall_ms_ += by.count(); }

private:
    std::atomic<std::int64_t> wall_ms_{kStartMs};
    std::atomic<std::int64_t> steady_ms_{kSteadyStartMs};
};

}  // namespace world
