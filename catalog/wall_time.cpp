#include "catalog/wall_time.h"

#include <array>
#include <cstdio>

namespace catalog {
namespace {

struct Parts {
    int year, month, day, hour, minute, second, millisecond;
};

Parts split(WallTime time) {
    using namespace std::chrono;
    const auto day = floor<days>(time);
    const year_month_day date{day};
    const hh_mm_ss clock{time - day};
    return {static_cast<int>(date.year()),
            static_cast<int>(static_cast<unsigned>(date.month())),
            static_cast<int>(static_cast<unsigned>(date.day())),
            static_cast<int>(clock.hours().count()),
            static_cast<int>(clock.minutes().count()),
            static_cast<int>(clock.seconds().count()),
            static_cast<int>(clock.subseconds().count())};
}

constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

/// The number in text[at, at + digits), or -1.
int number(std::string_view text, std::size_t at, std::size_t digits) noexcept {
    int value = 0;
    for (std::size_t i = at; i < at + digits; ++i) {
        if (!is_digit(text[i])) return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

/// The milliseconds in ".678" or ":678"; -1 if it is no fraction.
int fraction(std::string_view text) noexcept {
    if (text.empty()) return 0;
    if ((text[0] != '.' && text[0] != ':') || text.size() < 2 || text.size() > 10) return -1;
    int value = 0;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (!is_digit(text[i])) return -1;
        if (i <= 3) value = value * 10 + (text[i] - '0');
    }
    for (std::size_t i = text.size(); i <= 3; ++i) value *= 10;
    return value;
}

}  // namespace

std::string to_iso(WallTime time) {
    const Parts p = split(time);
    std::array<char, 40> out{};
    const int n = std::snprintf(out.data(), out.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
                                p.year, p.month, p.day, p.hour, p.minute, p.second, p.millisecond);
    return {out.data(), static_cast<std::size_t>(n)};
}

std::string to_iso_seconds(WallTime time) {
    std::string text = to_iso(time);
    text.replace(text.size() - 5, 5, "Z");
    return text;
}

std::optional<WallTime> from_iso(std::string_view text) noexcept {
    using namespace std::chrono;
    if (text.size() < 20 || text.back() != 'Z') return std::nullopt;
    if (text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':') {
        return std::nullopt;
    }
    const int y = number(text, 0, 4), mo = number(text, 5, 2), d = number(text, 8, 2);
    const int h = number(text, 11, 2), mi = number(text, 14, 2), s = number(text, 17, 2);
    const int ms = fraction(text.substr(19, text.size() - 20));
    if (y < 1970 || mo < 0 || d < 0 || h < 0 || h > 23 || mi < 0 || mi > 59 || s < 0 || s > 60 ||
        ms < 0) {
        return std::nullopt;
    }
    const year_month_day date{year{y}, month{static_cast<unsigned>(mo)},
                              day{static_cast<unsigned>(d)}};
    if (!date.ok()) return std::nullopt;
    return sys_days{date} + hours{h} + minutes{mi} + seconds{s} + milliseconds{ms};
}

}  // namespace catalog
