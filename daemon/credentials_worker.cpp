#include "daemon/credentials_worker.h"

#include <algorithm>
#include <utility>

#include "daemon/session_renewal.h"

namespace vodcatalog {

struct CredentialsWorker::Member {
    Member(Account account, const Clock& clock, Random& random, Redactor& redactor, Log& log,
           std::shared_ptr<Bell> bell)
        : sts(std::move(account.sts)),
          metadata(std::move(account.metadata)),
          renewal(std::move(account.name), account.settings,
                  {*sts, *metadata, clock, random, redactor}, log, std::move(bell)) {}

    const std::unique_ptr<HttpClient> sts;
    const std::unique_ptr<HttpClient> metadata;
    SessionRenewal renewal;
};

CredentialsWorker::CredentialsWorker(std::vector<Account> accounts, const Clock& clock, Log& log,
                                     Redactor& redactor, Hooks hooks)
    : clock_(clock), hooks_(std::move(hooks)) {
    for (Account& account : accounts) {
        members_.push_back(
            std::make_unique<Member>(std::move(account), clock, random_, redactor, log, bell_));
        take_turn(members_.size() - 1, true);
    }
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

CredentialsWorker::~CredentialsWorker() {
    thread_.request_stop();
    hooks_.abort();
}

std::shared_ptr<SessionSource> CredentialsWorker::source(std::size_t account) const {
    return members_.at(account)->renewal.source();
}

void CredentialsWorker::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        SteadyTime wake_at = clock_.steady() + kLookEvery;
        for (std::size_t i = 0; i < members_.size(); ++i) {
            if (stop.stop_requested()) return;
            take_turn(i, false);
            wake_at = std::min(wake_at, members_[i]->renewal.wake_at());
            hooks_.beat();
        }
        bell_->wait(stop, wake_at - clock_.steady());
    }
}

void CredentialsWorker::take_turn(std::size_t number, bool at_once_only) {
    if (!members_[number]->renewal.take_turn(at_once_only)) return;
    // For each that the redactor learns it may forget one, which is to be none of these.
    for (const auto& member : members_) member->renewal.keep_known();
    hooks_.renewed(number);
}

}  // namespace vodcatalog
