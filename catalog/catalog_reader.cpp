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

}  // namespace catalog
