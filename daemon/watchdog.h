#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "daemon/clock.h"

namespace vodcatalog {

class Pulse;

/// Decides whether the whole program makes progress, so that systemd is told "alive" because of
/// work done and not because some thread is free to say it.
///
/// Each loop has a Pulse and beats it once a step. Whoever owns the timer calls silent() at regular
/// times, at least every half of the interval that systemd wants to hear from us in, and pings if
/// the answer is nothing. A cloud that is down or a disk that is full is no silence: loops beat
/// when they have tried. Safe for any thread; must outlive its pulses.
class Watchdog {
public:
    /// `checked_every`: how often silent() is going to be called. If twice that passes between two
    /// calls (the machine was suspended, the process stopped), no loop can be blamed: all silences
    /// start anew.
    Watchdog(const Clock& clock, std::chrono::milliseconds checked_every);
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

    struct Silence {
        std::string loop;
        std::chrono::milliseconds lasted{};
        bool operator==(const Silence&) const = default;
    };
    /// The loop that is over its allowed silence the longest; nothing if none is.
    [[nodiscard]] std::optional<Silence> silent();

private:
    friend class Pulse;

    const Clock& clock_;
    const std::chrono::milliseconds checked_every_;

    std::mutex mutex_;  // guards what follows, and the beats of all pulses
    SteadyTime checked_at_;
    SteadyTime blameless_until_;
    std::vector<Pulse*> pulses_;
};

/// One loop's sign of life, watched from construction to destruction: a loop that has ended is no
/// silence.
class Pulse {
public:
    /// Counts as the first beat.
    Pulse(Watchdog& watchdog, std::string loop, std::chrono::milliseconds silence_max);
    ~Pulse();
    Pulse(const Pulse&) = delete;
    Pulse& operator=(const Pulse&) = delete;

    /// A step is done; the next beat is due within the silence given at construction.
    void beat() noexcept;
    /// The same before a step that may take longer: a migration, a snapshot.
    void beat(std::chrono::milliseconds silence_max) noexcept;

private:
    friend class Watchdog;

    Watchdog& watchdog_;
    const std::string loop_;
    const std::chrono::milliseconds silence_max_;
    SteadyTime beaten_at_;                       // guarded by Watchdog::mutex_
    std::chrono::milliseconds allowed_silence_;  // guarded by Watchdog::mutex_
};

}  // namespace vodcatalog
