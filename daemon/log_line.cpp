#include "daemon/log_line.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace vodcatalog {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

struct Character {
    char32_t code = 0;
    std::size_t size = 0;  ///< In bytes; 0 if there is no valid UTF-8 here.
};

/// The length that a leading byte promises; 0 for a byte that leads nothing.
constexpr std::size_t promised_size(unsigned char lead) noexcept {
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return 2;
    if (lead >= 0xE0 && lead <= 0xEF) return 3;
    if (lead >= 0xF0 && lead <= 0xF4) return 4;
    return 0;
}

/// The first character of `text`, which is not empty.
Character first_character(std::string_view text) noexcept {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t size = promised_size(lead);
    if (size == 0 || size > text.size()) return {};
    constexpr std::array<unsigned char, 5> kLeadBits{0, 0x7F, 0x1F, 0x0F, 0x07};
    char32_t code = lead & kLeadBits[size];
    for (std::size_t i = 1; i < size; ++i) {
        const auto next = static_cast<unsigned char>(text[i]);
        if ((next & 0xC0) != 0x80) return {};
        code = (code << 6) | (next & 0x3F);
    }
    constexpr std::array<char32_t, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    if (code < kLeast[size] || surrogate || code > 0x10FFFF) return {};
    return {code, size};
}

/// May not reach a terminal, a file or a reader's eye as it is.
constexpr bool dangerous(char32_t code) noexcept {
    if (code < 0x20 || (code >= 0x7F && code <= 0x9F)) return true;
    if (code == 0x061C || code == 0x200E || code == 0x200F) return true;
    return (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

void append_escape(std::string& out, char32_t code) {
    switch (code) {
        case U'\n':
            out += "\\n";
            return;
        case U'\r':
            out += "\\r";
            return;
        case U'\t':
            out += "\\t";
            return;
        default:
            break;
    }
    constexpr std::string_view kHex = "0123456789abcdef";
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) out += kHex[(code >> shift) & 0xF];
}

enum class Quotes { kept, escaped };

void append_escaped(std::string& out, std::string_view text, Quotes quotes) {
    while (!text.empty()) {
        const Character character = first_character(text);
        if (character.size == 0) {
            out += kReplacement;
            text.remove_prefix(1);
            continue;
        }
        if (dangerous(character.code)) {
            append_escape(out, character.code);
        } else {
            const bool quote = character.code == U'"' && quotes == Quotes::escaped;
            if (quote || character.code == U'\\') out += '\\';
            out += text.substr(0, character.size);
        }
        text.remove_prefix(character.size);
    }
}

void append_quoted(std::string& out, std::string_view text) {
    out += '"';
    append_escaped(out, text, Quotes::escaped);
    out += '"';
}

/// A value that ends at the next blank by itself.
bool plain(std::string_view value) noexcept {
    return !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte > 0x20 && byte != 0x7F && c != '"' && c != '=' && c != '\\';
    });
}

void append_readable(std::string& out, const LogLine& line) {
    append_escaped(out, line.sentence, Quotes::kept);
    for (const LogField& field : line.fields) {
        out += ' ';
        out += field.key;
        out += '=';
        if (plain(field.value)) {
            append_escaped(out, field.value, Quotes::kept);
        } else {
            append_quoted(out, field.value);
        }
    }
}

std::string_view word(LogLevel level) noexcept {
    switch (level) {
        case LogLevel::error:
            return "error";
        case LogLevel::warning:
            return "warning";
        case LogLevel::information:
            return "info";
        case LogLevel::debug:
            return "debug";
    }
    return "";
}

/// One of syslog's priorities.
char priority(LogLevel level) noexcept {
    switch (level) {
        case LogLevel::error:
            return '3';
        case LogLevel::warning:
            return '4';
        case LogLevel::information:
            return '6';
        case LogLevel::debug:
            return '7';
    }
    return '6';
}

void append_json_member(std::string& out, const LogField& field) {
    const bool taken = field.key == "time" || field.key == "level" || field.key == "message";
    out += taken ? ",\"field_" : ",\"";
    append_escaped(out, field.key, Quotes::escaped);
    out += "\":";
    if (field.quoted_in_json) {
        append_quoted(out, field.value);
    } else {
        out += field.value;
    }
}

/// `image_id` is `VODCATALOG_IMAGE_ID` there: the journal wants capitals, digits and underscores.
void append_journal_name(std::string& out, std::string_view key) {
    out += "VODCATALOG_";
    for (const char c : key) {
        if (c >= 'a' && c <= 'z') {
            out += static_cast<char>(c - 'a' + 'A');
        } else {
            out += c >= '0' && c <= '9' ? c : '_';
        }
    }
}

}  // namespace

std::string escaped(std::string_view text) {
    std::string out;
    append_escaped(out, text, Quotes::kept);
    return out;
}

std::string text_line(const LogLine& line) {
    std::string out = catalog::to_iso(line.time);
    const std::string_view level = word(line.level);
    out += ' ';
    out += level;
    out.append(level.size() < 6 ? 6 - level.size() : 1, ' ');
    append_readable(out, line);
    out += '\n';
    return out;
}

std::string json_line(const LogLine& line) {
    std::string out = R"({"time":")" + catalog::to_iso(line.time) + R"(","level":")";
    out += word(line.level);
    out += R"(","message":)";
    append_quoted(out, line.sentence);
    for (const LogField& field : line.fields) append_json_member(out, field);
    out += "}\n";
    return out;
}

std::string journal_entry(const LogLine& line) {
    std::string out = "MESSAGE=";
    append_readable(out, line);
    out += "\nPRIORITY=";
    out += priority(line.level);
    out += "\nSYSLOG_IDENTIFIER=vodcatalogd\n";
    for (const LogField& field : line.fields) {
        append_journal_name(out, field.key);
        out += '=';
        append_escaped(out, field.value, Quotes::kept);
        out += '\n';
    }
    return out;
}

}  // namespace vodcatalog
