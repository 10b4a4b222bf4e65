#include "daemon/sync/account_gate.h"

#include "daemon/backoff.h"

namespace vodcatalog {
namespace {

bool may_be_mended_by_credentials(CallErrorClass refusal) {
    return refusal == CallErrorClass::credentials || refusal == CallErrorClass::permission;
}

}  // namespace

bool AccountGate::may_call(SteadyTime now, int in_flight) const noexcept {
    return !down_ || (in_flight == 0 && now >= probe_at_);
}

std::optional<SteadyTime> AccountGate::probe_at() const noexcept {
    if (!down_) return std::nullopt;
    return probe_at_;
}

AccountGate::Turn AccountGate::on_answer() noexcept {
    const bool was_down = down_;
    down_ = false;
    answered_ = true;
    refusal_.reset();
    failures_ = 0;
    probes_ = 0;
    return was_down ? Turn::came_up : Turn::none;
}

void AccountGate::on_new_credentials(SteadyTime now) noexcept {
    if (!down_ || (refusal_ && !may_be_mended_by_credentials(*refusal_))) return;
    probe_at_ = now;
    probes_ = 0;
}

AccountGate::Turn AccountGate::on_error(CallErrorClass error_class, SteadyTime now,
                                        double jitter) noexcept {
    if (error_class == CallErrorClass::throttled) return Turn::none;
    const bool refused = is_refused(error_class);
    if (refused) refusal_ = error_class;
    if (failures_++ == 0) failing_since_ = now;
    if (!down_ && !refused && (failures_ < kFailures || now - failing_since_ < kFailingFor))
        return Turn::none;
    probe_at_ = now + full_jitter(++probes_, kProbeBase, kProbeMax, jitter);
    if (refusal_) probe_at_ += kRefusedWait;
    if (down_) return Turn::none;
    down_ = true;
    return Turn::went_down;
}

}  // namespace vodcatalog
