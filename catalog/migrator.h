#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "catalog/wall_time.h"
#include "migrations/migrations.h"

namespace catalog {

/// "vodc" in the database header: tells the catalog from any other SQLite file.
inline constexpr std::int32_t kApplicationId = 0x766f6463;

/// Brings the catalog's file to the schema of this build, before anything else opens it; the caller
/// holds the CatalogLock.
///
/// - No file: makes one, beside it under another name, and moves it into place when it is whole.
/// - An older one: copied to `<file>.v<N>.bak` (0640), then migrated in one transaction.
/// - Anything else is refused and left untouched, with a sentence that says what to do: a newer
/// one, one whose applied
///   migrations are not those of this build, a foreign database, no database, 0 bytes, a folder.
///
/// Throws Unusable (78) for those, Retryable where the disk is full.
void migrate(const std::filesystem::path& file, std::span<const migrations::Migration> migrations,
             WallTime now);

}  // namespace catalog
