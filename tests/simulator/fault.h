#pragma once

#include <deque>
#include <mutex>
#include <optional>
#include <string_view>

#include "tests/simulator/dice.h"
#include "tests/simulator/scenario.h"

namespace simulator {

/// What befalls one call.
enum class Fault {
    none,
    throttle,
    http_5xx,
    reset_before_answer,
    reset_in_body,
    truncated_body,
    garbled_body,
    hang,
    drip,
    empty_answer,
};

/// The key in a scenario: "reset_in_body".
[[nodiscard]] std::string_view to_string(Fault fault) noexcept;
[[nodiscard]] std::optional<Fault> fault_from(std::string_view name) noexcept;

/// Draws by the shares.
[[nodiscard]] Fault draw_fault(const Faults& faults, Dice& dice) noexcept;

/// Faults that somebody ordered for the very next calls. Safe for any thread.
class FaultOrders {
public:
    static constexpr std::size_t kOrdersMax = 100'000;

    /// Calls beyond kOrdersMax are not taken.
    void order(Fault fault, std::size_t calls);
    /// The next one, if any is left.
    [[nodiscard]] std::optional<Fault> take();

private:
    std::mutex mutex_;
    std::deque<Fault> orders_;  // guarded by mutex_
};

}  // namespace simulator
