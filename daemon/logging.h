#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/clock.h"
#include "daemon/log_line.h"

namespace vodcatalog {

enum class LogFormat {
    text,       ///< Lines for people, on standard error.
    json,       ///< One JSON object a line, on standard error.
    journald,   ///< Entries with fields, to the systemd journal.
    automatic,  ///< journald where standard error leads to the journal, else text.
};

/// The words of the settings: error, warning, info, debug; text, json, journald, auto.
[[nodiscard]] std::optional<LogLevel> log_level_named(std::string_view word) noexcept;
[[nodiscard]] std::optional<LogFormat> log_format_named(std::string_view word) noexcept;

/// Where the program says what happened: a sentence, then fields.
///
///     log.information("An image changed its status.", {{"image_id", id}, {"to", status}});
///
/// Owned by the composition root and passed by reference; all of it is safe for any thread. No call
/// throws: a line that could not be written is counted. Sentence and values may come from anywhere:
/// each goes through the redactor, is cut to its limit, and is escaped (see log_line.h), here and
/// only here.
class Log {
public:
    static constexpr std::size_t kSentenceBytesMax = 8 * 1024;
    static constexpr std::size_t kValueBytesMax = 1024;  ///< A longer one is cut and ends in "…".

    /// Takes secrets out of a text, be it a sentence or `key=value`; never empty. Called by any
    /// thread; if it throws, the line is lost.
    using Redact = std::function<void(std::string&)>;
    /// Takes one finished line, newline included (of journald: an entry). Never called by two
    /// threads at once; throws if the line is lost.
    using Write = std::function<void(std::string_view)>;

    /// Writes to standard error or the journal, as `format` says. `clock` must outlive the Log.
    Log(const Clock& clock, LogLevel level, LogFormat format, Redact redact);
    /// Writes to `write`, whatever the format; automatic is text then.
    Log(const Clock& clock, LogLevel level, LogFormat format, Redact redact, Write write);
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    using Fields = std::initializer_list<LogField>;
    void error(std::string_view sentence, Fields fields = {}) noexcept;
    void warning(std::string_view sentence, Fields fields = {}) noexcept;
    void information(std::string_view sentence, Fields fields = {}) noexcept;
    void debug(std::string_view sentence, Fields fields = {}) noexcept;

    /// For fields that are dear to compute.
    [[nodiscard]] bool enabled(LogLevel level) const noexcept;
    void set_level(LogLevel level) noexcept;
    /// How many lines could not be written since the start: a full disk, a closed pipe.
    [[nodiscard]] std::uint64_t lost_lines() const noexcept;

private:
    class Sink;

    void write(LogLevel level, std::string_view sentence, Fields fields) noexcept;

    const Clock& clock_;
    const LogFormat format_;
    const Redact redact_;
    const std::unique_ptr<Sink> sink_;
};

}  // namespace vodcatalog
