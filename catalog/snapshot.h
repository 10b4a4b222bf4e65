#pragma once

#include <cstdint>
#include <filesystem>

namespace catalog {

struct SnapshotResult {
    bool unchanged = false;  ///< The one that is there says the same already: it was left alone.
    std::uintmax_t bytes = 0;
};

/// Copies a catalog that may be in use to `target`: one moment of it, in one file without a
/// write-ahead log, for backups and for analysts. Reads through a session of its own and writes
/// nothing to the catalog.
///
/// The copy is made beside `target`, flushed, given the catalog's group and mode 0640, and renamed
/// over it: at each moment `target` is a whole snapshot, the old or the new one. Throws Retryable,
/// with what to do, if there is no room for it, or it cannot be read or written; `target` is then
/// as it was. Throws Unusable if there is no catalog.
SnapshotResult take_snapshot(const std::filesystem::path& catalog,
                             const std::filesystem::path& target);

}  // namespace catalog
