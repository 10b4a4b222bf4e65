#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "daemon/clock.h"
#include "daemon/sync/call.h"
#include "daemon/sync/inbox.h"
#include "daemon/vod/http_client.h"
#include "daemon/vod/vod_client.h"

namespace vodcatalog {

/// The threads that call the cloud: thin shells around VodClient, each with a connection of its
/// own. Every account has its own threads, so that one that hangs holds up no other. What comes
/// back goes into the inbox, an answer for every call that was begun.
class Fetchers {
public:
    /// Makes the connection of one thread to one account.
    using Connect = std::function<std::unique_ptr<HttpClient>(const VodAccount&)>;

    /// `accounts` in the order of Call::account, each with `threads` of them. `clock` and `inbox`
    /// must outlive it.
    Fetchers(std::size_t threads, std::vector<VodAccount> accounts, Connect connect,
             const Clock& clock, Inbox& inbox);
    /// Calls not begun are dropped; waits for those under way.
    ~Fetchers();

    /// Any thread. The calls are begun in this order.
    void submit(std::vector<Call> calls);

private:
    /// One account's calls, and what its threads need to make them.
    struct Lane {
        VodAccount account;
        std::mutex mutex;
        std::condition_variable filled;
        std::deque<Call> calls;  // guarded by mutex
        bool stopping = false;   // guarded by mutex

        void submit(std::span<Call> more);
        [[nodiscard]] bool next(Call& call);
        void stop();
    };
    void run(Lane& lane);
    [[nodiscard]] Answered fetch(VodClient& client, Call call) const;

    const Connect connect_;
    const Clock& clock_;
    Inbox& inbox_;
    std::vector<std::unique_ptr<Lane>> lanes_;
    std::vector<std::jthread> threads_;  // last, so joined first
};

}  // namespace vodcatalog
