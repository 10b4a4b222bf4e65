#pragma once

#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

#include "tests/simulator/call_filter.h"
#include "tests/simulator/fault.h"
#include "tests/simulator/refusal.h"

namespace simulator {

/// What befalls a call, and with Fault::code the error it gets.
struct Affliction {
    Fault fault = Fault::none;
    Refusal refusal;

    bool operator==(const Affliction&) const = default;
};

/// Faults that somebody ordered for the very next calls. Safe for any thread.
class FaultOrders {
public:
    static constexpr std::size_t kOrdersMax = 10'000;

    /// Returns false if there are kOrdersMax orders already.
    [[nodiscard]] bool order(Affliction affliction, std::size_t calls, CallFilter filter = {}) {
        const std::scoped_lock lock(mutex_);
        if (calls == 0) return true;
        if (orders_.size() >= kOrdersMax) return false;
        orders_.push_back({std::move(affliction), std::move(filter), calls});
        return true;
    }
    /// The oldest for such a call, if any is left.
    [[nodiscard]] std::optional<Affliction> take(std::string_view action,
                                                 std::string_view account) {
        const std::scoped_lock lock(mutex_);
        for (auto order = orders_.begin(); order != orders_.end(); ++order) {
            if (!order->filter.matches(action, account)) continue;
            Affliction affliction = order->affliction;
            if (--order->left == 0) orders_.erase(order);
            return affliction;
        }
        return std::nullopt;
    }
    void clear() {
        const std::scoped_lock lock(mutex_);
        orders_.clear();
    }

private:
    struct Order {
        Affliction affliction;
        CallFilter filter;
        std::size_t left;
    };
    std::mutex mutex_;
    std::list<Order> orders_;  // guarded by mutex_
};

}  // namespace simulator
