#include "daemon/vod/retry_hint.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "catalog/wall_time.h"

namespace vodcatalog {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kHintMax = std::chrono::hours{1};

std::optional<std::int64_t> number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
    return value;
}

/// The number after `name:` in a list of such pairs.
std::optional<std::int64_t> member(std::string_view list, std::string_view name) {
    while (!list.empty()) {
        std::string_view pair = list.substr(0, list.find(','));
        list.remove_prefix(std::min(list.size(), pair.size() + 1));
        while (!pair.empty() && pair.front() == ' ') pair.remove_prefix(1);
        if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == ':') {
            return number(pair.substr(name.size() + 1));
        }
    }
    return std::nullopt;
}

std::optional<milliseconds> in_ms(std::optional<std::int64_t> value, std::int64_t unit_ms) {
    if (!value) return std::nullopt;
    return milliseconds{std::min(*value, kHintMax.count()) * unit_ms};
}

}  // namespace

std::optional<WallTime> http_date(std::string_view text) {
    static constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
    if (text.size() != 29 || text.substr(26) != "GMT") return std::nullopt;
    const auto month = kMonths.find(text.substr(8, 3));
    if (month == std::string_view::npos || month % 3 != 0) return std::nullopt;
    const auto month_number = std::to_string(month / 3 + 1);
    std::string iso{text.substr(12, 4)};
    iso += (month_number.size() == 1 ? "-0" : "-") + month_number + "-";
    (((iso += text.substr(5, 2)) += 'T') += text.substr(17, 8)) += 'Z';
    return catalog::from_iso(iso);
}

std::optional<milliseconds> retry_hint(const HttpResponse& response, WallTime now) {
    std::optional<milliseconds> hint;
    const auto consider = [&](std::optional<milliseconds> wait) {
        if (wait && *wait > milliseconds{0})
            hint = std::min(kHintMax, std::max(hint.value_or(*wait), *wait));
    };
    if (const auto value = response.header("x-acs-retry-after")) consider(in_ms(number(*value), 1));
    for (const char* name : {"x-ratelimit-user-api", "x-ratelimit-user"}) {
        const auto value = response.header(name);
        if (value && member(*value, "Remain") == 0) consider(in_ms(member(*value, "TimeLeft"), 1));
    }
    if (const auto value = response.header("retry-after")) {
        consider(in_ms(number(*value), 1'000));
        if (const auto date = http_date(*value)) consider(*date - now);
    }
    return hint;
}

}  // namespace vodcatalog
