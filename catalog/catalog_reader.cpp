#include "catalog/catalog_reader.h"

#include <system_error>

#include "catalog/error.h"
#include "catalog/migrator.h"
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

}  // namespace catalog
