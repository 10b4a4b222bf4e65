#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "catalog/change.h"
#include "daemon/vod/api_error.h"
#include "daemon/vod/vod_client.h"
#include "daemon/web/daemon_status.h"

namespace vodcatalog {

/// What Prometheus is told: docs/metrics.md lists all of it.
///
/// What happened is counted here, for as long as the process lives; what the daemon is in comes
/// with the DaemonStatus. Labels have few values: accounts and channels of the settings, and words
/// of this program. What the cloud wrote is none. Any thread.
class Metrics {
public:
    Metrics();
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    /// One call to the cloud; `error_class` nothing: an answer.
    void call_ended(const std::string& account, Operation operation,
                    std::optional<CallErrorClass> error_class, std::chrono::nanoseconds duration);
    void status_changed(const std::string& account, const catalog::StatusChange& change);
    /// One attempt to deliver a message: "delivered", "failed" or "refused"; and how old it was.
    void notice_attempted(const std::string& channel, const std::string& outcome,
                          std::chrono::milliseconds age);

    /// The exposition text, version 0.0.4.
    [[nodiscard]] std::string text(const DaemonStatus& status) const;
    static constexpr std::string_view kContentType = "text/plain; version=0.0.4; charset=utf-8";

private:
    struct Counted;
    std::unique_ptr<Counted> counted_;
};

}  // namespace vodcatalog
