#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/clock.h"

namespace vodcatalog {

/// By consequence. *error*: we are stopping, or something of ours is broken. *warning*: a person
/// should act. *information*: rare, and still of interest tomorrow. *debug*: the rest.
enum class LogLevel { error, warning, information, debug };

/// One `key=value` of a line. The key is a snake_case literal of this program, never data; a line
/// has it once. The value may be any bytes.
struct LogField {
    LogField(std::string_view field_key, std::string_view text) : key(field_key), value(text) {}
    template <std::integral Number>
    requires(!std::same_as<Number, bool> && !std::same_as<Number, char>)
        LogField(std::string_view field_key, Number number)
        : key(field_key), value(std::to_string(number)), quoted_in_json(false) {}
    LogField(std::string_view field_key, std::same_as<bool> auto truth)
        : key(field_key), value(truth ? "true" : "false"), quoted_in_json(false) {}

    std::string_view key;
    std::string value;
    bool quoted_in_json = true;  ///< Not for numbers and truth values.
};

struct LogLine {
    WallTime time;
    LogLevel level = LogLevel::information;
    std::string sentence;
    std::vector<LogField> fields;
};

/// `text`, without what could start a second line, drive a terminal or turn the direction of
/// reading: C0 and C1 controls, DEL, U+2028, U+2029 and the bidirectional marks become JSON's
/// escapes (`\n`,
/// `\u001b`), as does a backslash, so that the escapes can be told from data. A byte that is not
/// UTF-8 becomes U+FFFD.
[[nodiscard]] std::string escaped(std::string_view text);

/// Three ways to write a line, all of them safe for any bytes in it by the rule of escaped().
///
/// `2026-01-02T03:04:05.678Z info  Sentence. key=value other="with blanks"` and a newline.
[[nodiscard]] std::string text_line(const LogLine& line);

/// One JSON object and a newline: `time`, `level`, `message`, then the fields. A field that is
/// called like one of those three is written with `field_` before its name.
[[nodiscard]] std::string json_line(const LogLine& line);

/// What the journal is to store, one `NAME=value` a line: MESSAGE (sentence and fields, for
/// people), PRIORITY, SYSLOG_IDENTIFIER, and each field as VODCATALOG_KEY for `journalctl
/// VODCATALOG_KEY=value`. No time: the journal has its own.
[[nodiscard]] std::string journal_entry(const LogLine& line);

}  // namespace vodcatalog
