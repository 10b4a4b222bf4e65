#include "daemon/logging.h"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cassert>
#include <cerrno>
#include <cstdlib>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "daemon/journal.h"

namespace vodcatalog {
namespace {

/// Hands finished lines on; spdlog brings the lock and the error handling.
class Carrier final : public spdlog::sinks::base_sink<std::mutex> {
public:
    explicit Carrier(Log::Write write) : write_(std::move(write)) {}

protected:
    void sink_it_(const spdlog::details::log_msg& message) override {
        try {
            write_({message.payload.data(), message.payload.size()});
        } catch (const std::exception&) {
            throw;
        } catch (...) {  // which spdlog would report and then pass on
            throw std::runtime_error("unknown");
        }
    }
    void flush_() override {}

private:
    const Log::Write write_;
};

/// One write() a line, so that lines of several processes on one descriptor stay whole.
void write_to_standard_error(std::string_view line) {
    while (!line.empty()) {
        const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) throw std::system_error(errno, std::generic_category(), "standard error");
        line.remove_prefix(static_cast<std::size_t>(written));
    }
}

LogFormat resolved(LogFormat format) {
    if (format != LogFormat::automatic) return format;
    const char* const stream = std::getenv("JOURNAL_STREAM");
    return leads_to_journal(STDERR_FILENO, stream) ? LogFormat::journald : LogFormat::text;
}

spdlog::level::level_enum to_spdlog(LogLevel level) noexcept {
    switch (level) {
        case LogLevel::error:
            return spdlog::level::err;
        case LogLevel::warning:
            return spdlog::level::warn;
        case LogLevel::information:
            return spdlog::level::info;
        case LogLevel::debug:
            return spdlog::level::debug;
    }
    return spdlog::level::info;
}

std::string rendered(LogFormat format, const LogLine& line) {
    switch (format) {
        case LogFormat::text:
        case LogFormat::automatic:
            return text_line(line);
        case LogFormat::json:
            return json_line(line);
        case LogFormat::journald:
            return journal_entry(line);
    }
    return {};
}

/// Takes secrets out of the value, seen together with its key: a value can be secret by its name
/// alone.
void redact_value(const Log::Redact& redact, LogField& field) {
    std::string whole(field.key);
    whole += '=';
    const std::string start = whole;
    whole += field.value;
    redact(whole);
    field.value = whole.starts_with(start) ? whole.substr(start.size()) : whole;
}

/// Cuts `text` to at most `bytes_max` bytes, between two characters, and marks the cut.
void cut(std::string& text, std::size_t bytes_max) {
    if (text.size() <= bytes_max) return;
    std::size_t end = bytes_max;
    for (int back = 0; back < 3 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80; ++back) {
        --end;
    }
    text.resize(end);
    text += "…";
}

template <class Value, std::size_t size>
std::optional<Value> named(std::string_view word,
                           const std::array<std::pair<std::string_view, Value>, size>& names) {
    for (const auto& [name, value] : names) {
        if (name == word) return value;
    }
    return std::nullopt;
}

}  // namespace

std::optional<LogLevel> log_level_named(std::string_view word) noexcept {
    static constexpr std::array<std::pair<std::string_view, LogLevel>, 4> kNames{{
        {"error", LogLevel::error},
        {"warning", LogLevel::warning},
        {"info", LogLevel::information},
        {"debug", LogLevel::debug},
    }};
    return named(word, kNames);
}

std::optional<LogFormat> log_format_named(std::string_view word) noexcept {
    static constexpr std::array<std::pair<std::string_view, LogFormat>, 4> kNames{{
        {"text", LogFormat::text},
        {"json", LogFormat::json},
        {"journald", LogFormat::journald},
        {"auto", LogFormat::automatic},
    }};
    return named(word, kNames);
}

/// The spdlog side: filters, carries, counts. The lines arrive finished, so its patterns are not
/// used.
class Log::Sink {
public:
    Sink(LogLevel level, Write write)
        : logger_("vodcatalog", std::make_shared<Carrier>(std::move(write))) {
        logger_.set_level(to_spdlog(level));
        logger_.set_error_handler([this](const std::string&) { count_lost(); });
    }

    [[nodiscard]] bool enabled(LogLevel level) const {
        return logger_.should_log(to_spdlog(level));
    }
    void set_level(LogLevel level) { logger_.set_level(to_spdlog(level)); }
    void carry(LogLevel level, const std::string& line) {
        logger_.log(spdlog::log_clock::time_point{}, spdlog::source_loc{}, to_spdlog(level), line);
    }
    void count_lost() noexcept { ++lost_; }
    [[nodiscard]] std::uint64_t lost() const noexcept { return lost_; }

private:
    std::atomic<std::uint64_t> lost_{0};
    spdlog::logger logger_;
};

Log::Log(const Clock& clock, LogLevel level, LogFormat format, Redact redact)
    : Log(clock, level, resolved(format), std::move(redact),
          resolved(format) == LogFormat::journald ? send_to_journal : write_to_standard_error) {}

Log::Log(const Clock& clock, LogLevel level, LogFormat format, Redact redact, Write write)
    : clock_(clock),
      format_(format),
      redact_(std::move(redact)),
      sink_(std::make_unique<Sink>(level, std::move(write))) {
    assert(redact_);
}

Log::~Log() = default;

void Log::error(std::string_view sentence, Fields fields) noexcept {
    write(LogLevel::error, sentence, fields);
}
void Log::warning(std::string_view sentence, Fields fields) noexcept {
    write(LogLevel::warning, sentence, fields);
}
void Log::information(std::string_view sentence, Fields fields) noexcept {
    write(LogLevel::information, sentence, fields);
}
void Log::debug(std::string_view sentence, Fields fields) noexcept {
    write(LogLevel::debug, sentence, fields);
}

bool Log::enabled(LogLevel level) const noexcept {
    return sink_->enabled(level);
}
void Log::set_level(LogLevel level) noexcept {
    sink_->set_level(level);
}
std::uint64_t Log::lost_lines() const noexcept {
    return sink_->lost();
}

void Log::write(LogLevel level, std::string_view sentence, Fields fields) noexcept {
    if (!enabled(level)) return;
    try {
        LogLine line{clock_.wall(), level, std::string(sentence), fields};
        redact_(line.sentence);
        cut(line.sentence, kSentenceBytesMax);
        for (LogField& field : line.fields) {
            if (!field.quoted_in_json)
                continue;  // a number holds no secret, and JSON needs it whole
            redact_value(redact_, field);
            cut(field.value, kValueBytesMax);
        }
        sink_->carry(level, rendered(format_, line));
    } catch (...) {
        sink_->count_lost();
    }
}

}  // namespace vodcatalog
