#include "catalog/database.h"

#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/SQLite/Utility.h>
#include <Poco/Data/Session.h>
#include <Poco/Exception.h>
#include <Poco/URI.h>
#include <sqlite3.h>

#include <concepts>
#include <mutex>
#include <stdexcept>
#include <type_traits>

#include "catalog/error.h"

namespace catalog {
namespace {

void register_connector_once() {
    static std::once_flag once;
    std::call_once(once, [] {
        // A session has one thread at a time, so it needs no lock of its own: that would be two
        // of every ten microseconds. Where SQLite is in use already, it stays as it is.
        sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
        Poco::Data::SQLite::Connector::registerConnector();
    });
}

/// A file: URI, so that nothing in a path is taken for a parameter.
std::string uri_of(const std::filesystem::path& file, Database::Mode mode) {
    std::string path;
    Poco::URI::encode(std::filesystem::absolute(file).string(), "?#%", path);
    return "file:" + path + (mode == Database::Mode::read ? "?mode=ro" : "?mode=rw");
}

std::string advice(int code) {
    switch (code & 0xff) {
        case SQLITE_FULL:
            return "free disk space; it goes on by itself";
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return "another program holds a lock on it; close that program";
        case SQLITE_READONLY:
            return "make file and folder writable for this user";
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
            return "check that file and folder exist and belong to this user";
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return "it is damaged: stop the daemon and put back a snapshot";
        default:
            return "check the disk";
    }
}

}  // namespace

struct Database::Session {
    Poco::Data::Session poco;
};

Database::Database(const std::filesystem::path& file, Mode mode) : file_(file) {
    register_connector_once();
    try {
        // The third argument is the login time-out in seconds, which doubles as the busy time-out.
        session_ = std::make_unique<Session>(
            Session{Poco::Data::Session("SQLite", uri_of(file, mode), std::size_t{2})});
    } catch (const Poco::Exception& error) {
        throw Retryable("catalog " + file.string() + ": cannot be opened (" + error.displayText() +
                        "); check that file and folder exist and belong to this user");
    }
    handle_ = Poco::Data::SQLite::Utility::dbHandle(session_->poco);
    sqlite3_extended_result_codes(handle_, 1);
    execute("PRAGMA busy_timeout=2000");
    if (mode == Mode::read) {
        execute("PRAGMA query_only=1; PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-4096");
        return;
    }
    int keep_wal = 1;
    sqlite3_file_control(handle_, "main", SQLITE_FCNTL_PERSIST_WAL, &keep_wal);
    execute(
        "PRAGMA synchronous=FULL; PRAGMA foreign_keys=1; PRAGMA temp_store=MEMORY;"
        "PRAGMA cache_size=-16384; PRAGMA wal_autocheckpoint=4000; PRAGMA "
        "journal_size_limit=67108864");
}

Database::~Database() = default;

void Database::fail(int code, std::string_view doing) const {
    const std::string message = "catalog " + file_.string() + ": " + std::string(doing) +
                                " failed (" + sqlite3_errmsg(handle_) + "); " + advice(code);
    switch (code & 0xff) {
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            throw Unusable(message);
        case SQLITE_ERROR:
        case SQLITE_MISUSE:
        case SQLITE_RANGE:
        case SQLITE_CONSTRAINT:
        case SQLITE_MISMATCH:
            throw std::logic_error(message);
        default:
            throw Retryable(message);
    }
}

void Database::execute(const std::string& sql) {
    const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) fail(code, sql.substr(0, sql.find_first_of("\n;")));
}

std::int64_t Database::number(const std::string& sql) {
    Statement statement(*this, sql);
    auto rows = statement();
    return rows.next() ? rows.integer(0) : 0;
}

std::string Database::text(const std::string& sql) {
    Statement statement(*this, sql);
    auto rows = statement();
    std::string all;
    while (rows.next()) (all += rows.text(0)) += '\n';
    if (!all.empty()) all.pop_back();
    return all;
}

bool Database::in_transaction() const noexcept {
    return sqlite3_get_autocommit(handle_) == 0;
}

Statement::Statement(Database& database, std::string_view sql) : database_(database) {
    const int code = sqlite3_prepare_v3(database.handle_, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
    if (code != SQLITE_OK) database.fail(code, "preparing a statement");
    ++database.prepared_;
}

Statement::~Statement() {
    sqlite3_finalize(statement_);
}

void Statement::bind(int index, std::int64_t value) {
    sqlite3_bind_int64(statement_, index, value);
}

void Statement::bind(int index, double value) {
    sqlite3_bind_double(statement_, index, value);
}

void Statement::bind(int index, std::string_view value) {
    // An empty view may have no address, which SQLite would take for NULL.
    sqlite3_bind_text(statement_, index, value.empty() ? "" : value.data(),
                      static_cast<int>(value.size()), SQLITE_STATIC);
}

void Statement::bind(int index, std::nullopt_t) {
    sqlite3_bind_null(statement_, index);
}

Statement::Execution Statement::with(std::span<const Cell> values) {
    int index = 0;
    for (const Cell& cell : values) {
        ++index;
        std::visit(
            [&](const auto& value) {
                if constexpr (std::same_as<std::decay_t<decltype(value)>, std::monostate>) {
                    bind(index, std::nullopt);
                } else {
                    bind(index, value);
                }
            },
            cell);
    }
    return Execution(*this);
}

Statement::Execution::~Execution() {
    sqlite3_reset(statement_.statement_);
}

bool Statement::Execution::next() {
    const int code = sqlite3_step(statement_.statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    const std::string sql = sqlite3_sql(statement_.statement_);
    statement_.database_.fail(code, sql.substr(0, sql.find_first_of("\n(")));
}

void Statement::Execution::run() {
    while (next()) {
    }
}

int Statement::Execution::columns() const {
    return sqlite3_column_count(statement_.statement_);
}

std::string_view Statement::Execution::name(int column) const {
    return sqlite3_column_name(statement_.statement_, column);
}

Cell Statement::Execution::cell(int column) const {
    switch (sqlite3_column_type(statement_.statement_, column)) {
        case SQLITE_INTEGER:
            return integer(column);
        case SQLITE_FLOAT:
            return sqlite3_column_double(statement_.statement_, column);
        case SQLITE_NULL:
            return {};
        default:
            return text(column);
    }
}

bool Statement::Execution::is_null(int column) const {
    return sqlite3_column_type(statement_.statement_, column) == SQLITE_NULL;
}

std::int64_t Statement::Execution::integer(int column) const {
    return sqlite3_column_int64(statement_.statement_, column);
}

std::string_view Statement::Execution::text(int column) const {
    const auto* bytes = sqlite3_column_text(statement_.statement_, column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.statement_, column));
    return {reinterpret_cast<const char*>(bytes), size};
}

std::optional<std::string_view> Statement::Execution::optional_view(int column) const {
    const std::string_view view = text(column);
    if (view.data() == nullptr) return std::nullopt;  // NULL; '' has an address
    return view;
}

std::optional<std::int64_t> Statement::Execution::optional_integer(int column) const {
    if (is_null(column)) return std::nullopt;
    return integer(column);
}

std::optional<WallTime> Statement::Execution::optional_time(int column) const {
    if (is_null(column)) return std::nullopt;
    return from_ms(integer(column));
}

void Statement::Execution::optional_text(int column, std::optional<std::string>& out) const {
    const auto view = optional_view(column);
    if (!view) {
        out.reset();
    } else if (out) {
        out->assign(*view);
    } else {
        out.emplace(*view);
    }
}

}  // namespace catalog
