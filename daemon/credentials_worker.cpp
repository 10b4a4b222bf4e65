#include "daemon/credentials_worker.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "daemon/session_log.h"

namespace vodcatalog {

struct CredentialsWorker::Member {
    Member(std::size_t its_number, Account account, const Clock& clock, Random& random,
           Redactor& redactor, std::shared_ptr<Bell> bell)
        : number(its_number),
          name(std::move(account.name)),
          sts(std::move(account.sts)),
          metadata(std::move(account.metadata)),
          provider(make_provider(account.settings, {*sts, *metadata, clock, random, redactor})),
          keeper(random),
          slot(std::make_shared<SessionSlot>(clock, std::move(bell))) {}

    const std::size_t number;
    const std::string name;
    const std::unique_ptr<HttpClient> sts;
    const std::unique_ptr<HttpClient> metadata;
    const std::unique_ptr<Provider> provider;
    SessionKeeper keeper;
    const std::shared_ptr<SessionSlot> slot;
};

CredentialsWorker::CredentialsWorker(std::vector<Account> accounts, const Clock& clock, Log& log,
                                     Redactor& redactor, Hooks hooks)
    : clock_(clock), log_(log), redactor_(redactor), hooks_(std::move(hooks)) {
    for (Account& account : accounts) {
        members_.push_back(std::make_unique<Member>(members_.size(), std::move(account), clock_,
                                                    random_, redactor_, bell_));
        if (members_.back()->provider->gives_at_once()) fetch(*members_.back());
    }
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

CredentialsWorker::~CredentialsWorker() {
    thread_.request_stop();
    hooks_.abort();
}

std::shared_ptr<SessionSource> CredentialsWorker::source(std::size_t account) const {
    return members_.at(account)->slot;
}

void CredentialsWorker::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        SteadyTime wake_at = clock_.steady() + kLookEvery;
        for (const auto& member : members_) {
            if (stop.stop_requested()) return;
            take_turn(*member);
            wake_at = std::min(wake_at, member->keeper.wake_at());
            hooks_.beat();
        }
        bell_->wait(stop, wake_at - clock_.steady());
    }
}

void CredentialsWorker::take_turn(Member& member) {
    SessionKeeper& keeper = member.keeper;
    const SteadyTime now = clock_.steady();
    if (const auto refused = member.slot->take_refused()) keeper.on_refused(refused, now);
    if (member.provider->changed()) keeper.on_changed(now);
    if (const auto event = keeper.on_tick(now)) hand_out(member, event);
    if (keeper.due(now)) fetch(member);
}

void CredentialsWorker::fetch(Member& member) {
    SessionKeeper& keeper = member.keeper;
    std::optional<SessionEvent> event;
    try {
        Grant grant = member.provider->fetch();
        event = keeper.on_fetched(std::move(grant), clock_.steady());
    } catch (const std::exception& error) {
        event = keeper.on_failed(error.what(), clock_.steady());
    }
    hand_out(member, event);
}

/// Nobody has a session before the redactor knows it. It is told of all that are in use, so that it
/// is others which it forgets.
void CredentialsWorker::hand_out(Member& member, const std::optional<SessionEvent>& event) {
    for (const auto& each : members_) {
        if (const auto session = each->keeper.current()) redactor_.know(session->credentials);
    }
    const SessionKeeper& keeper = member.keeper;
    member.slot->put(keeper.current(), keeper.good_until(), keeper.why());
    if (!event) return;
    log_session(log_, member.name, *event);
    if (std::holds_alternative<SessionObtained>(*event)) hooks_.renewed(member.number);
}

}  // namespace vodcatalog
