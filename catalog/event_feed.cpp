#include "catalog/event_feed.h"

#include "catalog/row_reader.h"

namespace catalog {
namespace {

/// The parameters: 1 limit, 2 account or NULL, 3 image_id or NULL, 4 since, 5 to 8 the cursor. Each
/// part walks its own key backwards from the newest, so that what is older is not read.
constexpr const char* kEvents =
    "SELECT strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000.0, 'unixepoch') AS at, event, account, "
    "image_id, what, request_id FROM ("
    "SELECT * FROM (SELECT c.seen_at AS at, 'status_change' AS event, a.name AS account, "
    "i.image_id, CASE WHEN c.from_status IS NULL THEN 'first seen ' || c.to_status "
    "ELSE c.from_status || ' -> ' || c.to_status END "
    "|| CASE c.expected WHEN 0 THEN ' (unexpected)' ELSE '' END AS what, c.request_id, "
    "c.status_change_id AS id FROM status_change c JOIN image_info i ON i.image_key = c.image_key "
    "JOIN account a ON a.account_key = i.account_key "
    "WHERE c.status_change_id > ?5 AND c.seen_at >= ?4 AND (?2 IS NULL OR a.name = ?2) "
    "AND (?3 IS NULL OR c.image_key = (SELECT image_key FROM image_info WHERE image_id = ?3)) "
    "ORDER BY c.status_change_id DESC LIMIT ?1) UNION ALL "
    "SELECT * FROM (SELECT c.seen_at, 'image_change', a.name, i.image_id, "
    "c.field || ': ' || ifnull(c.old, '(none)') || ' -> ' || ifnull(c.new, '(none)'), "
    "c.request_id, "
    "c.image_change_id FROM image_change c JOIN image_info i ON i.image_key = c.image_key "
    "JOIN account a ON a.account_key = i.account_key "
    "WHERE c.image_change_id > ?6 AND c.seen_at >= ?4 AND (?2 IS NULL OR a.name = ?2) "
    "AND (?3 IS NULL OR c.image_key = (SELECT image_key FROM image_info WHERE image_id = ?3)) "
    "ORDER BY c.image_change_id DESC LIMIT ?1) UNION ALL "
    "SELECT * FROM (SELECT n.opened_at, 'incident_opened', a.name, i.image_id, "
    "n.severity || ' ' || n.rule || ifnull(': ' || n.detail, ''), NULL, n.incident_id "
    "FROM incident n LEFT JOIN account a ON a.account_key = n.account_key "
    "LEFT JOIN image_info i ON i.image_key = n.image_key "
    "WHERE n.incident_id > ?7 AND n.opened_at >= ?4 AND (?2 IS NULL OR a.name = ?2) "
    "AND (?3 IS NULL OR i.image_id = ?3) ORDER BY n.incident_id DESC LIMIT ?1) UNION ALL "
    "SELECT * FROM (SELECT n.closed_at, 'incident_closed', a.name, i.image_id, "
    "n.severity || ' ' || n.rule || ': ' || n.close_reason, NULL, n.incident_id "
    "FROM incident n LEFT JOIN account a ON a.account_key = n.account_key "
    "LEFT JOIN image_info i ON i.image_key = n.image_key "
    "WHERE n.closed_at > ?8 AND n.closed_at >= ?4 AND (?2 IS NULL OR a.name = ?2) "
    "AND (?3 IS NULL OR i.image_id = ?3) ORDER BY n.closed_at DESC LIMIT ?1) "
    "ORDER BY at DESC, id DESC LIMIT ?1) ORDER BY at, id";

EventCursor newest(Database& database) {
    return {database.number("SELECT max(status_change_id) FROM status_change"),
            database.number("SELECT max(image_change_id) FROM image_change"),
            database.number("SELECT max(incident_id) FROM incident"),
            database.number("SELECT max(closed_at) FROM incident")};
}

Cell text_or_null(const std::optional<std::string>& text) {
    return text ? Cell{std::string_view{*text}} : Cell{};
}

}  // namespace

void read_events(Database& database, const EventQuery& query, EventCursor& cursor, RowSink& sink) {
    // One view of the catalog for the rows and for how far they reach.
    const ReadTransaction one_view(database);
    const EventCursor reached = newest(database);
    Statement select(database, kEvents);
    const Cell values[] = {query.limit,
                           text_or_null(query.account),
                           text_or_null(query.image_id),
                           query.since ? to_ms(*query.since) : 0,
                           cursor.status_change,
                           cursor.image_change,
                           cursor.incident,
                           cursor.closed_at};
    read_rows(select.with(values), sink);
    cursor = reached;
}

}  // namespace catalog
