#pragma once

#include <chrono>

#include "catalog/wall_time.h"

namespace vodcatalog {

using catalog::WallTime;
/// Never goes back and does not follow the wall clock; for measuring and waiting. Nanoseconds since
/// some start.
using SteadyTime = std::chrono::time_point<std::chrono::steady_clock, std::chrono::nanoseconds>;

/// The time, as a seam: the only place the program learns it from. Safe for any thread.
class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual WallTime wall() const = 0;      ///< For rows and people; may jump.
    [[nodiscard]] virtual SteadyTime steady() const = 0;  ///< For measuring; never goes back.
};

/// The machine's clocks. The steady one goes on during suspend (CLOCK_BOOTTIME), so that what was
/// due meanwhile is due at once and not a suspend later.
class SystemClock final : public Clock {
public:
    [[nodiscard]] WallTime wall() const override;
    [[nodiscard]] SteadyTime steady() const override;
};

/// CLOCK_MONOTONIC, by which systemd orders messages; for nothing else, since it stops in suspend.
[[nodiscard]] std::chrono::microseconds monotonic_for_systemd() noexcept;

}  // namespace vodcatalog
