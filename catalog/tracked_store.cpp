#include "catalog/tracked_store.h"

#include <stdexcept>

namespace catalog {

TrackedStore::TrackedStore(Database& database)
    : find_(database, "SELECT state, generation FROM tracked_image WHERE image_key = ?"),
      add_(database,
           "INSERT INTO tracked_image (image_key, state, generation, added_at, since) VALUES (?1, "
           "?2, 1, ?3, ?3)"),
      set_state_(database, "UPDATE tracked_image SET state = ?, since = ? WHERE image_key = ?"),
      next_generation_(database,
                       "UPDATE tracked_image SET generation = generation + 1 WHERE image_key = ? "
                       "RETURNING generation"),
      add_source_(database,
                  "INSERT INTO image_source (image_key, source, added_at) VALUES (?, ?, ?) ON "
                  "CONFLICT DO NOTHING "
                  "RETURNING 1"),
      remove_source_(database,
                     "DELETE FROM image_source WHERE image_key = ? AND source = ? RETURNING 1"),
      has_source_(database, "SELECT 1 FROM image_source WHERE image_key = ? LIMIT 1"),
      each_of_source_(
          database,
          "SELECT i.image_key, i.image_id FROM image_info i JOIN image_source s "
          "ON s.image_key = i.image_key AND s.source = ?2 "
          "WHERE i.account_key = ?1 AND i.image_key > ?3 ORDER BY i.image_key LIMIT ?4"),
      suspects_(
          database,
          "SELECT count(*) FROM tracked_image t JOIN image_info i ON i.image_key = t.image_key "
          "WHERE t.state = 'suspect' AND i.account_key = ?") {}

std::optional<TrackedStore::Tracking> TrackedStore::find(std::int64_t image_key) {
    auto rows = find_(image_key);
    if (!rows.next()) return std::nullopt;
    return Tracking{image_state_of(rows.text(0)), rows.integer(1)};
}

void TrackedStore::add(std::int64_t image_key, ImageState state, WallTime now) {
    add_(image_key, to_string(state), now).run();
}

void TrackedStore::set_state(std::int64_t image_key, ImageState state, WallTime since) {
    set_state_(to_string(state), since, image_key).run();
}

std::int64_t TrackedStore::next_generation(std::int64_t image_key) {
    auto rows = next_generation_(image_key);
    if (!rows.next()) throw std::logic_error("tracked_image does not have the image");
    return rows.integer(0);
}

bool TrackedStore::add_source(std::int64_t image_key, Source source, WallTime now) {
    return add_source_(image_key, to_string(source), now).next();
}

bool TrackedStore::remove_source(std::int64_t image_key, Source source) {
    return remove_source_(image_key, to_string(source)).next();
}

bool TrackedStore::has_source(std::int64_t image_key) {
    return has_source_(image_key).next();
}

void TrackedStore::each_of_source(std::int64_t account_key, Source source, std::int64_t after_key,
                                  int limit,
                                  const std::function<void(std::int64_t, std::string_view)>& use) {
    auto rows = each_of_source_(account_key, to_string(source), after_key, limit);
    while (rows.next()) use(rows.integer(0), rows.text(1));
}

std::int64_t TrackedStore::suspects(std::int64_t account_key) {
    auto rows = suspects_(account_key);
    return rows.next() ? rows.integer(0) : 0;
}

}  // namespace catalog
