#include "daemon/sync/operation_gate.h"

#include "daemon/backoff.h"

namespace vodcatalog {

OperationGate::Turn OperationGate::on_answer() noexcept {
    const bool was_closed = is_closed();
    try_at_.reset();
    refusals_ = 0;
    trying_ = false;
    return was_closed ? Turn::opened : Turn::none;
}

OperationGate::Turn OperationGate::on_refusal(SteadyTime now, double jitter) noexcept {
    const bool was_closed = is_closed();
    // What was begun before the first refusal and comes back after it says nothing new.
    if (was_closed && !trying_) return Turn::none;
    trying_ = false;
    try_at_ = now + kTryBase + full_jitter(++refusals_, kTryBase, kTryMax, jitter);
    return was_closed ? Turn::none : Turn::closed;
}

}  // namespace vodcatalog
