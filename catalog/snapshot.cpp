#include "catalog/snapshot.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "catalog/database.h"
#include "catalog/error.h"
#include "catalog/migrator.h"

namespace catalog {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& target, const std::string& why) {
    throw Retryable("snapshot " + target.string() + ": " + why);
}

/// Grows with everything an analyst could see. The schedule and its minutes are not in it.
std::string content_mark(Database& database) {
    return database.text(
        "SELECT (SELECT user_version FROM pragma_user_version) || ' ' || "
        "ifnull((SELECT max(status_change_id) FROM status_change), 0) || ' ' || "
        "ifnull((SELECT max(image_change_id) FROM image_change), 0) || ' ' || "
        "ifnull((SELECT max(image_key) FROM image_info), 0) || ' ' || "
        "ifnull((SELECT max(since) FROM tracked_image), 0) || ' ' || "
        "ifnull((SELECT max(incident_id) FROM incident), 0) || ' ' || "
        "ifnull((SELECT max(closed_at) FROM incident), 0) || ' ' || "
        "ifnull((SELECT max(notice_id) || ',' || max(delivered_at) || ',' || max(dead_at) "
        "FROM notice), 0) || ' ' || "
        "(SELECT group_concat(state || state_since) FROM account)");
}

bool says_the_same(const fs::path& target, const std::string& mark) {
    std::error_code error;
    if (!fs::exists(target, error)) return false;
    try {
        Database there(target, Database::Mode::read);
        return there.number("PRAGMA application_id") == kApplicationId &&
               content_mark(there) == mark;
    } catch (const std::exception&) {
        return false;  // Not a snapshot of this schema; it is replaced.
    }
}

void check_room(Database& database, const fs::path& target) {
    const auto needed = static_cast<std::uintmax_t>(database.number("PRAGMA page_count")) *
                        static_cast<std::uintmax_t>(database.number("PRAGMA page_size"));
    std::error_code error;
    const auto room = fs::space(fs::absolute(target).parent_path(), error);
    if (error) fail(target, "its folder cannot be used (" + error.message() + "); make it first");
    if (room.available < needed + needed / 20) {
        fail(target, "it may need " + std::to_string(needed) + " bytes, and its file system has " +
                         std::to_string(room.available) +
                         "; make room, or name a file on another one");
    }
}

void flush(const fs::path& path, int flags) {
    const int descriptor = open(path.c_str(), flags | O_CLOEXEC, 0600);
    if (descriptor < 0 || fsync(descriptor) != 0) {
        const int error = errno;
        if (descriptor >= 0) close(descriptor);
        throw std::system_error(error, std::generic_category(), path.string());
    }
    close(descriptor);
}

/// The group and mode of what is to be read by the group of the catalog's readers.
void give_to_readers(const fs::path& file, const fs::path& catalog) {
    struct stat of_catalog {};
    if (stat(catalog.c_str(), &of_catalog) == 0 &&
        chown(file.c_str(), static_cast<uid_t>(-1), of_catalog.st_gid) != 0 && errno != EPERM) {
        throw std::system_error(errno, std::generic_category(), file.string());
    }
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
}

void write(Database& database, const fs::path& catalog, const fs::path& target,
           const fs::path& beside) {
    // An empty file is taken by VACUUM INTO as it is: nobody else reads it before it is ready.
    flush(beside, O_WRONLY | O_CREAT | O_EXCL);
    database.execute("PRAGMA query_only=0");  // VACUUM writes, though not to this database
    Statement vacuum(database, "VACUUM INTO ?");
    vacuum(beside.string()).run();
    give_to_readers(beside, catalog);
    flush(beside, O_RDONLY);
    fs::rename(beside, target);
    flush(fs::absolute(target).parent_path(), O_RDONLY | O_DIRECTORY);
}

}  // namespace

SnapshotResult take_snapshot(const fs::path& catalog, const fs::path& target) {
    std::error_code error;
    if (!fs::exists(catalog, error)) {
        throw Unusable("catalog " + catalog.string() +
                       ": there is none; check catalog.path in the settings");
    }
    if (fs::equivalent(catalog, target, error)) fail(target, "is the catalog itself");
    Database database(catalog, Database::Mode::read);
    if (says_the_same(target, content_mark(database))) return {true, fs::file_size(target)};
    check_room(database, target);
    const fs::path beside = target.string() + ".new";
    fs::remove(beside, error);
    try {
        write(database, catalog, target, beside);
    } catch (const std::system_error& failure) {
        fs::remove(beside, error);
        fail(target, std::string("cannot be written (") + failure.what() +
                         "); check folder, owner and room");
    } catch (...) {
        fs::remove(beside, error);
        throw;
    }
    return {false, fs::file_size(target)};
}

}  // namespace catalog
