#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "daemon/clock.h"

namespace vodcatalog {

/// Ends connections whose request has outlived its deadline, and all of them at shutdown: Poco's
/// time-outs are per read, so a server that drips a byte now and then would hold a request for
/// ever. Has one thread. Safe for any thread; must outlive its slots.
class DeadlineWatch {
public:
    /// How far a deadline may be overrun.
    static constexpr std::chrono::milliseconds kGranularity{50};

    explicit DeadlineWatch(const Clock& clock);
    ~DeadlineWatch();
    DeadlineWatch(const DeadlineWatch&) = delete;
    DeadlineWatch& operator=(const DeadlineWatch&) = delete;

    /// One client's connection under watch. Used by that client's thread.
    class Slot {
    public:
        explicit Slot(DeadlineWatch& watch);
        ~Slot();
        Slot(const Slot&) = delete;
        Slot& operator=(const Slot&) = delete;

        /// Begins a request that ends at `deadline`. False after abort_all().
        [[nodiscard]] bool begin(SteadyTime deadline);
        /// The request's socket; nothing else may close it until end() or the next watch().
        void watch(int descriptor);
        /// The socket is not watched any more and may be closed.
        void end();
        /// Whether the watch has shut the socket of this request down.
        [[nodiscard]] bool expired() const;

    private:
        friend class DeadlineWatch;
        void shut_down_if(SteadyTime now, bool all);

        DeadlineWatch& watch_;
        mutable std::mutex mutex_;
        bool busy_ = false;  // guarded by mutex_, as what follows
        bool expired_ = false;
        int descriptor_ = -1;
        SteadyTime deadline_{};
    };

    /// Ends every request under way and refuses new ones, so that shutdown need not wait for them.
    void abort_all();

private:
    void run();

    const Clock& clock_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Slot*> slots_;  // guarded by mutex_, as what follows
    bool aborted_ = false;
    bool ending_ = false;
    std::thread thread_;  // last
};

}  // namespace vodcatalog
