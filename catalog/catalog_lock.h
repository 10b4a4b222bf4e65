#pragma once

#include <filesystem>

namespace catalog {

/// The lock that keeps a second writer away from a catalog: an flock on `<catalog>.lock`, which
/// ends with the process however it ends, so a stale file is no obstacle. The file names its
/// holder.
class CatalogLock {
public:
    /// Throws Unusable (75) naming the process that holds it, or Unusable (78) if the file cannot
    /// be made.
    explicit CatalogLock(const std::filesystem::path& catalog_file);
    ~CatalogLock();
    CatalogLock(const CatalogLock&) = delete;
    CatalogLock& operator=(const CatalogLock&) = delete;

private:
    int descriptor_ = -1;
};

/// Whether a process holds the lock now: looked up in /proc/locks, so that asking never gets into a
/// starting daemon's way. False too if there is no such file. Of another PID namespace it is not
/// seen.
[[nodiscard]] bool is_locked(const std::filesystem::path& catalog_file);

}  // namespace catalog
