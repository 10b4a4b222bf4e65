#include "daemon/watchdog.h"

#include <algorithm>
#include <utility>

namespace vodcatalog {

Watchdog::Watchdog(const Clock& clock, std::chrono::milliseconds checked_every)
    : clock_(clock),
      checked_every_(checked_every),
      checked_at_(clock.steady()),
      blameless_until_(checked_at_) {}

std::optional<Watchdog::Silence> Watchdog::silent() {
    const SteadyTime now = clock_.steady();
    const std::lock_guard lock(mutex_);
    if (now - checked_at_ > 2 * checked_every_) blameless_until_ = now;
    checked_at_ = now;

    std::optional<Silence> worst;
    std::chrono::milliseconds worst_excess{0};
    for (const Pulse* pulse : pulses_) {
        const auto lasted = std::chrono::duration_cast<std::chrono::milliseconds>(
            now - std::max(pulse->beaten_at_, blameless_until_));
        const auto excess = lasted - pulse->allowed_silence_;
        if (excess <= worst_excess) continue;
        worst_excess = excess;
        worst = Silence{pulse->loop_, lasted};
    }
    return worst;
}

Pulse::Pulse(Watchdog& watchdog, std::string loop, std::chrono::milliseconds silence_max)
    : watchdog_(watchdog),
      loop_(std::move(loop)),
      silence_max_(silence_max),
      beaten_at_(watchdog.clock_.steady()),
      allowed_silence_(silence_max) {
    const std::lock_guard lock(watchdog_.mutex_);
    watchdog_.pulses_.push_back(this);
}

Pulse::~Pulse() {
    const std::lock_guard lock(watchdog_.mutex_);
    std::erase(watchdog_.pulses_, this);
}

void Pulse::beat() noexcept {
    beat(silence_max_);
}

void Pulse::beat(std::chrono::milliseconds silence_max) noexcept {
    const SteadyTime now = watchdog_.clock_.steady();
    const std::lock_guard lock(watchdog_.mutex_);
    beaten_at_ = now;
    allowed_silence_ = silence_max;
}

}  // namespace vodcatalog
