#pragma once

#include <chrono>
#include <cstddef>
#include <limits>
#include <optional>

#include "daemon/clock.h"

namespace vodcatalog {

/// Whether one operation of an account may be called. One that the account has no permission for is
/// tried by single calls, further and further apart, so that a permission granted later is noticed.
/// Part of the sync step: no thread, no clock of its own.
class OperationGate {
public:
    static constexpr std::chrono::minutes kTryBase{1};
    static constexpr std::chrono::minutes kTryMax{60};

    enum class Turn { none, closed, opened };

    /// How many calls may be begun now.
    [[nodiscard]] std::size_t calls_allowed(SteadyTime now) const noexcept {
        if (!try_at_) return std::numeric_limits<std::size_t>::max();
        return !trying_ && now >= *try_at_ ? 1 : 0;
    }
    [[nodiscard]] bool is_closed() const noexcept { return try_at_.has_value(); }
    /// When a closed one is tried next; nothing while it is open, or is being tried.
    [[nodiscard]] std::optional<SteadyTime> try_at() const noexcept {
        return trying_ ? std::nullopt : try_at_;
    }

    /// A call was begun. Only where calls_allowed() is not 0.
    void on_call() noexcept { trying_ = is_closed(); }
    Turn on_answer() noexcept;
    /// The account has no permission for it. `jitter` in [0, 1).
    Turn on_refusal(SteadyTime now, double jitter) noexcept;
    /// As at the start: nothing speaks against it.
    void reset() noexcept { *this = {}; }
    /// The call failed for another reason, which says nothing about the permission.
    void on_failure() noexcept { trying_ = false; }

private:
    std::optional<SteadyTime> try_at_;
    int refusals_ = 0;
    bool trying_ = false;
};

}  // namespace vodcatalog
