#include "daemon/web/status_board.h"

#include <system_error>
#include <utility>

#include "catalog/error.h"

namespace vodcatalog {
namespace {

/// Asks for the size and does not open it: another descriptor, once closed, would take away the
/// locks that SQLite holds on it.
std::optional<std::uintmax_t> bytes_of(const std::filesystem::path& file) {
    std::error_code error;
    const std::uintmax_t bytes = std::filesystem::file_size(file, error);
    if (error) return std::nullopt;
    return bytes;
}

}  // namespace

StatusBoard::StatusBoard(std::filesystem::path catalog, const Clock& clock)
    : catalog_(std::move(catalog)), clock_(clock) {}

void StatusBoard::set_accounts(std::vector<DaemonStatus::Account> accounts,
                               std::optional<DaemonStatus::Trouble> trouble) {
    const std::lock_guard lock(mutex_);
    accounts_ = std::move(accounts);
    trouble_ = std::move(trouble);
}

void StatusBoard::set_credentials(std::vector<DaemonStatus::Credentials> credentials) {
    const std::lock_guard lock(mutex_);
    credentials_ = std::move(credentials);
}

std::optional<DaemonStatus::Trouble> StatusBoard::trouble() const {
    const std::lock_guard lock(mutex_);
    return trouble_;
}

DaemonStatus StatusBoard::read() {
    DaemonStatus status;
    status.now = clock_.wall();
    {
        const std::lock_guard lock(mutex_);
        status.accounts = accounts_;
        for (std::size_t i = 0; i < status.accounts.size() && i < credentials_.size(); ++i)
            status.accounts[i].credentials = credentials_[i];
        status.trouble = trouble_;
    }
    status.figures = figures();
    status.catalog_bytes = bytes_of(catalog_);
    status.wal_bytes = bytes_of(catalog_.string() + "-wal");
    return status;
}

std::optional<catalog::CatalogFigures> StatusBoard::figures() {
    const std::lock_guard lock(reader_mutex_);
    const SteadyTime now = clock_.steady();
    if (read_at_ && now < *read_at_ + kFiguresEvery) return figures_;
    read_at_ = now;
    figures_.reset();
    try {
        if (!reader_) reader_ = std::make_unique<catalog::CatalogReader>(catalog_);
        figures_ = reader_->figures();
    } catch (const catalog::Retryable&) {
        reader_.reset();  // absent from the pages, until it can be read again
    } catch (const catalog::Unusable&) {
        reader_.reset();
    }
    return figures_;
}

}  // namespace vodcatalog
