#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "daemon/clock.h"

namespace vodcatalog {

/// Ends connections whose request has outlived its deadline, and all of them at shutdown: Poco's
/// time-outs are per read, so a server that drips a byte now and then would hold a request for
/// ever. Has one thread, which sleeps until the next deadline. Safe for any thread; must outlive
/// its slots.
class DeadlineWatch {
public:
    explicit DeadlineWatch(const Clock& clock);
    ~DeadlineWatch();
    DeadlineWatch(const DeadlineWatch&) = delete;
    DeadlineWatch& operator=(const DeadlineWatch&) = delete;

    enum class Cut {
        no,       ///< The request may go on.
        late,     ///< Its deadline has passed.
        stopped,  ///< abort_all() was called.
    };

    /// One client's request under watch. Used by that client's thread.
    class Slot {
    public:
        explicit Slot(DeadlineWatch& watch);
        ~Slot();
        Slot(const Slot&) = delete;
        Slot& operator=(const Slot&) = delete;

        /// Begins a request that is to end within `timeout`.
        void begin(std::chrono::milliseconds timeout);
        /// The request goes over this socket (-1: none any more), which the watch shuts down when
        /// it cuts the request. The descriptor must stay open until end() or the next use(): its
        /// number may be somebody else's afterwards.
        void use(int descriptor);
        /// Ends the request. Nobody touches the descriptor any more. Returns whether the request
        /// had been cut; what was read from its connection is not to be trusted then.
        Cut end() noexcept;

        [[nodiscard]] Cut cut() const;
        /// Until the deadline, at least 0. Only between begin() and end().
        [[nodiscard]] std::chrono::milliseconds left() const;

    private:
        friend class DeadlineWatch;
        /// Cuts the request if it is due at `now`, or anyway if `all`. The deadline of one that
        /// goes on.
        std::optional<SteadyTime> look(SteadyTime now, bool all);

        DeadlineWatch& watch_;
        mutable std::mutex mutex_;
        // Guarded by mutex_.
        bool under_way_ = false;
        Cut cut_ = Cut::no;
        SteadyTime deadline_{};
        int descriptor_ = -1;
    };

    /// Ends every request under way and refuses new ones, so that shutdown need not wait for them.
    void abort_all();

private:
    void run(const std::stop_token& stop);
    void look_by(SteadyTime deadline);

    const Clock& clock_;
    std::atomic<bool> aborted_ = false;
    /// When the thread looks next; whoever has an earlier deadline wakes it. Mostly nobody has: it
    /// was set for a request that has ended since. So a request costs no system call here.
    std::atomic<SteadyTime> next_look_;
    std::mutex mutex_;
    // Guarded by mutex_.
    std::condition_variable_any woken_;
    bool wake_ = false;
    std::vector<Slot*> slots_;

    std::jthread thread_;
};

}  // namespace vodcatalog
