#pragma once

#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "daemon/clock.h"
#include "daemon/sync/fetchers.h"
#include "daemon/sync/inbox.h"
#include "daemon/sync/sync.h"

namespace vodcatalog {

/// The one thread that calls Sync: takes what the inbox has, takes a step, hands out the calls,
/// waits.
class SyncWorker {
public:
    struct Hooks {
        std::function<void()> beat;  ///< After each step; for the watchdog.
        std::function<void()>
            ended;  ///< Last thing: the thread is about to end, by itself or as told.
        std::function<void()>
            abort;  ///< Ends calls that are still under way when the time to stop is over.
        /// It winds down: others begin to, too. May be empty.
        std::function<void()> winding_down = {};
        /// They have; whoever says so wakes it through the inbox. May be empty.
        std::function<bool()> others_ended = {};
        /// What the step is in: about once a second while it works, and before each longer rest.
        /// May be empty.
        std::function<void(const SyncStatus&)> status = {};
    };

    /// All must outlive it. `shutdown_timeout`: what calls in flight get after stop().
    SyncWorker(Sync& sync, Inbox& inbox, Fetchers& fetchers, const Clock& clock,
               std::chrono::milliseconds shutdown_timeout, Hooks hooks);
    /// Stops and waits.
    ~SyncWorker();

    /// No further calls; takes the answers that are under way, and what others still have, records
    /// them, ends.
    void stop() { inbox_.stop(); }
    /// What ended the thread, if something did; only after `ended`.
    [[nodiscard]] std::exception_ptr failure() const noexcept { return failure_; }
    /// Sync::summary() as of the last step. Any thread.
    [[nodiscard]] std::string summary() const;

private:
    static constexpr std::chrono::seconds kLongestRest{10};
    static constexpr std::chrono::seconds kStatusEvery{1};

    void run();
    void live();
    void wind_down();
    void step(std::chrono::nanoseconds rest);
    void tell_status();
    [[nodiscard]] bool is_waited_for() const;
    [[nodiscard]] std::chrono::nanoseconds rest() const;

    Sync& sync_;
    Inbox& inbox_;
    Fetchers& fetchers_;
    const Clock& clock_;
    const std::chrono::milliseconds shutdown_timeout_;
    const Hooks hooks_;

    Inbox::Contents contents_;  // the worker's own
    SteadyTime wake_at_{};
    SteadyTime told_at_{};
    std::exception_ptr failure_;

    mutable std::mutex mutex_;
    std::string summary_ = "starting";  // guarded by mutex_

    std::jthread thread_;  // last, so joined first
};

}  // namespace vodcatalog
