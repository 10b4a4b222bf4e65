#include "catalog/incident_store.h"

#include <stdexcept>

namespace catalog {
namespace {

OpenIncident open_incident(const Statement::Execution& row) {
    const auto rule = rule_named(row.text(1));
    if (!rule) throw std::logic_error("incident.rule is " + std::string(row.text(1)));
    return {row.integer(0), *rule, row.optional_integer(2), row.optional_integer(3)};
}

std::vector<OpenIncident> all(Statement::Execution rows) {
    std::vector<OpenIncident> incidents;
    while (rows.next()) incidents.push_back(open_incident(rows));
    return incidents;
}

std::string text_or_empty(const Statement::Execution& row, int column) {
    return row.is_null(column) ? std::string() : std::string(row.text(column));
}

}  // namespace

IncidentStore::IncidentStore(Database& database)
    : add_(database,
           "INSERT INTO incident (rule, severity, account_key, image_key, opened_at, late, "
           "silenced_until, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING "
           "RETURNING incident_id"),
      close_(database,
             "UPDATE incident SET closed_at = ?3, close_reason = ?2 WHERE incident_id = ?1 AND "
             "closed_at IS NULL"),
      silence_(database, "UPDATE incident SET silenced_until = ?2 WHERE incident_id = ?1"),
      reminded_(database, "UPDATE incident SET reminded_at = ?2 WHERE incident_id = ?1"),
      was_opened_(database, "SELECT 1 FROM incident WHERE rule = ? AND opened_at = ? LIMIT 1"),
      find_(database,
            "SELECT incident_id, rule, account_key, image_key FROM incident WHERE rule = ?1 AND "
            "ifnull(account_key, 0) = ?2 AND ifnull(image_key, 0) = ?3 AND closed_at IS NULL"),
      find_by_id_(database,
                  "SELECT incident_id, rule, account_key, image_key FROM incident WHERE "
                  "incident_id = ? AND closed_at IS NULL"),
      of_image_(database,
                "SELECT incident_id, rule, account_key, image_key FROM incident WHERE image_key = "
                "? AND image_key IS NOT NULL AND closed_at IS NULL"),
      of_accounts_(database,
                   "SELECT incident_id, rule, account_key, image_key FROM incident WHERE "
                   "account_key IS NOT NULL AND closed_at IS NULL ORDER BY incident_id"),
      of_images_before_(
          database,
          "SELECT incident_id, rule, n.account_key, image_key FROM incident n JOIN account a ON "
          "a.account_key = n.account_key WHERE opened_at < ? AND closed_at IS NULL AND image_key "
          "IS NOT NULL AND a.state <> 'down' ORDER BY opened_at LIMIT ?"),
      silenced_until_(database,
                      "SELECT incident_id, rule, account_key, image_key FROM incident WHERE "
                      "silenced_until <= ? AND silenced_until IS NOT NULL AND closed_at IS NULL "
                      "LIMIT ?"),
      to_remind_(database,
                 "SELECT incident_id, rule, account_key, image_key FROM incident WHERE closed_at "
                 "IS NULL AND image_key IS NULL AND ifnull(reminded_at, opened_at) <= ? AND "
                 "silenced_until IS NULL LIMIT ?"),
      stuck_images_(
          database,
          "SELECT image_key FROM incident n WHERE rule = 'upload_stuck' AND (closed_at IS NULL OR "
          "close_reason IN ('acknowledged', 'expired') AND NOT EXISTS (SELECT 1 FROM "
          "status_change c WHERE c.image_key = n.image_key AND c.seen_at > n.closed_at))"),
      account_name_(database, "SELECT name FROM account WHERE account_key = ?"),
      image_(database,
             "SELECT image_id, cate_name, storage_location FROM image_info WHERE image_key = ?"),
      tags_(database, "SELECT tag FROM image_tag WHERE image_key = ?"),
      add_silence_(database,
                   "INSERT INTO silence (rule, account, image_id, category, tag, "
                   "storage_location, starts_at, ends_at, comment) VALUES (?, ?, ?, ?, ?, ?, ?, ?, "
                   "?) RETURNING silence_id"),
      end_silence_(database,
                   "UPDATE silence SET ends_at = ?2 WHERE silence_id = ?1 AND ends_at > ?2 "
                   "RETURNING silence_id"),
      unsilence_(database,
                 "UPDATE incident SET silenced_until = ?1 WHERE silenced_until > ?1 AND "
                 "silenced_until IS NOT NULL AND closed_at IS NULL"),
      silences_(database,
                "SELECT silence_id, rule, account, image_id, category, tag, storage_location, "
                "starts_at, ends_at, comment FROM silence WHERE ends_at > ? ORDER BY silence_id") {}

std::optional<std::int64_t> IncidentStore::add(const Opening& opening,
                                               std::optional<WallTime> silenced_until) {
    std::optional<std::string_view> detail;
    if (!opening.detail.empty()) detail = opening.detail;
    auto rows = add_(to_string(opening.rule), to_string(text_of(opening.rule).severity),
                     opening.account_key, opening.image_key, opening.at, opening.late,
                     silenced_until, detail);
    if (!rows.next()) return std::nullopt;
    return rows.integer(0);
}

void IncidentStore::close(std::int64_t incident_id, CloseReason reason, WallTime at) {
    close_(incident_id, to_string(reason), at).run();
}

void IncidentStore::silence(std::int64_t incident_id, std::optional<WallTime> until) {
    silence_(incident_id, until).run();
}

void IncidentStore::reminded(std::int64_t incident_id, WallTime at) {
    reminded_(incident_id, at).run();
}

bool IncidentStore::was_opened(Rule rule, WallTime at) {
    return was_opened_(to_string(rule), at).next();
}

std::optional<OpenIncident> IncidentStore::find(Rule rule, std::optional<std::int64_t> account_key,
                                                std::optional<std::int64_t> image_key) {
    auto rows = find_(to_string(rule), account_key.value_or(0), image_key.value_or(0));
    if (!rows.next()) return std::nullopt;
    return open_incident(rows);
}

std::optional<OpenIncident> IncidentStore::find(std::int64_t incident_id) {
    auto rows = find_by_id_(incident_id);
    if (!rows.next()) return std::nullopt;
    return open_incident(rows);
}

std::vector<OpenIncident> IncidentStore::of_image(std::int64_t image_key) {
    return all(of_image_(image_key));
}

std::vector<OpenIncident> IncidentStore::of_accounts() {
    return all(of_accounts_());
}

std::vector<OpenIncident> IncidentStore::of_images_before(WallTime before, int limit) {
    return all(of_images_before_(before, limit));
}

std::vector<OpenIncident> IncidentStore::silenced_until(WallTime until, int limit) {
    return all(silenced_until_(until, limit));
}

std::vector<OpenIncident> IncidentStore::to_remind(WallTime since, int limit) {
    return all(to_remind_(since, limit));
}

std::unordered_set<std::int64_t> IncidentStore::stuck_images() {
    std::unordered_set<std::int64_t> images;
    auto rows = stuck_images_();
    while (rows.next()) images.insert(rows.integer(0));
    return images;
}

AlertSubject IncidentStore::subject(Rule rule, std::optional<std::int64_t> account_key,
                                    std::optional<std::int64_t> image_key, bool with_image) {
    AlertSubject subject;
    subject.rule = rule;
    subject.has_image = image_key.has_value();
    if (account_key) {
        auto row = account_name_(*account_key);
        if (row.next()) subject.account = row.text(0);
    }
    if (!image_key || !with_image) return subject;
    auto row = image_(*image_key);
    if (!row.next()) throw std::logic_error("incident names an image that image_info lacks");
    subject.image_id = row.text(0);
    subject.category = text_or_empty(row, 1);
    subject.storage_location = text_or_empty(row, 2);
    auto tags = tags_(*image_key);
    while (tags.next()) subject.tags.emplace_back(tags.text(0));
    return subject;
}

std::int64_t IncidentStore::add_silence(const Silence& silence) {
    auto rows =
        add_silence_(silence.rule, silence.account, silence.image_id, silence.category, silence.tag,
                     silence.storage_location, silence.starts_at, silence.ends_at, silence.comment);
    if (!rows.next()) throw std::logic_error("INSERT ... RETURNING answered no row");
    return rows.integer(0);
}

bool IncidentStore::end_silence(std::int64_t silence_id, WallTime at) {
    if (!end_silence_(silence_id, at).next()) return false;
    // Those that another silence covers too are found out when they are looked at.
    unsilence_(at).run();
    return true;
}

std::vector<Silence> IncidentStore::silences(WallTime after) {
    std::vector<Silence> silences;
    auto rows = silences_(after);
    while (rows.next()) {
        Silence& silence = silences.emplace_back();
        silence.silence_id = rows.integer(0);
        rows.optional_text(1, silence.rule);
        rows.optional_text(2, silence.account);
        rows.optional_text(3, silence.image_id);
        rows.optional_text(4, silence.category);
        rows.optional_text(5, silence.tag);
        rows.optional_text(6, silence.storage_location);
        silence.starts_at = from_ms(rows.integer(7));
        silence.ends_at = from_ms(rows.integer(8));
        silence.comment = rows.text(9);
    }
    return silences;
}

}  // namespace catalog
