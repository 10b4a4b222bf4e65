#include "daemon/vod/http_date.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace vodcatalog {
namespace {

constexpr std::string_view kShape = "???, ?? ??? ???? ??:??:?? GMT";
constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

bool has_shape(std::string_view text) noexcept {
    return std::equal(text.begin(), text.end(), kShape.begin(), kShape.end(),
                      [](char c, char wanted) { return wanted == '?' || c == wanted; });
}

}  // namespace

std::optional<catalog::WallTime> http_date(std::string_view text) noexcept {
    if (!has_shape(text)) return std::nullopt;
    const auto month = std::find(kMonths.begin(), kMonths.end(), text.substr(8, 3));
    if (month == kMonths.end()) return std::nullopt;
    const auto number = static_cast<char>(month - kMonths.begin() + 1);
    const std::array<char, 2> month_digits{static_cast<char>('0' + number / 10),
                                           static_cast<char>('0' + number % 10)};

    std::array<char, 20> iso{"....-..-..T........"};
    iso.back() = 'Z';
    const auto put = [&iso](std::size_t at, std::string_view part) {
        std::copy(part.begin(), part.end(), iso.begin() + static_cast<std::ptrdiff_t>(at));
    };
    put(0, text.substr(12, 4));
    put(5, {month_digits.data(), month_digits.size()});
    put(8, text.substr(5, 2));
    put(11, text.substr(17, 8));
    return catalog::from_iso({iso.data(), iso.size()});
}

}  // namespace vodcatalog
