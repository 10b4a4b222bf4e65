#include "catalog/cdn_signature.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>

namespace catalog {
namespace {

constexpr std::size_t kMinuteDigits = 12;
constexpr std::size_t kHexTimeDigits = 8;
constexpr int kFirstYear = 2015;
constexpr int kLastYear = 2099;

constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
constexpr bool is_hex(char c) noexcept {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// `digits` must be decimal digits only, few enough for an int.
int number(std::string_view digits) noexcept {
    int value = 0;
    for (const char digit : digits) value = value * 10 + (digit - '0');
    return value;
}

constexpr std::int64_t unix_seconds(int year) noexcept {
    using namespace std::chrono;
    return seconds{sys_days{January / 1 / year}.time_since_epoch()}.count();
}

/// Whether `path` is '/', `first` characters, '/', `second` characters, '/' and anything more.
bool has_segments(std::string_view path, std::size_t first, std::size_t second) noexcept {
    const std::size_t end = 2 + first + second;
    return path.size() > end && path[0] == '/' && path[1 + first] == '/' && path[end] == '/';
}

}  // namespace

bool is_cdn_hash(std::string_view text) noexcept {
    return text.size() == kCdnHashDigits && std::all_of(text.begin(), text.end(), is_hex);
}

bool is_cdn_minute(std::string_view text) noexcept {
    if (text.size() != kMinuteDigits || !std::all_of(text.begin(), text.end(), is_digit)) {
        return false;
    }
    using namespace std::chrono;
    const int year_number = number(text.substr(0, 4));
    const year_month_day date{year{year_number},
                              month{static_cast<unsigned>(number(text.substr(4, 2)))},
                              day{static_cast<unsigned>(number(text.substr(6, 2)))}};
    return year_number >= kFirstYear && year_number <= kLastYear && date.ok() &&
           number(text.substr(8, 2)) < 24 && number(text.substr(10, 2)) < 60;
}

bool is_cdn_hex_time(std::string_view text) noexcept {
    if (text.size() != kHexTimeDigits || !std::all_of(text.begin(), text.end(), is_hex)) {
        return false;
    }
    std::int64_t seconds = 0;
    std::from_chars(text.data(), text.data() + text.size(), seconds, 16);
    return seconds >= unix_seconds(kFirstYear) && seconds < unix_seconds(kLastYear + 1);
}

std::optional<PathSignature> path_signature(std::string_view path) noexcept {
    if (has_segments(path, kMinuteDigits, kCdnHashDigits) &&
        is_cdn_minute(path.substr(1, kMinuteDigits)) &&
        is_cdn_hash(path.substr(2 + kMinuteDigits, kCdnHashDigits))) {
        return PathSignature{2 + kMinuteDigits, 2 + kMinuteDigits + kCdnHashDigits};
    }
    if (has_segments(path, kCdnHashDigits, kHexTimeDigits) &&
        is_cdn_hash(path.substr(1, kCdnHashDigits)) &&
        is_cdn_hex_time(path.substr(2 + kCdnHashDigits, kHexTimeDigits))) {
        return PathSignature{1, 2 + kCdnHashDigits + kHexTimeDigits};
    }
    return std::nullopt;
}

}  // namespace catalog
