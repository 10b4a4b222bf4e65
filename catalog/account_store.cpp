#include "catalog/account_store.h"

#include <stdexcept>

namespace catalog {

AccountStore::AccountStore(Database& database)
    : find_(database, "SELECT account_key, region, endpoint FROM account WHERE name = ?"),
      enroll_(database,
              "INSERT INTO account (name, region, endpoint, state, state_since) VALUES (?1, ?2, "
              "?3, 'unknown', ?4) "
              "ON CONFLICT (name) DO UPDATE SET region = ?2, endpoint = ?3 RETURNING account_key"),
      rename_(database, "UPDATE OR IGNORE account SET name = ?2 WHERE name = ?1"),
      set_state_(database,
                 "UPDATE account SET state = ?2, state_since = ?3, last_error = ?4 WHERE "
                 "account_key = ?1"),
      count_(
          database,
          "INSERT INTO sync_minute (account_key, minute, calls, images, changes, errors, "
          "throttled) "
          "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (account_key, minute) DO UPDATE SET "
          "calls = calls + ?3, images = images + ?4, changes = changes + ?5, errors = errors + ?6, "
          "throttled = throttled + ?7") {}

std::int64_t AccountStore::enroll(std::string_view name, std::string_view region,
                                  std::string_view endpoint, WallTime now) {
    {
        // A start on a full disk must not have to write.
        auto row = find_(name);
        if (row.next() && row.optional_view(1) == region && row.optional_view(2) == endpoint) {
            return row.integer(0);
        }
    }
    auto rows = enroll_(name, region, endpoint, now);
    if (!rows.next()) throw std::logic_error("INSERT ... RETURNING answered no row");
    return rows.integer(0);
}

void AccountStore::rename(std::string_view was, std::string_view name) {
    rename_(was, name).run();
}

void AccountStore::set_state(std::int64_t account_key, std::string_view state,
                             std::string_view last_error, WallTime since) {
    std::optional<std::string_view> why;
    if (!last_error.empty()) why = last_error;
    set_state_(account_key, state, since, why).run();
}

void AccountStore::count(std::int64_t account_key, WallTime at, const MinuteCounts& counts) {
    const std::int64_t minute =
        std::chrono::floor<std::chrono::minutes>(at).time_since_epoch().count();
    count_(account_key, minute, counts.calls, counts.images, counts.changes, counts.errors,
           counts.throttled)
        .run();
}

}  // namespace catalog
