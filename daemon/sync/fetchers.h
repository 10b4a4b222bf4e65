#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "daemon/clock.h"
#include "daemon/sync/call.h"
#include "daemon/sync/inbox.h"
#include "daemon/vod/http_client.h"
#include "daemon/vod/vod_client.h"

namespace vodcatalog {

/// The threads that call the cloud: thin shells around VodClient. Each has its own connection per
/// account. What comes back goes into the inbox, an answer for every call that was begun.
class Fetchers {
public:
    /// Makes the connection of one thread to one account.
    using Connect = std::function<std::unique_ptr<HttpClient>(const VodAccount&)>;

    /// `accounts` in the order of Call::account. `clock` and `inbox` must outlive it.
    Fetchers(std::size_t threads, std::vector<VodAccount> accounts, Connect connect,
             const Clock& clock, Inbox& inbox);
    /// Calls not begun are dropped; waits for those under way.
    ~Fetchers();

    /// Any thread. The calls are begun in this order.
    void submit(std::vector<Call> calls);

private:
    class Client;
    void run();
    [[nodiscard]] bool next(Call& call);
    [[nodiscard]] Answered fetch(Client& client, Call call) const;

    const std::vector<VodAccount> accounts_;
    const Connect connect_;
    const Clock& clock_;
    Inbox& inbox_;

    std::mutex mutex_;
    std::condition_variable filled_;
    std::deque<Call> calls_;  // guarded by mutex_
    bool stopping_ = false;   // guarded by mutex_

    std::vector<std::jthread> threads_;  // last, so joined first
};

}  // namespace vodcatalog
