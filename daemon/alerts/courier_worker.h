#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "daemon/alerts/channel.h"
#include "daemon/alerts/courier.h"
#include "daemon/alerts/outbox.h"
#include "daemon/clock.h"
#include "daemon/random.h"
#include "daemon/vod/redactor.h"

namespace vodcatalog {

/// A channel, and how it is served.
struct Outlet {
    std::string name;
    std::unique_ptr<Channel> channel;
    std::size_t items_max = 20;                 ///< Incidents that its messages list.
    std::chrono::milliseconds resend_every{0};  ///< 0: its receiver forgets nothing.
};

/// The threads around the courier: one that takes its steps, and one a channel that sends, so that
/// a receiver that hangs holds up no other. Nobody waits for them.
///
/// What a receiver wrote is cleaned before anybody else sees it: secrets are masked, what is no
/// printable text is taken out, and the rest is cut to a line.
class CourierWorker {
public:
    static constexpr std::chrono::seconds kAskEvery{1};
    static constexpr std::chrono::seconds kAskSeldom{10};
    static constexpr std::size_t kErrorBytesMax = 300;

    struct Hooks {
        std::function<void()> beat;     ///< After each step; for the watchdog.
        std::function<void()> settled;  ///< Once after stop(), when is_settled().
        /// One attempt, and what became of it; after stop() only if it was delivered. On the
        /// courier's thread.
        std::function<void(const catalog::Notice&, const Delivery&)> attempted;
    };

    /// All references must outlive it.
    CourierWorker(std::vector<Outlet> outlets, Outbox& outbox, const Clock& clock,
                  const Redactor& redactor, Hooks hooks);
    /// Waits for what is being sent; what was not written down is forgotten, and sent again by the
    /// next one.
    ~CourierWorker();

    // Any thread:
    void on_catalog_trouble(WallTime since, std::string message);
    void on_catalog_recovered();
    enum class Trial { begun, no_such_channel, busy };
    /// Sends a message that says it is a test, beside what the courier does, and hands over what
    /// became of it, cleaned, on a thread of the channel; never, if the worker ends before.
    [[nodiscard]] Trial try_channel(const std::string& channel,
                                    std::function<void(const Delivery&)> done);
    /// Sends nothing more; goes on writing down what became of what was being sent.
    void stop();
    /// After stop(): nothing is being sent, and all of it has been written down.
    [[nodiscard]] bool is_settled() const noexcept { return settled_; }

private:
    using Event = std::function<void()>;  ///< Changes what belongs to the courier's thread.
    struct Lane;

    void put(Event event);
    void run();
    void take_events(SteadyTime wake_at);
    [[nodiscard]] SteadyTime step();
    void ask_due(SteadyTime now);
    void write(std::vector<catalog::DeliveryTick> ticks);
    void on_written(bool written);
    void send(catalog::Notice notice);
    void resend(const std::string& channel);
    void serve(Lane& lane);
    template <typename Act>
    [[nodiscard]] Delivery attempt(Act act) const;
    [[nodiscard]] Delivery cleaned(Delivery delivery) const;
    void settle();

    Outbox& outbox_;
    const Clock& clock_;
    const Redactor& redactor_;
    const Hooks hooks_;
    const std::chrono::seconds ask_every_;

    // The courier's thread's own.
    SystemRandom random_;
    Courier courier_;
    bool asking_ = false;
    SteadyTime ask_at_{};
    std::optional<SteadyTime> write_again_at_;  ///< The last ticks could not be written.
    bool stopping_ = false;

    std::atomic<bool> settled_ = false;
    std::atomic<int> trials_ = 0;  ///< Under way.
    std::mutex mutex_;
    std::condition_variable filled_;
    std::vector<Event> events_;  // guarded by mutex_
    bool ended_ = false;         // guarded by mutex_

    std::map<std::string, std::unique_ptr<Lane>> lanes_;
    std::jthread thread_;  // last, so joined first
};

}  // namespace vodcatalog
