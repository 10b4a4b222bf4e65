#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "catalog/catalog_figures.h"
#include "catalog/database.h"

namespace catalog {

/// A look into a catalog that another process may be writing: read-only, takes no lock, never
/// checkpoints. One thread at a time.
class CatalogReader {
public:
    /// Throws Unusable if the file is no catalog, or one of a newer build; Retryable if it cannot
    /// be opened now.
    explicit CatalogReader(const std::filesystem::path& file);

    /// The name of the account that has the image; nothing if the catalog does not have it.
    [[nodiscard]] std::optional<std::string> account_of(std::string_view image_id);

    /// Of a catalog with this build's schema. Takes time in proportion to what is open or not
    /// delivered, however many images there are. Throws Retryable.
    [[nodiscard]] CatalogFigures figures();

private:
    void read_notices(CatalogFigures& figures);

    Database database_;
};

}  // namespace catalog
