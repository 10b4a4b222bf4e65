#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "catalog/catalog_reader.h"
#include "daemon/clock.h"
#include "daemon/web/daemon_status.h"

namespace vodcatalog {

/// Where the daemon's threads leave what they are in, and pages read it. Any thread. Who writes
/// waits for a copy at the most, never for a page or for the catalog.
class StatusBoard {
public:
    /// However often pages are asked for, the catalog is read this seldom.
    static constexpr std::chrono::seconds kFiguresEvery{5};

    /// `clock` must outlive it. `catalog` is read through a session of its own, opened when it is
    /// first needed.
    StatusBoard(std::filesystem::path catalog, const Clock& clock);

    /// Without the accounts' credentials, which stay as they are told.
    void set_accounts(std::vector<DaemonStatus::Account> accounts,
                      std::optional<DaemonStatus::Trouble> trouble);
    /// Of the account with that number, from 0.
    void set_credentials(std::vector<DaemonStatus::Credentials> credentials);

    [[nodiscard]] std::optional<DaemonStatus::Trouble> trouble() const;
    /// All but version, started_at, missing, wrong and lost_lines.
    [[nodiscard]] DaemonStatus read();

private:
    [[nodiscard]] std::optional<catalog::CatalogFigures> figures();

    const std::filesystem::path catalog_;
    const Clock& clock_;

    mutable std::mutex mutex_;  // guards what follows
    std::vector<DaemonStatus::Account> accounts_;
    std::vector<DaemonStatus::Credentials> credentials_;
    std::optional<DaemonStatus::Trouble> trouble_;

    std::mutex reader_mutex_;  // guards what follows; held while the catalog is read
    std::unique_ptr<catalog::CatalogReader> reader_;
    std::optional<catalog::CatalogFigures> figures_;
    std::optional<SteadyTime> read_at_;
};

}  // namespace vodcatalog
