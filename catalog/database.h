#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "catalog/cell.h"
#include "catalog/wall_time.h"

struct sqlite3;
struct sqlite3_stmt;

namespace catalog {

/// One SQLite session on the catalog's file, opened through Poco::Data; the hot statements run on
/// its handle, since Poco::Data prepares a statement anew at every execute(). One thread at a time.
///
/// Exactly one session of the process writes, and it alone checkpoints: SQLite before 3.51.3 can
/// damage a WAL database in which two connections write or checkpoint at the same moment.
class Database {
public:
    enum class Mode {
        write,  ///< Creates nothing: the file exists. Keeps -wal and -shm at close, for readers of
                ///< the group.
        read,   ///< mode=ro; never checkpoints.
    };

    /// Throws Unusable for a file that is not a database, Retryable for one that cannot be opened
    /// now.
    Database(const std::filesystem::path& file, Mode mode);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    /// Runs one or more statements without parameters or results.
    void execute(const std::string& sql);
    /// The single number a query answers.
    [[nodiscard]] std::int64_t number(const std::string& sql);
    /// The first column of every row a query answers, as text.
    [[nodiscard]] std::string text(const std::string& sql);
    /// How many statements have been prepared on this session by Statement objects.
    [[nodiscard]] std::uint64_t prepared() const noexcept { return prepared_; }
    [[nodiscard]] bool in_transaction() const noexcept;
    [[nodiscard]] const std::filesystem::path& file() const noexcept { return file_; }

private:
    friend class Statement;
    struct Session;
    [[noreturn]] void fail(int code, std::string_view doing) const;

    std::filesystem::path file_;
    std::unique_ptr<Session> session_;
    sqlite3* handle_ = nullptr;
    std::uint64_t prepared_ = 0;
};

/// One SQL statement, prepared once and run many times. Belongs to its Database's thread and dies
/// before it.
///
///     Statement select(database, "SELECT title FROM image_info WHERE image_key = ?");
///     auto rows = select(image_key);
///     while (rows.next()) use(rows.text(0));
class Statement {
public:
    Statement(Database& database, std::string_view sql);
    ~Statement();
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    /// One execution. Text that was bound must outlive it. Resets the statement when it goes.
    class Execution {
    public:
        ~Execution();
        Execution(const Execution&) = delete;
        Execution& operator=(const Execution&) = delete;

        [[nodiscard]] bool next();  ///< True: there is a row.
        void run();                 ///< To the end; rows are dropped.

        [[nodiscard]] int columns() const;
        [[nodiscard]] std::string_view name(int column) const;  ///< As long as the statement.
        [[nodiscard]] Cell cell(int column) const;              ///< Valid until the next next().
        [[nodiscard]] bool is_null(int column) const;
        [[nodiscard]] std::int64_t integer(int column) const;
        [[nodiscard]] std::string_view text(int column) const;  ///< Valid until the next next().
        [[nodiscard]] std::optional<std::string_view> optional_view(int column) const;
        [[nodiscard]] std::optional<std::int64_t> optional_integer(int column) const;
        [[nodiscard]] std::optional<WallTime> optional_time(int column) const;
        /// Into `out`, reusing its memory.
        void optional_text(int column, std::optional<std::string>& out) const;

    private:
        friend class Statement;
        explicit Execution(Statement& statement) : statement_(statement) {}
        Statement& statement_;
    };

    /// Binds `values` to the parameters in order.
    template <typename... Values>
    [[nodiscard]] Execution operator()(const Values&... values) {
        int index = 0;
        (bind(++index, values), ...);
        return Execution(*this);
    }

    /// Binds `values` to the parameters in order.
    [[nodiscard]] Execution with(std::span<const Cell> values);

private:
    void bind(int index, std::int64_t value);
    void bind(int index, double value);
    void bind(int index, int value) { bind(index, std::int64_t{value}); }
    void bind(int index, bool value) { bind(index, std::int64_t{value}); }
    void bind(int index, WallTime value) { bind(index, to_ms(value)); }
    void bind(int index, std::string_view value);
    void bind(int index, const std::string& value) { bind(index, std::string_view{value}); }
    void bind(int index, const char* value) { bind(index, std::string_view{value}); }
    void bind(int index, std::nullopt_t);
    template <typename Value>
    void bind(int index, const std::optional<Value>& value) {
        if (value) {
            bind(index, *value);
        } else {
            bind(index, std::nullopt);
        }
    }

    Database& database_;
    sqlite3_stmt* statement_ = nullptr;
};

}  // namespace catalog
