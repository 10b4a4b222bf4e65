#include "tests/bench/ceiling_catalog.h"

#include <sqlite3.h>

#include <stdexcept>

namespace bench {
namespace {

constexpr std::int64_t kGapMs = 1'000;  // schedule.normal of the daemon beside it

void check(sqlite3* handle, int code) {
    if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW)
        throw std::runtime_error(std::string("SQLite: ") + sqlite3_errmsg(handle));
}

std::string column_text(sqlite3_stmt* statement, int column) {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
}

}  // namespace

struct CeilingCatalog::Session {
    explicit Session(const std::filesystem::path& file) {
        check(handle, sqlite3_open_v2(file.c_str(), &handle,
                                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr));
        check(handle, sqlite3_exec(handle,
                                   "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                                   "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16384;"
                                   "PRAGMA wal_autocheckpoint=4000;",
                                   nullptr, nullptr, nullptr));
    }
    ~Session() {
        for (sqlite3_stmt* statement : {begin, commit, read, write_image, write_mezzanine,
                                        write_status, add_change, add_status, remove, add}) {
            sqlite3_finalize(statement);
        }
        sqlite3_close(handle);
    }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    sqlite3_stmt* prepare(const char* sql) {
        sqlite3_stmt* statement = nullptr;
        check(handle,
              sqlite3_prepare_v3(handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr));
        return statement;
    }

    template <class... Values>
    void run(sqlite3_stmt* statement, const Values&... values) {
        int index = 0;
        (bind(statement, ++index, values), ...);
        check(handle, sqlite3_step(statement));
        sqlite3_reset(statement);
    }
    static void bind(sqlite3_stmt* statement, int index, std::int64_t value) {
        sqlite3_bind_int64(statement, index, value);
    }
    static void bind(sqlite3_stmt* statement, int index, std::string_view value) {
        sqlite3_bind_text(statement, index, value.data(), static_cast<int>(value.size()),
                          SQLITE_STATIC);
    }

    sqlite3* handle = nullptr;
    sqlite3_stmt* begin = nullptr;
    sqlite3_stmt* commit = nullptr;
    sqlite3_stmt* read = nullptr;
    sqlite3_stmt* write_image = nullptr;
    sqlite3_stmt* write_mezzanine = nullptr;
    sqlite3_stmt* write_status = nullptr;
    sqlite3_stmt* add_change = nullptr;
    sqlite3_stmt* add_status = nullptr;
    sqlite3_stmt* remove = nullptr;
    sqlite3_stmt* add = nullptr;
};

CeilingCatalog::CeilingCatalog(const std::filesystem::path& file)
    : session_(std::make_unique<Session>(file)) {
    Session& s = *session_;
    s.begin = s.prepare("BEGIN IMMEDIATE");
    s.commit = s.prepare("COMMIT");
    s.read = s.prepare(
        "SELECT status, file_size FROM image_info JOIN mezzanine USING (image_key) "
        "WHERE image_key = ?");
    s.write_image = s.prepare(
        "UPDATE image_info SET title = ?, description = ?, tags = ?, cate_id = ?, cate_name = ?, "
        "image_type = ?, creation_time = ?, storage_location = ?, app_id = ?, region_id = ?, "
        "audit_status = ?, url = ?, url_signed = 1, extra = NULL, request_id = ?, "
        "last_changed_at = ? WHERE image_key = ?");
    s.write_mezzanine = s.prepare(
        "UPDATE mezzanine SET original_file_name = ?, width = ?, height = ?, file_size = ?, "
        "file_url = ?, file_url_signed = 1, extra = NULL WHERE image_key = ?");
    s.write_status = s.prepare("UPDATE image_info SET status = ? WHERE image_key = ?");
    s.add_change = s.prepare(
        "INSERT INTO image_change (image_key, field, old, new, seen_at, request_id) "
        "VALUES (?, 'mezzanine.file_size', ?, ?, ?, ?)");
    s.add_status = s.prepare(
        "INSERT INTO status_change (image_key, from_status, to_status, last_seen_at, seen_at, "
        "expected, request_id) VALUES (?, ?, ?, ?, ?, 0, ?)");
    s.remove = s.prepare(
        "DELETE FROM poll_queue WHERE account_key = ? AND tier = ? AND due_at = ? "
        "AND image_key = ?");
    s.add = s.prepare("INSERT INTO poll_queue VALUES (?, ?, ?, ?, ?, ?, ?)");
}

CeilingCatalog::~CeilingCatalog() = default;

std::vector<CeilingRow> CeilingCatalog::rows() {
    sqlite3_stmt* select = session_->prepare(
        "SELECT image_key, q.account_key, tier, due_at, generation, content_hash, image_id "
        "FROM poll_queue q JOIN image_info USING (image_key) ORDER BY image_key");
    std::vector<CeilingRow> rows;
    while (sqlite3_step(select) == SQLITE_ROW) {
        CeilingRow& row = rows.emplace_back();
        int column = 0;
        for (std::int64_t* number : {&row.image_key, &row.account_key, &row.tier, &row.due_at,
                                     &row.generation, &row.content_hash}) {
            *number = sqlite3_column_int64(select, column++);
        }
        row.image_id = column_text(select, column);
    }
    sqlite3_finalize(select);
    return rows;
}

void CeilingCatalog::record(std::span<const Answer> answers, std::int64_t now) {
    session_->run(session_->begin);
    for (const Answer& answer : answers) {
        const std::int64_t hash = answer.image->hash();
        if (hash != answer.row->content_hash) write(answer, now);
        answer.row->content_hash = hash;
        reschedule(*answer.row, now);
    }
    session_->run(session_->commit);
}

void CeilingCatalog::write(const Answer& answer, std::int64_t now) {
    Session& s = *session_;
    const CeilingImage& image = *answer.image;
    const std::int64_t key = answer.row->image_key;
    Session::bind(s.read, 1, key);
    if (sqlite3_step(s.read) != SQLITE_ROW) throw std::runtime_error("an image has no rows");
    const std::string status = column_text(s.read, 0);
    const std::int64_t size = sqlite3_column_int64(s.read, 1);
    sqlite3_reset(s.read);
    if (size != image.file_size) {
        s.run(s.add_change, key, std::string_view(std::to_string(size)),
              std::string_view(std::to_string(image.file_size)), now, answer.request_id);
    }
    if (status != image.status) {
        s.run(s.write_status, std::string_view(image.status), key);
        s.run(s.add_status, key, std::string_view(status), std::string_view(image.status),
              answer.row->due_at - kGapMs, now, answer.request_id);
    }
    const auto text = [](const std::string& from) { return std::string_view(from); };
    s.run(s.write_image, text(image.title), text(image.description), text(image.tags),
          image.cate_id, text(image.cate_name), text(image.image_type), text(image.creation_time),
          text(image.storage_location), text(image.app_id), text(image.region_id),
          text(image.audit_status), text(image.url), answer.request_id, now, key);
    s.run(s.write_mezzanine, text(image.original_file_name), image.width, image.height,
          image.file_size, text(image.file_url), key);
}

void CeilingCatalog::reschedule(CeilingRow& row, std::int64_t now) {
    Session& s = *session_;
    s.run(s.remove, row.account_key, row.tier, row.due_at, row.image_key);
    row.due_at = now + kGapMs;
    s.run(s.add, row.account_key, row.tier, row.due_at, row.image_key, row.generation, now,
          row.content_hash);
}

}  // namespace bench
