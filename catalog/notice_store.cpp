#include "catalog/notice_store.h"

#include <algorithm>
#include <stdexcept>

namespace catalog {
namespace {

std::string group_name(const NoticeStore::Line& line) {
    if (line.in_digest) return std::string(to_string(NoticeKind::digest));
    return std::string(to_string(line.kind)) + "/" + std::string(to_string(line.rule)) + "/" +
           std::to_string(line.account_key.value_or(0));
}

/// Tells a message of this catalog from those of others, and of a catalog put back from a copy.
std::string new_key(const NoticeStore::Line& line) {
    return std::to_string(to_ms(line.now)) + "-" + std::to_string(line.incident_id) + "-" +
           std::string(to_string(line.kind)) + "-" + std::string(line.channel);
}

Rule rule_of(std::string_view text) {
    const auto rule = rule_named(text);
    if (!rule) throw std::logic_error("incident.rule is " + std::string(text));
    return *rule;
}

std::string text_or_empty(const Statement::Execution& row, int column) {
    return row.is_null(column) ? std::string() : std::string(row.text(column));
}

NoticeItem item_of(const Statement::Execution& row) {
    NoticeItem item;
    item.incident_id = row.integer(0);
    item.kind = notice_kind_of(row.text(1));
    item.rule = rule_of(row.text(2));
    item.account = text_or_empty(row, 3);
    item.image_id = text_or_empty(row, 4);
    item.title = text_or_empty(row, 5);
    item.opened_at = from_ms(row.integer(6));
    item.closed_at = row.optional_time(7);
    if (!row.is_null(8)) item.reason = close_reason_of(row.text(8));
    item.late = row.integer(9) != 0;
    item.detail = text_or_empty(row, 10);
    item.told = row.integer(11) != 0;
    return item;
}

}  // namespace

NoticeStore::NoticeStore(Database& database)
    : joinable_(database,
                "SELECT notice_id FROM notice WHERE channel = ? AND group_name = ? AND due_at > ? "
                "AND state = 'pending' AND attempts = 0 ORDER BY due_at LIMIT 1"),
      add_(database,
           "INSERT INTO notice (channel, kind, group_name, rule, account_key, notice_key, state, "
           "created_at, due_at, next_attempt_at, attempts) VALUES (?1, ?2, ?3, ?4, ?5, ?6, "
           "'pending', ?7, ?8, ?8, 0) ON CONFLICT (notice_key) DO UPDATE SET notice_key = ?6 "
           "RETURNING notice_id"),
      add_line_(database,
                "INSERT OR IGNORE INTO notice_incident (notice_id, incident_id, kind) VALUES (?, "
                "?, ?)"),
      firing_(database,
              "SELECT m.notice_id, m.channel, m.state, ni.kind, (SELECT count(*) FROM "
              "notice_incident other WHERE other.notice_id = m.notice_id) FROM notice_incident ni "
              "JOIN notice m ON m.notice_id = ni.notice_id WHERE ni.incident_id = ? AND ni.kind IN "
              "('firing', 'reminder')"),
      remove_line_(database,
                   "DELETE FROM notice_incident WHERE notice_id = ? AND incident_id = ? AND kind "
                   "= ?"),
      supersede_(database,
                 "UPDATE notice SET state = 'superseded' WHERE notice_id = ? AND state = "
                 "'pending'"),
      told_(database,
            "SELECT DISTINCT m.channel FROM notice_incident ni JOIN notice m ON m.notice_id = "
            "ni.notice_id WHERE ni.incident_id = ? AND ni.kind = 'firing' AND m.state = "
            "'delivered'"),
      due_channels_(database,
                    "SELECT DISTINCT channel FROM notice WHERE state = 'pending' AND "
                    "next_attempt_at <= ? ORDER BY channel"),
      due_(database,
           "SELECT notice_id, kind, notice_key, created_at, attempts FROM notice WHERE channel = ? "
           "AND state = 'pending' AND next_attempt_at <= ? ORDER BY next_attempt_at, notice_id "
           "LIMIT ?"),
      items_(database,
             "SELECT n.incident_id, ni.kind, n.rule, a.name, i.image_id, i.title, n.opened_at, "
             "n.closed_at, n.close_reason, n.late, n.detail, EXISTS (SELECT 1 FROM "
             "notice_incident f JOIN notice m ON m.notice_id = f.notice_id WHERE f.incident_id = "
             "n.incident_id AND f.kind = 'firing' AND m.channel = ?2 AND m.state = 'delivered') "
             "FROM notice_incident ni JOIN incident n ON n.incident_id = ni.incident_id LEFT JOIN "
             "account a ON a.account_key = n.account_key LEFT JOIN image_info i ON i.image_key = "
             "n.image_key WHERE ni.notice_id = ?1 ORDER BY n.incident_id, ni.kind LIMIT ?3"),
      counts_(database,
              "SELECT ni.kind, n.rule, count(*), sum(n.late) FROM notice_incident ni JOIN incident "
              "n ON n.incident_id = ni.incident_id WHERE ni.notice_id = ? GROUP BY ni.kind, n.rule "
              "ORDER BY min(n.incident_id)"),
      open_(
          database,
          "SELECT n.incident_id, 'firing', n.rule, a.name, i.image_id, i.title, n.opened_at, NULL, "
          "NULL, n.late, n.detail, 1 FROM incident n LEFT JOIN account a ON a.account_key = "
          "n.account_key LEFT JOIN image_info i ON i.image_key = n.image_key WHERE n.closed_at IS "
          "NULL AND EXISTS (SELECT 1 FROM notice_incident f JOIN notice m ON m.notice_id = "
          "f.notice_id WHERE f.incident_id = n.incident_id AND f.kind = 'firing' AND m.channel = "
          "?1 AND m.state = 'delivered') ORDER BY n.incident_id LIMIT ?2"),
      id_of_key_(database, "SELECT notice_id FROM notice WHERE notice_key = ?"),
      // A message that was on its way when its cause ended has been told all the same.
      delivered_(database,
                 "UPDATE notice SET state = 'delivered', delivered_at = ?2 WHERE notice_id = ?1 "
                 "AND state <> 'delivered'"),
      retry_(database,
             "UPDATE notice SET attempts = attempts + 1, last_error = ?2, next_attempt_at = ?3 "
             "WHERE notice_id = ?1 AND state = 'pending'"),
      dead_(database,
            "UPDATE notice SET state = 'dead', attempts = attempts + 1, last_error = ?2, dead_at "
            "= ?3 WHERE notice_id = ?1 AND state = 'pending'"),
      shift_back_(database,
                  "UPDATE notice SET created_at = created_at - ?1, due_at = due_at - ?1, "
                  "next_attempt_at = next_attempt_at - ?1 WHERE state = 'pending'") {}

void NoticeStore::add(const Line& line) {
    const std::string group = group_name(line);
    std::optional<std::int64_t> notice_id;
    if (line.key.empty()) {
        auto rows = joinable_(line.channel, group, std::max(line.now, looked_until_));
        if (rows.next()) notice_id = rows.integer(0);
    }
    if (!notice_id) {
        std::optional<std::string_view> rule;
        if (!line.in_digest) rule = to_string(line.rule);
        const std::string key = line.key.empty() ? new_key(line) : std::string(line.key);
        const NoticeKind kind = line.in_digest ? NoticeKind::digest : line.kind;
        auto rows =
            add_(line.channel, to_string(kind), group, rule,
                 line.in_digest ? std::nullopt : line.account_key, key, line.now, line.due_at);
        if (!rows.next()) throw std::logic_error("INSERT ... RETURNING answered no row");
        notice_id = rows.integer(0);
    }
    add_line_(*notice_id, line.incident_id, to_string(line.kind)).run();
}

std::vector<std::string> NoticeStore::withdraw(std::int64_t incident_id) {
    struct Begun {
        std::int64_t notice_id;
        std::string kind;
        bool alone;
    };
    std::vector<Begun> pending;
    std::vector<std::string> channels;
    {
        auto rows = firing_(incident_id);
        while (rows.next()) {
            const std::string kind(rows.text(3));
            if (kind == to_string(NoticeKind::firing)) channels.emplace_back(rows.text(1));
            if (rows.text(2) != "pending") continue;
            pending.push_back({rows.integer(0), kind, rows.integer(4) == 1});
        }
    }
    for (const Begun& begun : pending) {
        if (begun.alone) {
            supersede_(begun.notice_id).run();
        } else {
            remove_line_(begun.notice_id, incident_id, begun.kind).run();
        }
    }
    std::sort(channels.begin(), channels.end());
    channels.erase(std::unique(channels.begin(), channels.end()), channels.end());
    return channels;
}

std::vector<std::string> NoticeStore::told(std::int64_t incident_id) {
    std::vector<std::string> channels;
    auto rows = told_(incident_id);
    while (rows.next()) channels.emplace_back(rows.text(0));
    return channels;
}

std::vector<Notice> NoticeStore::due(WallTime now, int limit, int items_max) {
    looked_until_ = std::max(looked_until_, now);
    std::vector<std::string> channels;
    {
        auto rows = due_channels_(now);
        while (rows.next()) channels.emplace_back(rows.text(0));
    }
    std::vector<Notice> notices;
    for (const std::string& channel : channels) read_due(channel, now, limit, notices);
    for (Notice& notice : notices) {
        read_items(notice, items_max);
        read_counts(notice);
    }
    return notices;
}

void NoticeStore::read_due(const std::string& channel, WallTime now, int limit,
                           std::vector<Notice>& notices) {
    auto rows = due_(channel, now, limit);
    while (rows.next()) {
        Notice& notice = notices.emplace_back();
        notice.notice_id = rows.integer(0);
        notice.channel = channel;
        notice.kind = notice_kind_of(rows.text(1));
        notice.key = rows.text(2);
        notice.created_at = from_ms(rows.integer(3));
        notice.waited = now - notice.created_at;
        notice.attempts = static_cast<int>(rows.integer(4));
    }
}

void NoticeStore::read_items(Notice& notice, int items_max) {
    auto rows = items_(notice.notice_id, notice.channel, items_max);
    while (rows.next()) notice.items.push_back(item_of(rows));
}

std::vector<NoticeItem> NoticeStore::open(std::string_view channel, int limit) {
    std::vector<NoticeItem> items;
    auto rows = open_(channel, limit);
    while (rows.next()) items.push_back(item_of(rows));
    return items;
}

void NoticeStore::read_counts(Notice& notice) {
    auto rows = counts_(notice.notice_id);
    while (rows.next()) {
        notice.counts.push_back({notice_kind_of(rows.text(0)), rule_of(rows.text(1)),
                                 rows.integer(2), rows.integer(3)});
    }
}

void NoticeStore::tick(const DeliveryTick& tick, WallTime now) {
    std::int64_t notice_id = tick.notice_id;
    if (notice_id == 0) {
        auto rows = id_of_key_(tick.key);
        if (!rows.next()) return;
        notice_id = rows.integer(0);
    }
    switch (tick.kind) {
        case DeliveryTick::Kind::delivered:
            delivered_(notice_id, tick.at).run();
            return;
        case DeliveryTick::Kind::retry:
            retry_(notice_id, tick.error, now + tick.retry_in).run();
            return;
        case DeliveryTick::Kind::dead:
            dead_(notice_id, tick.error, tick.at).run();
            return;
    }
}

void NoticeStore::shift_back(std::chrono::milliseconds by) {
    shift_back_(std::int64_t{by.count()}).run();
}

}  // namespace catalog
