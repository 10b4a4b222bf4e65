#include "tests/simulator/account.h"

#include "tests/simulator/dice.h"
#include "tests/simulator/history.h"

namespace simulator {
namespace {

Account make_account(std::uint64_t seed, std::size_t index, const AccountSettings& settings) {
    Account account;
    account.index = index;
    account.name = settings.name;
    account.region = settings.region;
    account.seed = index == 0 ? seed : Dice(seed, settings.name, index).bits();
    account.uid = std::to_string(1'000'000'000'000'000 +
                                 Dice(account.seed, "uid").below(8'000'000'000'000'000));
    account.credentials = {"LTAI5t" + make_image_id(account.seed, 2'000'000'000'001).substr(0, 18),
                           make_image_id(account.seed, 2'000'000'000'002).substr(0, 30), ""};
    if (!settings.access_key_id.empty()) {
        account.credentials.access_key_id = settings.access_key_id;
    }
    if (!settings.access_key_secret.empty()) {
        account.credentials.access_key_secret = settings.access_key_secret;
    }
    return account;
}

}  // namespace

std::string Account::role_arn(const std::string& role) const {
    return "acs:ram::" + uid + ":role/" + role;
}

Accounts::Accounts(std::uint64_t seed, std::size_t images, const Scenario& scenario,
                   std::int64_t start_ms) {
    for (std::size_t i = 0; i < scenario.accounts.size(); ++i) {
        const AccountSettings& settings = scenario.accounts[i];
        Account account = make_account(seed, i, settings);
        account.cloud = std::make_unique<Cloud>(account.seed, i == 0 ? images : settings.images,
                                                scenario, start_ms, settings.region);
        accounts_.push_back(std::move(account));
    }
}

const Account* Accounts::named(std::string_view name) const noexcept {
    for (const Account& account : accounts_) {
        if (account.name == name) return &account;
    }
    return nullptr;
}

const Account* Accounts::with_uid(std::string_view uid) const noexcept {
    for (const Account& account : accounts_) {
        if (account.uid == uid) return &account;
    }
    return nullptr;
}

const Account* Accounts::owning(const std::string& image_id) const {
    for (const Account& account : accounts_) {
        if (account.cloud->knows(image_id)) return &account;
    }
    return nullptr;
}

bool Accounts::take_token(const Account& account, const std::string& action,
                          const Scenario& scenario, std::int64_t now_ms) {
    RateLimit limit;
    for (const Limits* limits : {&scenario.limits, &scenario.accounts.at(account.index).limits}) {
        const auto found = limits->find(action);
        if (found != limits->end()) limit = found->second;
    }
    const std::scoped_lock lock(mutex_);
    return buckets_[{account.index, action}].take(limit, now_ms);
}

}  // namespace simulator
