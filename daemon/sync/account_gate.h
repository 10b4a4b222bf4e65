#pragma once

#include <chrono>
#include <optional>

#include "daemon/clock.h"
#include "daemon/vod/api_error.h"

namespace vodcatalog {

/// Whether an account answers. One that is down is asked by single probes, further and further
/// apart, until one is answered. Part of the sync step: no thread, no clock of its own.
///
/// Down: at once on what a person has to mend (is_refused); after kFailures failed calls in a row
/// over at least kFailingFor on anything else but throttling, which is the answer of a cloud that
/// is up. A refused request counts: one image may be to blame, but then others are answered
/// between. Once a person has something to mend, a probe that fails otherwise, or not even arrives,
/// does not speak against it.
class AccountGate {
public:
    static constexpr int kFailures = 5;
    static constexpr std::chrono::seconds kFailingFor{5};
    static constexpr std::chrono::seconds kProbeBase{1};
    static constexpr std::chrono::seconds kProbeMax{60};
    /// Added to each wait where a person has to mend something: no hurry, and no lock-out.
    static constexpr std::chrono::seconds kRefusedWait{30};

    enum class Turn { none, went_down, came_up };

    /// How many calls may be in flight beside `in_flight` ones.
    [[nodiscard]] bool may_call(SteadyTime now, int in_flight) const noexcept;
    /// When may_call() changes by itself.
    [[nodiscard]] std::optional<SteadyTime> probe_at() const noexcept;

    Turn on_answer() noexcept;
    /// The account has other credentials than before: the next probe is due now, unless it is known
    /// to be down for what no credentials mend, such as a suspension.
    void on_new_credentials(SteadyTime now) noexcept;
    /// `jitter` in [0, 1).
    Turn on_error(CallErrorClass error_class, SteadyTime now, double jitter) noexcept;

    [[nodiscard]] bool is_down() const noexcept { return down_; }
    [[nodiscard]] bool has_answered() const noexcept { return answered_; }

private:
    bool down_ = false;
    bool answered_ = false;
    std::optional<CallErrorClass> refusal_;  ///< The last one, since it went down.
    int failures_ = 0;
    int probes_ = 0;
    SteadyTime failing_since_{};
    SteadyTime probe_at_{};
};

}  // namespace vodcatalog
