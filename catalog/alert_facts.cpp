#include "catalog/alert_facts.h"

namespace catalog {
namespace {

constexpr std::chrono::hours kLoadLife{24};

std::int64_t minute_of(WallTime at) {
    return std::chrono::floor<std::chrono::minutes>(at).time_since_epoch().count();
}

}  // namespace

AlertFacts::AlertFacts(Database& database)
    : count_(database,
             "INSERT INTO upload_minute (account_key, minute, completed, failed, stuck) VALUES "
             "(?1, ?2, ?3, ?4, ?5) ON CONFLICT (account_key, minute) DO UPDATE SET completed = "
             "completed + ?3, failed = failed + ?4, stuck = stuck + ?5"),
      uploads_since_(database,
                     "SELECT ifnull(sum(completed), 0), ifnull(sum(failed), 0), ifnull(sum(stuck), "
                     "0) FROM upload_minute WHERE account_key = ? AND minute > ?"),
      minutes_throttled_(database,
                         "SELECT count(*) FROM sync_minute WHERE account_key = ? AND minute > ? "
                         "AND throttled > 0"),
      uploading_(database,
                 "SELECT count(*) FROM (SELECT 1 FROM image_info WHERE status = 'Uploading' AND "
                 "created_at > ?2 AND created_at <= ?3 AND account_key = ?1 AND gone_at IS NULL "
                 "LIMIT ?4)"),
      first_start_(database, "SELECT min(applied_at) FROM schema_migration"),
      load_begun_(database,
                  "INSERT INTO image_load (account_key, added_at, source, images, failed, stuck) "
                  "VALUES (?1, ?2, ?3, ?4, 0, 0) ON CONFLICT (account_key, added_at) DO UPDATE SET "
                  "images = images + ?4"),
      load_silent_(database,
                   "UPDATE image_load SET failed = failed + ?3, stuck = stuck + ?4 WHERE "
                   "account_key = ?1 AND added_at = ?2"),
      ended_loads_(
          database,
          "SELECT account_key, added_at, source, images, failed, stuck FROM image_load l WHERE "
          "added_at <= ?1 OR NOT EXISTS (SELECT 1 FROM tracked_image t JOIN image_info i ON "
          "i.image_key = t.image_key WHERE t.state = 'pending' AND t.added_at = l.added_at AND "
          "i.account_key = l.account_key)"),
      remove_load_(database, "DELETE FROM image_load WHERE account_key = ? AND added_at = ?"),
      set_stuck_after_(database,
                       "INSERT INTO reporting_setting (name, value) VALUES ('stuck_after_ms', ?1) "
                       "ON CONFLICT (name) DO UPDATE SET value = ?1 WHERE value <> ?1") {}

void AlertFacts::count(std::int64_t account_key, WallTime at, const UploadCounts& counts) {
    count_(account_key, minute_of(at), counts.completed, counts.failed, counts.stuck).run();
}

UploadCounts AlertFacts::uploads_since(std::int64_t account_key, WallTime since) {
    auto row = uploads_since_(account_key, minute_of(since));
    if (!row.next()) return {};
    return {row.integer(0), row.integer(1), row.integer(2)};
}

std::int64_t AlertFacts::minutes_throttled(std::int64_t account_key, WallTime since) {
    auto row = minutes_throttled_(account_key, minute_of(since));
    return row.next() ? row.integer(0) : 0;
}

std::int64_t AlertFacts::uploading(std::int64_t account_key, WallTime created_after,
                                   WallTime created_before, std::int64_t limit) {
    auto row = uploading_(account_key, created_after, created_before, limit);
    return row.next() ? row.integer(0) : 0;
}

WallTime AlertFacts::first_start() {
    auto row = first_start_();
    return row.next() ? from_ms(row.integer(0)) : WallTime{};
}

void AlertFacts::load_begun(std::int64_t account_key, WallTime added_at, Source source,
                            std::int64_t images) {
    load_begun_(account_key, added_at, to_string(source), images).run();
}

void AlertFacts::load_silent(std::int64_t account_key, WallTime added_at, Rule rule) {
    const bool failed = rule == Rule::upload_failed;
    load_silent_(account_key, added_at, failed, !failed).run();
}

std::vector<ImageLoad> AlertFacts::take_ended_loads(WallTime now) {
    std::vector<ImageLoad> loads;
    {
        auto rows = ended_loads_(now - kLoadLife);
        while (rows.next()) {
            ImageLoad& load = loads.emplace_back();
            load.account_key = rows.integer(0);
            load.added_at = from_ms(rows.integer(1));
            load.source = rows.text(2);
            load.images = rows.integer(3);
            load.failed = rows.integer(4);
            load.stuck = rows.integer(5);
        }
    }
    for (const ImageLoad& load : loads) remove_load_(load.account_key, load.added_at).run();
    return loads;
}

void AlertFacts::set_stuck_after(std::chrono::milliseconds stuck_after) {
    set_stuck_after_(stuck_after.count()).run();
}

}  // namespace catalog
