#include "catalog/change_store.h"

namespace catalog {

ChangeStore::ChangeStore(Database& database)
    : add_status_(database,
                  "INSERT INTO status_change (image_key, from_status, to_status, last_seen_at, "
                  "seen_at, expected, "
                  "request_id) VALUES (?, ?, ?, ?, ?, ?, ?)"),
      add_field_(database,
                 "INSERT INTO image_change (image_key, field, old, new, seen_at, request_id) "
                 "VALUES (?, ?, ?, ?, ?, ?)") {}

void ChangeStore::add(std::int64_t image_key, const StatusChange& change,
                      std::string_view request_id) {
    add_status_(image_key, change.from, change.to, change.last_seen_at, change.seen_at,
                change.expected, request_id)
        .run();
}

void ChangeStore::add(std::int64_t image_key, const FieldChange& change, WallTime seen_at,
                      std::string_view request_id) {
    add_field_(image_key, change.field, change.old_value, change.new_value, seen_at, request_id)
        .run();
}

}  // namespace catalog
