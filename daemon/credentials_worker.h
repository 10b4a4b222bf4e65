#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "daemon/clock.h"
#include "daemon/logging.h"
#include "daemon/random.h"
#include "daemon/vod/credentials/credentials_settings.h"
#include "daemon/vod/credentials/session_slot.h"
#include "daemon/vod/http_client.h"
#include "daemon/vod/redactor.h"

namespace vodcatalog {

/// Has credentials for all accounts and keeps them good: a thread around a SessionRenewal for each.
class CredentialsWorker {
public:
    struct Account {
        std::string name;
        CredentialsSettings settings;
        /// Its ways to STS and to the metadata service, its own; see ProviderSeams.
        std::unique_ptr<HttpClient> sts;
        std::unique_ptr<HttpClient> metadata;
    };
    struct Hooks {
        std::function<void()> beat;   ///< After each account's turn; for the watchdog.
        std::function<void()> abort;  ///< Ends a request under way, at the end.
        /// The account with that number has other credentials than before, or its first. On the
        /// worker's thread, or within the constructor.
        std::function<void(std::size_t account)> renewed;
    };
    /// How often files are looked at.
    static constexpr std::chrono::seconds kLookEvery{5};
    /// The longest turn of one account: all requests of a role that an instance's role takes on,
    /// and names that are slow to resolve.
    static constexpr std::chrono::seconds kTurnMax{90};

    /// Fetches what needs no network before it returns, and begins to fetch the rest. An account
    /// whose provider gives nothing has none until it does; nothing is thrown for that. `redactor`
    /// knows each session before anybody can use it, and those before it. `clock`, `log` and
    /// `redactor` must outlive it, and `clock` the sources too.
    CredentialsWorker(std::vector<Account> accounts, const Clock& clock, Log& log,
                      Redactor& redactor, Hooks hooks);
    /// Stops and waits. The sources go on giving the sessions they have.
    ~CredentialsWorker();
    CredentialsWorker(const CredentialsWorker&) = delete;
    CredentialsWorker& operator=(const CredentialsWorker&) = delete;

    /// Of the account with that number, in the order given. Any thread.
    [[nodiscard]] std::shared_ptr<SessionSource> source(std::size_t account) const;

private:
    struct Member;

    void run(const std::stop_token& stop);
    void take_turn(std::size_t number, bool at_once_only);

    const Clock& clock_;
    const Hooks hooks_;
    SystemRandom random_;
    const std::shared_ptr<Bell> bell_ = std::make_shared<Bell>();
    std::vector<std::unique_ptr<Member>> members_;  ///< The thread's, but for their slots.

    std::jthread thread_;  // last, so joined first
};

}  // namespace vodcatalog
