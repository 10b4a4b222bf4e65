#include "catalog/migrator.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>

#include "catalog/database.h"
#include "catalog/error.h"

namespace catalog {
namespace {

using Migrations = std::span<const migrations::Migration>;

constexpr std::size_t kHeaderBytes = 100;
constexpr std::size_t kUserVersionAt = 60;
constexpr std::size_t kApplicationIdAt = 68;
constexpr std::string_view kMagic{"SQLite format 3\0", 16};

/// The 100 bytes every SQLite file starts with (https://sqlite.org/fileformat.html, section 1.3).
using Header = std::array<unsigned char, kHeaderBytes>;

std::int32_t big_endian(const Header& header, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(header[at + i]); };
    return static_cast<std::int32_t>(byte(0) << 24 | byte(1) << 16 | byte(2) << 8 | byte(3));
}

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& why) {
    throw Unusable("catalog " + file.string() + ": " + why);
}

[[noreturn]] void refuse_newer(const std::filesystem::path& file, int version, int known) {
    refuse(file, "has schema " + std::to_string(version) + ", this build knows " +
                     std::to_string(known) +
                     "; run a newer build, or put back the backup made before the upgrade");
}

/// Read without SQLite, and before SQLite has it open in this process: closing a descriptor of a
/// file drops the process's POSIX locks on it.
Header read_header(const std::filesystem::path& file) {
    const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        refuse(file, "cannot be read (" + std::string(std::strerror(errno)) +
                         "); make it readable and writable for this user");
    }
    Header header{};
    const ssize_t n = pread(descriptor, header.data(), header.size(), 0);
    close(descriptor);
    if (n != static_cast<ssize_t>(header.size())) {
        refuse(
            file,
            "is no database, it is too short; put back a snapshot, or move it away to start anew");
    }
    return header;
}

/// What can be told without opening it: that it is a catalog, and of a version this build knows.
void check_header(const std::filesystem::path& file, int known) {
    std::error_code error;
    const auto status = std::filesystem::status(file, error);
    if (std::filesystem::is_directory(status))
        refuse(file, "is a folder; catalog.path names a file");
    if (!std::filesystem::is_regular_file(status))
        refuse(file, "is no regular file; catalog.path names a file");
    if (std::filesystem::file_size(file, error) == 0) {
        refuse(file, "has 0 bytes; put back a snapshot, or remove it to start anew");
    }
    if (access(file.c_str(), W_OK) != 0) {
        refuse(file, "cannot be written (" + std::string(std::strerror(errno)) +
                         "); make file and folder writable for this user");
    }
    const Header header = read_header(file);
    if (std::string_view{reinterpret_cast<const char*>(header.data()), kMagic.size()} != kMagic) {
        refuse(file,
               "is no SQLite database or its start is damaged; put back a snapshot, or move it "
               "away to "
               "start anew");
    }
    if (big_endian(header, kApplicationIdAt) != kApplicationId) {
        refuse(file, "is a database of another program; give catalog.path another file");
    }
    const int version = big_endian(header, kUserVersionAt);
    if (version > known) refuse_newer(file, version, known);
}

/// A file cut short, or a schema that cannot be read, before anything is written to it.
void check_whole(Database& database) {
    const auto pages = database.number("PRAGMA page_count");
    const auto bytes = pages * database.number("PRAGMA page_size");
    const auto size = static_cast<std::int64_t>(std::filesystem::file_size(database.file()));
    const auto wal = database.file().string() + "-wal";
    std::error_code error;
    const auto wal_bytes = std::filesystem::file_size(wal, error);
    const bool wal_is_empty = error || wal_bytes == 0;
    if (size < bytes && wal_is_empty) {
        refuse(database.file(), "is damaged: it has " + std::to_string(size) + " of " +
                                    std::to_string(bytes) + " bytes; put back a snapshot");
    }
}

void check_history(Database& database, Migrations known) {
    Statement select(database,
                     "SELECT version, name, checksum FROM schema_migration ORDER BY version");
    auto rows = select();
    std::size_t at = 0;
    for (; rows.next(); ++at) {
        const auto version = rows.integer(0);
        if (at >= known.size() || version != known[at].version ||
            rows.text(2) != known[at].checksum) {
            refuse(database.file(),
                   "migration " + std::to_string(version) + " (" + std::string(rows.text(1)) +
                       ") is not the one this build has; run the build that made it");
        }
    }
}

void apply(Database& database, Migrations pending, WallTime now) {
    database.execute("BEGIN IMMEDIATE");
    try {
        database.execute(
            "CREATE TABLE IF NOT EXISTS schema_migration (version INTEGER PRIMARY KEY, name TEXT "
            "NOT NULL, "
            "checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT");
        Statement note(database,
                       "INSERT INTO schema_migration (version, name, checksum, applied_at) VALUES "
                       "(?, ?, ?, ?)");
        for (const auto& migration : pending) {
            database.execute(std::string(migration.sql));
            note(migration.version, migration.name, migration.checksum, now).run();
        }
        database.execute("PRAGMA user_version=" + std::to_string(pending.back().version));
        database.execute("COMMIT");
    } catch (...) {
        if (database.in_transaction()) database.execute("ROLLBACK");
        throw;
    }
}

void create(const std::filesystem::path& file, Migrations all, WallTime now) {
    std::filesystem::path fresh = file;
    fresh += ".new";
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
        std::filesystem::remove(fresh.string() + suffix);
    }
    const int descriptor =
        open(fresh.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (descriptor < 0) {
        refuse(file, "cannot be created (" + std::string(std::strerror(errno)) +
                         "); create the folder and make it writable for this user");
    }
    close(descriptor);
    {
        Database database(fresh, Database::Mode::write);
        database.execute("PRAGMA auto_vacuum=INCREMENTAL; PRAGMA application_id=" +
                         std::to_string(kApplicationId));
        apply(database, all, now);
    }
    // Written with a rollback journal, so the file is whole by itself now; Catalog turns WAL on.
    std::filesystem::rename(fresh, file);
    const int folder = open(file.parent_path().empty() ? "." : file.parent_path().c_str(),
                            O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0) {
        fsync(folder);
        close(folder);
    }
}

void back_up(Database& database, int version) {
    const std::string backup = database.file().string() + ".v" + std::to_string(version) + ".bak";
    const std::string unfinished = backup + ".new";
    std::filesystem::remove(unfinished);
    Statement copy(database, "VACUUM INTO ?");
    copy(unfinished).run();
    chmod(unfinished.c_str(), 0640);
    std::filesystem::rename(unfinished, backup);
}

}  // namespace

void migrate(const std::filesystem::path& file, Migrations all, WallTime now) {
    std::error_code error;
    if (std::filesystem::symlink_status(file, error).type() ==
        std::filesystem::file_type::not_found) {
        create(file, all, now);
        return;
    }
    const int known = all.back().version;
    check_header(file, known);
    Database database(file, Database::Mode::write);
    check_whole(database);
    // Again, since the header does not show what is still in the write-ahead log.
    const auto version = static_cast<int>(database.number("PRAGMA user_version"));
    if (version > known) refuse_newer(file, version, known);
    check_history(database, all);
    if (version >= known) return;
    back_up(database, version);
    apply(database, all.subspan(static_cast<std::size_t>(version)), now);
}

}  // namespace catalog
