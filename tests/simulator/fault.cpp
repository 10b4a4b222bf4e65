#include "tests/simulator/fault.h"

#include <algorithm>
#include <array>
#include <utility>

namespace simulator {
namespace {

constexpr std::array<std::pair<Fault, std::string_view>, 10> kNames = {{
    {Fault::none, "none"},
    {Fault::throttle, "throttle"},
    {Fault::http_5xx, "http_5xx"},
    {Fault::reset_before_answer, "reset_before_answer"},
    {Fault::reset_in_body, "reset_in_body"},
    {Fault::truncated_body, "truncated_body"},
    {Fault::garbled_body, "garbled_body"},
    {Fault::hang, "hang"},
    {Fault::drip, "drip"},
    {Fault::empty_answer, "empty_answer"},
}};

}  // namespace

std::string_view to_string(Fault fault) noexcept {
    for (const auto& [value, name] : kNames) {
        if (value == fault) return name;
    }
    return "none";
}

std::optional<Fault> fault_from(std::string_view name) noexcept {
    for (const auto& [value, text] : kNames) {
        if (text == name) return value;
    }
    return std::nullopt;
}

Fault draw_fault(const Faults& faults, Dice& dice) noexcept {
    const std::pair<Fault, double> shares[] = {
        {Fault::throttle, faults.throttle},
        {Fault::http_5xx, faults.http_5xx},
        {Fault::reset_before_answer, faults.reset_before_answer},
        {Fault::reset_in_body, faults.reset_in_body},
        {Fault::truncated_body, faults.truncated_body},
        {Fault::garbled_body, faults.garbled_body},
        {Fault::hang, faults.hang},
        {Fault::drip, faults.drip},
        {Fault::empty_answer, faults.empty_answer},
    };
    double draw = dice.unit();
    for (const auto& [fault, share] : shares) {
        if (draw < share) return fault;
        draw -= share;
    }
    return Fault::none;
}

void FaultOrders::order(Fault fault, std::size_t calls) {
    const std::scoped_lock lock(mutex_);
    orders_.insert(orders_.end(), std::min(calls, kOrdersMax - orders_.size()), fault);
}

std::optional<Fault> FaultOrders::take() {
    const std::scoped_lock lock(mutex_);
    if (orders_.empty()) return std::nullopt;
    const Fault fault = orders_.front();
    orders_.pop_front();
    return fault;
}

}  // namespace simulator
