#include "catalog/catalog_reader.h"

#include <system_error>

#include "catalog/error.h"
#include "catalog/migrator.h"
#include "catalog/row_reader.h"
#include "migrations/migrations.h"

namespace catalog {
namespace {

/// A session takes seconds to see that there is no file.
const std::filesystem::path& existing(const std::filesystem::path& file) {
    std::error_code error;
    if (std::filesystem::exists(file, error)) return file;
    throw Retryable("catalog " + file.string() + ": cannot be opened (" +
                    (error ? error.message() : "there is none") +
                    "); check catalog.path in the settings, and that this user may read it");
}

}  // namespace

CatalogReader::CatalogReader(const std::filesystem::path& file)
    : database_(existing(file), Database::Mode::read) {
    const std::int64_t version = database_.number("PRAGMA user_version");
    if (database_.number("PRAGMA application_id") != kApplicationId || version < 1) {
        throw Unusable("catalog " + file.string() +
                       ": is no catalog; check catalog.path in the settings");
    }
    if (version > static_cast<std::int64_t>(migrations::all().size())) {
        throw Unusable("catalog " + file.string() + ": has schema " + std::to_string(version) +
                       ", which is newer than this program; install the newer vodcatalog");
    }
}

std::optional<std::string> CatalogReader::account_of(std::string_view image_id) {
    Statement select(database_,
                     "SELECT a.name FROM image_info i JOIN account a USING (account_key) "
                     "WHERE i.image_id = ?");
    auto rows = select(image_id);
    if (!rows.next()) return std::nullopt;
    return std::string(rows.text(0));
}

CatalogFigures CatalogReader::figures() {
    CatalogFigures figures;
    Statement images(database_,
                     "SELECT a.name, c.state, c.status, c.images FROM image_count c "
                     "JOIN account a ON a.account_key = c.account_key WHERE c.images > 0");
    for (auto rows = images(); rows.next();) {
        const std::string_view status = rows.text(2);
        figures.images.push_back({std::string(rows.text(0)), image_state_of(rows.text(1)),
                                  status == "none" ? StatusKind::none : status_kind(status),
                                  rows.integer(3)});
    }
    Statement due(database_,
                  "SELECT a.name, t.column1, (SELECT min(q.due_at) FROM poll_queue q WHERE "
                  "q.account_key = a.account_key AND q.tier = t.column1) AS first_at "
                  "FROM account a, (VALUES (0), (1), (2)) t WHERE first_at IS NOT NULL");
    for (auto rows = due(); rows.next();) {
        figures.due.push_back({std::string(rows.text(0)), static_cast<Tier>(rows.integer(1)),
                               from_ms(rows.integer(2))});
    }
    Statement incidents(database_,
                        "SELECT rule, count(*) FROM incident WHERE closed_at IS NULL "
                        "GROUP BY rule");
    for (auto rows = incidents(); rows.next();) {
        if (const auto rule = rule_named(rows.text(0)))
            figures.incidents.push_back({*rule, rows.integer(1)});
    }
    read_notices(figures);
    return figures;
}

void CatalogReader::read_notices(CatalogFigures& figures) {
    // Channels that the settings have no more may have left some: so many are enough.
    Statement notices(database_,
                      "SELECT channel, sum(state = 'pending'), sum(state = 'dead'), "
                      "min(CASE WHEN state = 'pending' THEN due_at END) FROM notice "
                      "WHERE state = 'pending' OR state = 'dead' GROUP BY channel LIMIT 32");
    for (auto rows = notices(); rows.next();) {
        figures.notices.push_back(
            {std::string(rows.text(0)), rows.integer(1), rows.integer(2), rows.optional_time(3)});
    }
}

void CatalogReader::images(const ImageQuery& query, RowSink& sink) {
    const BoundQuery select = image_select(query);
    Statement statement(database_, select.sql);
    read_rows(statement.with(select.values), sink);
}

void CatalogReader::image(std::string_view image_id, RowSink& sink) {
    Statement statement(
        database_,
        "SELECT i.image_id, a.name AS account, i.status, t.state AS watched, i.title, "
        "i.description, i.tags, i.cate_id, i.cate_name, i.image_type, i.creation_time, "
        "i.storage_location, i.app_id, i.region_id, i.audit_status, m.original_file_name, m.width, "
        "m.height, m.file_size, i.url, m.file_url, "
        "(SELECT group_concat(source, ',') FROM image_source s WHERE s.image_key = i.image_key) "
        "AS sources, "
        "strftime('%Y-%m-%dT%H:%M:%fZ', i.first_seen_at / 1000.0, 'unixepoch') AS first_seen_at, "
        "strftime('%Y-%m-%dT%H:%M:%fZ', i.last_changed_at / 1000.0, 'unixepoch') "
        "AS last_changed_at, "
        "strftime('%Y-%m-%dT%H:%M:%fZ', i.gone_at / 1000.0, 'unixepoch') AS gone_at, "
        "i.request_id, i.extra, m.extra AS mezzanine_extra "
        "FROM image_info i JOIN account a ON a.account_key = i.account_key "
        "JOIN tracked_image t ON t.image_key = i.image_key "
        "LEFT JOIN mezzanine m ON m.image_key = i.image_key WHERE i.image_id = ?");
    read_rows(statement(image_id), sink);
}

void CatalogReader::events(const EventQuery& query, EventCursor& cursor, RowSink& sink) {
    read_events(database_, query, cursor, sink);
}

void CatalogReader::incidents(const IncidentQuery& query, RowSink& sink) {
    Statement statement(
        database_,
        "SELECT n.incident_id, n.severity, n.rule, a.name AS account, i.image_id, "
        "strftime('%Y-%m-%dT%H:%M:%fZ', n.opened_at / 1000.0, 'unixepoch') AS opened_at, "
        "strftime('%Y-%m-%dT%H:%M:%fZ', n.closed_at / 1000.0, 'unixepoch') AS closed_at, "
        "n.close_reason, n.detail "
        "FROM incident n LEFT JOIN account a ON a.account_key = n.account_key "
        "LEFT JOIN image_info i ON i.image_key = n.image_key "
        "WHERE (?1 OR n.closed_at IS NULL) AND (?2 IS NULL OR a.name = ?2) "
        "AND (?3 IS NULL OR n.rule = ?3) "
        "ORDER BY n.closed_at IS NOT NULL, CASE WHEN n.closed_at IS NOT NULL THEN 3 "
        "WHEN n.severity = 'critical' THEN 0 WHEN n.severity = 'warning' THEN 1 ELSE 2 END, "
        "n.opened_at DESC, n.incident_id DESC LIMIT ?4");
    read_rows(statement(query.closed_too, query.account, query.rule, query.limit), sink);
}

void CatalogReader::accounts(WallTime now, RowSink& sink) {
    Statement statement(
        database_,
        "SELECT a.name AS account, a.state, "
        "strftime('%Y-%m-%dT%H:%M:%fZ', a.state_since / 1000.0, 'unixepoch') AS since, "
        "(SELECT strftime('%Y-%m-%dT%H:%MZ', minute * 60, 'unixepoch') FROM sync_minute s "
        "WHERE s.account_key = a.account_key AND s.images > 0 ORDER BY minute DESC LIMIT 1) "
        "AS last_answer, "
        "ifnull(sum(m.calls), 0) AS calls, ifnull(sum(m.images), 0) AS images, "
        "ifnull(sum(m.changes), 0) AS changes, ifnull(sum(m.errors), 0) AS errors, "
        "ifnull(sum(m.throttled), 0) AS throttled, a.last_error "
        "FROM account a LEFT JOIN sync_minute m ON m.account_key = a.account_key "
        "AND m.minute > ?1 WHERE a.state <> 'removed' GROUP BY a.account_key ORDER BY a.name");
    read_rows(statement(to_ms(now) / 60'000 - 60), sink);
}

void CatalogReader::plan(WallTime now, RowSink& sink) {
    Statement statement(
        database_,
        "SELECT a.name AS account, CASE t.tier WHEN 0 THEN 'hot' WHEN 1 THEN 'warm' ELSE 'cold' "
        "END AS tier, "
        "(SELECT count(*) FROM poll_queue q WHERE q.account_key = a.account_key "
        "AND q.tier = t.tier AND q.due_at <= ?1) AS due_now, "
        "(SELECT count(*) FROM poll_queue q WHERE q.account_key = a.account_key "
        "AND q.tier = t.tier AND q.due_at > ?1 AND q.due_at <= ?1 + 60000) AS in_a_minute, "
        "(SELECT count(*) FROM poll_queue q WHERE q.account_key = a.account_key "
        "AND q.tier = t.tier AND q.due_at > ?1 AND q.due_at <= ?1 + 3600000) AS in_an_hour, "
        "(SELECT strftime('%Y-%m-%dT%H:%M:%fZ', min(q.due_at) / 1000.0, 'unixepoch') "
        "FROM poll_queue q WHERE q.account_key = a.account_key AND q.tier = t.tier) AS next "
        "FROM account a, (SELECT 0 AS tier UNION ALL SELECT 1 UNION ALL SELECT 2) t "
        "WHERE a.state <> 'removed' ORDER BY a.name, t.tier");
    read_rows(statement(now), sink);
}

void CatalogReader::status_summary(RowSink& sink) {
    Statement statement(database_,
                        "SELECT account, status, images FROM status_summary "
                        "ORDER BY account, images DESC");
    read_rows(statement(), sink);
}

void CatalogReader::all_images(RowSink& sink) {
    Statement statement(database_, "SELECT * FROM image");
    read_rows(statement(), sink);
}

void CatalogReader::run(const Report& report, RowSink& sink) {
    Statement statement(database_, report.sql);
    read_rows(statement(), sink);
}

CatalogReader::Summary CatalogReader::summary(WallTime now) {
    const ReadTransaction one_view(database_);
    const std::string unsilenced =
        " AND ifnull(silenced_until, 0) <= " + std::to_string(to_ms(now));
    const auto open = [&](const std::string& severity) {
        return database_.number(
            "SELECT count(*) FROM incident WHERE closed_at IS NULL "
            "AND severity = '" +
            severity + "'" + unsilenced);
    };
    Summary summary;
    summary.critical = open("critical");
    summary.warning = open("warning");
    summary.waiting_notices =
        database_.number("SELECT count(*) FROM notice WHERE state = 'pending'");
    summary.dead_notices = database_.number("SELECT count(*) FROM notice WHERE state = 'dead'");
    summary.down_accounts = database_.number("SELECT count(*) FROM account WHERE state = 'down'");
    const std::int64_t minute = database_.number(
        "SELECT max((SELECT minute FROM sync_minute s WHERE s.account_key = a.account_key "
        "AND s.images > 0 ORDER BY minute DESC LIMIT 1)) FROM account a");
    if (minute > 0) summary.last_answer = from_ms(minute * 60'000);
    return summary;
}

}  // namespace catalog
