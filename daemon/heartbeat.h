#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "daemon/alerts/secret.h"
#include "daemon/logging.h"
#include "daemon/vod/http_client.h"
#include "daemon/vod/redactor.h"

namespace vodcatalog {

/// Calls a dead man's switch: somebody elsewhere who complains once the calls stay away. It is
/// called while all is well, and not while something is wrong, whatever that is. No thread of its
/// own; one at a time.
class Heartbeat {
public:
    static constexpr std::chrono::seconds kTimeout{10};

    /// `wrong` says what is wrong, if something is. `redactor` is told of the URL before it is
    /// used. References must outlive it.
    Heartbeat(Secret url, std::unique_ptr<HttpClient> http,
              std::function<std::optional<std::string>()> wrong, Redactor& redactor, Log& log);

    /// Calls once, unless something is wrong. A call that fails is told to the log, the first of
    /// several; the next beat is the retry. Throws nothing.
    void beat();

private:
    /// What went wrong with it; nothing: it is done.
    [[nodiscard]] std::optional<std::string> call();

    Secret url_;
    std::unique_ptr<HttpClient> http_;
    std::function<std::optional<std::string>()> wrong_;
    Redactor& redactor_;
    Log& log_;
    bool failing_ = false;
};

/// The thread around a Heartbeat.
class HeartbeatWorker {
public:
    /// The first beat is after `every`. `abort` ends a call that is under way, at the end.
    HeartbeatWorker(Heartbeat heartbeat, std::chrono::milliseconds every,
                    std::function<void()> abort);
    ~HeartbeatWorker();

private:
    void run(const std::stop_token& stop);

    Heartbeat heartbeat_;
    const std::chrono::milliseconds every_;
    const std::function<void()> abort_;
    std::mutex mutex_;
    std::condition_variable_any rested_;
    std::jthread thread_;  // last, so joined first
};

}  // namespace vodcatalog
