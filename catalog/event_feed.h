#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "catalog/cell.h"
#include "catalog/database.h"
#include "catalog/wall_time.h"

namespace catalog {

/// Which events are asked for: changes of status, changes of other members, incidents opened and
/// closed.
struct EventQuery {
    std::optional<std::string> account;
    std::optional<std::string> image_id;
    std::optional<WallTime> since;
    std::int64_t limit = 50;
};

/// How far a reader has come; nothing of it is read again. Its numbers are of no use elsewhere.
struct EventCursor {
    std::int64_t status_change = 0;
    std::int64_t image_change = 0;
    std::int64_t incident = 0;
    std::int64_t closed_at = 0;
};

struct IncidentQuery {
    bool closed_too = false;
    std::optional<std::string> account;
    std::optional<std::string> rule;
    std::int64_t limit = 100;
};

/// Writes the last `query.limit` events after `cursor`, the oldest first, in columns at, event,
/// account, image_id, what, request_id. Moves the cursor behind the last event that there is.
void read_events(Database& database, const EventQuery& query, EventCursor& cursor, RowSink& sink);

}  // namespace catalog
