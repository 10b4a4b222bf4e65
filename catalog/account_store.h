#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "catalog/database.h"

namespace catalog {

/// What was done for one account in one minute; `sync_minute`.
struct MinuteCounts {
    std::int64_t calls = 0;
    std::int64_t images = 0;
    std::int64_t changes = 0;
    std::int64_t errors = 0;
    std::int64_t throttled = 0;

    bool operator==(const MinuteCounts&) const = default;
};

/// The tables account and sync_minute. Works inside the caller's transaction.
class AccountStore {
public:
    explicit AccountStore(Database& database);

    /// The key of the account of that name, added or brought up to date.
    std::int64_t enroll(std::string_view name, std::string_view region, std::string_view endpoint,
                        WallTime now);
    /// Gives the account `was` the name `name`, unless there is none, or `name` is taken.
    void rename(std::string_view was, std::string_view name);
    void set_state(std::int64_t account_key, std::string_view state, std::string_view last_error,
                   WallTime since);
    void count(std::int64_t account_key, WallTime at, const MinuteCounts& counts);

private:
    Statement find_;
    Statement enroll_;
    Statement rename_;
    Statement set_state_;
    Statement count_;
};

}  // namespace catalog
