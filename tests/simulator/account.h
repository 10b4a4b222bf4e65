#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/vod/credentials.h"
#include "tests/simulator/cloud.h"
#include "tests/simulator/scenario.h"
#include "tests/simulator/token_bucket.h"

namespace simulator {

/// One account of the cloud and its images. What of it can change: AccountSettings.
struct Account {
    std::size_t index = 0;  ///< In Scenario::accounts.
    std::string name;
    std::string region;
    std::string uid;  ///< Sixteen digits.
    std::uint64_t seed = 0;
    vodcatalog::Credentials credentials;
    std::unique_ptr<Cloud> cloud;

    /// "acs:ram::1234567890123456:role/NAME"
    [[nodiscard]] std::string role_arn(const std::string& role) const;
};

/// The accounts of one simulator; the first is main. They stay the same, so any thread may look.
class Accounts {
public:
    /// `images` are main's.
    Accounts(std::uint64_t seed, std::size_t images, const Scenario& scenario,
             std::int64_t start_ms);

    [[nodiscard]] const std::vector<Account>& all() const noexcept { return accounts_; }
    [[nodiscard]] const Account& main() const noexcept { return accounts_.front(); }
    /// Null if there is none.
    [[nodiscard]] const Account* named(std::string_view name) const noexcept;
    [[nodiscard]] const Account* with_uid(std::string_view uid) const noexcept;
    /// Whose image that is or was; null if nobody's.
    [[nodiscard]] const Account* owning(const std::string& image_id) const;

    /// Takes a token of that account's bucket for the action, by its own limit or else by the one
    /// for all.
    [[nodiscard]] bool take_token(const Account& account, const std::string& action,
                                  const Scenario& scenario, std::int64_t now_ms);

private:
    std::vector<Account> accounts_;
    std::mutex mutex_;
    std::map<std::pair<std::size_t, std::string>, TokenBucket> buckets_;  // guarded by mutex_
};

}  // namespace simulator
