#include "daemon/vod/json_repair.h"

#include <charconv>
#include <cstdint>
#include <string_view>

namespace vodcatalog {
namespace {

constexpr std::size_t npos = std::string::npos;
constexpr std::size_t kEscapeSize = 6;  // \u1234

constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

/// The code unit of the escape `\u1234` at `at`, or -1 if there is none.
int code_unit_at(std::string_view json, std::size_t at) noexcept {
    if (json.size() - at < kEscapeSize || json[at] != '\\' || json[at + 1] != 'u') return -1;
    unsigned unit = 0;
    const char* first = json.data() + at + 2;
    const auto [stop, error] = std::from_chars(first, first + 4, unit, 16);
    return error == std::errc{} && stop == first + 4 ? static_cast<int>(unit) : -1;
}

constexpr bool is_high_surrogate(int unit) noexcept {
    return unit >= 0xd800 && unit < 0xdc00;
}
constexpr bool is_low_surrogate(int unit) noexcept {
    return unit >= 0xdc00 && unit < 0xe000;
}

/// The end of the string whose opening quote is at `at`: behind its closing quote.
std::size_t string_end(std::string_view json, std::size_t at) noexcept {
    for (++at; at < json.size() && json[at] != '"'; ++at) {
        if (json[at] == '\\') ++at;
    }
    return at < json.size() ? at + 1 : json.size();
}

std::size_t digits(std::string_view text, std::size_t& at) noexcept {
    const std::size_t begin = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return at - begin;
}

/// Whether `text` is a whole number by JSON's grammar, and if so, whether it has a fraction or an
/// exponent.
bool is_number(std::string_view text, bool& is_decimal) noexcept {
    std::size_t at = text.starts_with('-') ? 1 : 0;
    const bool leading_zero = at < text.size() && text[at] == '0';
    const std::size_t whole = digits(text, at);
    if (whole == 0 || (leading_zero && whole > 1)) return false;
    is_decimal = at < text.size();
    if (at < text.size() && text[at] == '.' && digits(text, ++at) == 0) return false;
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
        if (digits(text, at) == 0) return false;
    }
    return at == text.size();
}

template <class Number>
bool fits(std::string_view text) noexcept {
    Number number{};
    return std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc{};
}

bool is_wild(std::string_view text) noexcept {
    bool is_decimal = false;
    if (!is_number(text, is_decimal)) return false;
    if (is_decimal) return !fits<double>(text);
    return !fits<std::int64_t>(text) && !fits<std::uint64_t>(text);
}

}  // namespace

void repair_escapes(std::string& json) noexcept {
    for (std::size_t at = json.find('\\'); at != npos; at = json.find('\\', at)) {
        const int unit = code_unit_at(json, at);
        if (unit < 0) {
            at += 2;  // the backslash and what it escapes, perhaps another backslash
            continue;
        }
        const bool pair =
            is_high_surrogate(unit) && is_low_surrogate(code_unit_at(json, at + kEscapeSize));
        const bool bad = unit == 0 || (is_high_surrogate(unit) && !pair) || is_low_surrogate(unit);
        if (bad) json.replace(at + 2, 4, "fffd");
        at += pair ? 2 * kEscapeSize : kEscapeSize;
    }
}

void quote_wild_numbers(std::string& json) {
    constexpr std::string_view kNumberCharacters = "0123456789+-.eE";
    const std::string_view text = json;
    std::string out;
    out.reserve(json.size() + 64);
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at + 1;
        const bool number = is_digit(text[at]) || text[at] == '-';
        if (text[at] == '"') end = string_end(text, at);
        if (number) end = std::min(text.find_first_not_of(kNumberCharacters, at), text.size());
        const std::string_view token = text.substr(at, end - at);
        const bool wild = number && is_wild(token);
        if (wild) out += '"';
        out += token;
        if (wild) out += '"';
        at = end;
    }
    json.swap(out);
}

}  // namespace vodcatalog
