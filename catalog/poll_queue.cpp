#include "catalog/poll_queue.h"

#include <stdexcept>

namespace catalog {
namespace {

/// What the columns from `first` on know of the image.
void describe(const Statement::Execution& row, int first, DueImage& due) {
    if (row.is_null(first + 3))
        throw std::logic_error("poll_queue names an image that image_info does not have");
    due.state = image_state_of(row.text(first));
    due.added_at = from_ms(row.integer(first + 1));
    due.state_since = from_ms(row.integer(first + 2));
    due.image_id.assign(row.text(first + 3));
    due.status = status_kind(row.optional_view(first + 4));
    due.created_at = row.optional_time(first + 5);
    due.first_seen_at = row.optional_time(first + 6);
    due.last_changed_at = row.optional_time(first + 7);
    due.just_uploaded = row.integer(first + 8) != 0;
}

}  // namespace

// The scan is one statement, so that it is one read transaction: those cost system calls.
PollQueue::PollQueue(Database& database)
    : scan_(database,
            "SELECT q.due_at, q.image_key, q.generation, q.last_answered_at, q.content_hash, "
            "t.generation, t.state, t.added_at, t.since, "
            "i.image_id, i.status, i.created_at, i.first_seen_at, i.last_changed_at, "
            "t.state = 'pending' AND EXISTS (SELECT 1 FROM image_source s "
            "WHERE s.image_key = q.image_key AND s.source IN ('command', 'track_endpoint')) "
            "FROM poll_queue q LEFT JOIN tracked_image t ON t.image_key = q.image_key "
            "LEFT JOIN image_info i ON i.image_key = q.image_key "
            "WHERE q.account_key = ? AND q.tier = ? AND (q.due_at, q.image_key) > (?, ?) "
            "AND q.due_at <= ? ORDER BY q.due_at, q.image_key"),
      next_due_(database,
                "SELECT due_at FROM poll_queue WHERE account_key = ? AND tier = ? AND due_at > ? "
                "ORDER BY due_at LIMIT 1"),
      first_due_(database,
                 "SELECT due_at FROM poll_queue WHERE account_key = ? AND tier = ? ORDER BY due_at "
                 "LIMIT 1"),
      load_(database,
            "SELECT tier, due_at, image_key, last_answered_at FROM poll_queue WHERE account_key = "
            "? AND (tier, due_at, image_key) > (?, ?, ?) ORDER BY tier, due_at, image_key LIMIT ?"),
      add_(database,
           "INSERT OR REPLACE INTO poll_queue (account_key, tier, due_at, image_key, generation, "
           "last_answered_at, content_hash) VALUES (?, ?, ?, ?, ?, ?, ?)"),
      remove_(database,
              "DELETE FROM poll_queue WHERE account_key = ? AND tier = ? AND due_at = ? AND "
              "image_key = ?"),
      // Two rows of one image differ in generation, and must go on to differ in the key.
      clamp_(database,
             "UPDATE poll_queue SET due_at = ?3 + generation % 1000 "
             "WHERE account_key = ?1 AND tier = ?2 AND due_at > ?3 + 1000"),
      shift_back_(database, "UPDATE OR REPLACE poll_queue SET due_at = due_at - ?"),
      schedule_at_(database, "SELECT schedule_at FROM poll_clock"),
      set_schedule_at_(database,
                       "INSERT INTO poll_clock (poll_clock_id, schedule_at) VALUES (1, ?1) "
                       "ON CONFLICT (poll_clock_id) DO UPDATE SET schedule_at = ?1"),
      size_(database, "SELECT count(*) FROM poll_queue WHERE account_key = ?") {}

void PollQueue::scan(std::int64_t account_key, Tier tier, WallTime until, std::size_t limit,
                     const std::unordered_set<std::int64_t>& taken, DuePlace& passed,
                     std::vector<DueImage>& out, std::vector<DueImage>& void_rows) {
    auto rows = scan_(account_key, static_cast<int>(tier), passed.due_at, passed.image_key, until);
    for (std::size_t found = 0; found < limit && rows.next();) {
        const WallTime due_at = from_ms(rows.integer(0));
        const std::int64_t image_key = rows.integer(1);
        if (taken.contains(image_key)) {
            if (found == 0) passed = {due_at, image_key};
            continue;
        }
        ++found;
        const std::int64_t generation = rows.integer(2);
        const bool is_void = rows.optional_integer(5) != generation;
        DueImage& due = (is_void ? void_rows : out).emplace_back();
        due.account_key = account_key;
        due.tier = tier;
        due.due_at = due_at;
        due.image_key = image_key;
        due.generation = generation;
        due.last_answered_at = rows.optional_time(3);
        due.content_hash = rows.optional_integer(4);
        if (!is_void) describe(rows, 6, due);
    }
}

std::optional<WallTime> PollQueue::next_due(std::int64_t account_key, Tier tier, WallTime after) {
    auto rows = next_due_(account_key, static_cast<int>(tier), after);
    if (!rows.next()) return std::nullopt;
    return from_ms(rows.integer(0));
}

std::optional<WallTime> PollQueue::first_due(std::int64_t account_key, Tier tier) {
    auto rows = first_due_(account_key, static_cast<int>(tier));
    if (!rows.next()) return std::nullopt;
    return from_ms(rows.integer(0));
}

bool PollQueue::add_load(std::int64_t account_key, int limit, std::chrono::milliseconds cloud_ahead,
                         PollLoadPlace& place, PollLoad& load) {
    auto rows = load_(account_key, place.tier, place.row.due_at, place.row.image_key, limit);
    int found = 0;
    for (; rows.next(); ++found) {
        place.tier = static_cast<int>(rows.integer(0));
        place.row = {from_ms(rows.integer(1)), rows.integer(2)};
        TierLoad& tier = load.tiers.at(static_cast<std::size_t>(place.tier));
        ++tier.images;
        const auto answered_at = rows.optional_time(3);
        const auto gap = place.row.due_at - answered_at.value_or(WallTime{}) + cloud_ahead;
        // None, or of a clock that was wrong.
        if (!answered_at || gap.count() <= 0) {
            ++tier.unanswered;
        } else {
            tier.asked_per_second += 1000.0 / static_cast<double>(gap.count());
        }
    }
    return found == limit;
}

void PollQueue::add(const DueImage& row) {
    add_(row.account_key, static_cast<int>(row.tier), row.due_at, row.image_key, row.generation,
         row.last_answered_at, row.content_hash)
        .run();
}

void PollQueue::remove(const DueImage& row) {
    remove_(row.account_key, static_cast<int>(row.tier), row.due_at, row.image_key).run();
}

void PollQueue::clamp(std::int64_t account_key, Tier tier, WallTime latest) {
    clamp_(account_key, static_cast<int>(tier), latest).run();
}

void PollQueue::shift_back(std::chrono::milliseconds by) {
    shift_back_(std::int64_t{by.count()}).run();
}

std::optional<WallTime> PollQueue::schedule_at() {
    auto rows = schedule_at_();
    if (!rows.next()) return std::nullopt;
    return from_ms(rows.integer(0));
}

void PollQueue::set_schedule_at(WallTime at) {
    set_schedule_at_(at).run();
}

std::int64_t PollQueue::size(std::int64_t account_key) {
    auto rows = size_(account_key);
    return rows.next() ? rows.integer(0) : 0;
}

}  // namespace catalog
