#pragma once

#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>

#include "catalog/catalog.h"
#include "daemon/alerts/channel.h"
#include "daemon/clock.h"
#include "daemon/logging.h"
#include "daemon/settings.h"
#include "daemon/vod/redactor.h"
#include "daemon/watchdog.h"
#include "daemon/web/metrics.h"
#include "daemon/web/status_board.h"

namespace vodcatalog {

class Sync;

/// Everything that runs under one set of settings: the sync step and its thread, the fetchers, the
/// credentials and their thread, the courier and its channels, the ID lists. Starts working at
/// construction; a reload is the end of one and the beginning of the next, on the same open
/// catalog.
class Service {
public:
    /// Where it tells what it is in and what happened.
    struct Pages {
        StatusBoard& board;
        Metrics& metrics;
        std::function<std::optional<std::string>()> wrong;  ///< Any thread.
    };
    /// All must outlive it. `redactor`, which the log masks by, is told of all credentials before
    /// they are used. `ended` is called on the sync thread, when it is about to end.
    Service(const Settings& settings, catalog::Catalog& catalog, const Clock& clock, Log& log,
            Redactor& redactor, Watchdog& watchdog, Pages pages, std::function<void()> ended);
    ~Service();
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    /// No further calls and messages; what is under way is recorded, then `ended`.
    void stop();
    /// What ended it, if it was not stop(); only after `ended`.
    [[nodiscard]] std::exception_ptr failure() const noexcept;
    /// One line for people. Any thread.
    [[nodiscard]] std::string summary() const;
    /// Reads the ID lists that have changed since the last time. One thread at a time.
    void look_at_files();

    /// A command for the sync step: the account it is for and, in time, how many images it is
    /// about. Holds a broken promise if the service ends before the step has it, and
    /// catalog::Retryable if the catalog cannot be used.
    struct Order {
        std::string account;
        std::future<std::int64_t> images;
    };
    /// As Sync has them. Nothing named is the only account. Throw ControlError if there is no such
    /// account or the step has too much to do. Any thread.
    [[nodiscard]] Order accept_gone(const std::optional<std::string>& account);
    [[nodiscard]] Order accept_untrack(const std::optional<std::string>& account);

    /// Has the sync step do it. The future is as that of an Order; throws ControlError if the step
    /// has too much to do. Any thread.
    [[nodiscard]] std::future<std::int64_t> command(std::function<std::int64_t(Sync&)> work);
    /// Throws ControlError if the settings have no such account. Any thread.
    void check_account(const std::string& account) const;
    /// Sends a test message. Holds a broken promise if the service ends before. Throws ControlError
    /// if there is no such channel, or it is being tried already. Any thread.
    [[nodiscard]] std::future<Delivery> try_channel(const std::string& channel);

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace vodcatalog
