#include "daemon/vod/retry_hint.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string_view>

#include "daemon/vod/ascii_case.h"
#include "daemon/vod/http_date.h"

namespace vodcatalog {
namespace {

using std::chrono::milliseconds;
using Hint = std::optional<milliseconds>;

constexpr milliseconds kHintMax = std::chrono::hours{1};

std::string_view trimmed(std::string_view text) noexcept {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

std::optional<std::int64_t> number(std::string_view text) noexcept {
    text = trimmed(text);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
    return value;
}

/// The number after `name:` in a list of such pairs.
std::optional<std::int64_t> member(std::string_view list, std::string_view name) noexcept {
    while (!list.empty()) {
        const std::string_view pair = list.substr(0, list.find(','));
        list.remove_prefix(std::min(list.size(), pair.size() + 1));
        const std::size_t colon = pair.find(':');
        if (colon != std::string_view::npos &&
            equal_in_any_case(trimmed(pair.substr(0, colon)), name)) {
            return number(pair.substr(colon + 1));
        }
    }
    return std::nullopt;
}

Hint from(std::optional<std::int64_t> value, milliseconds unit) noexcept {
    if (!value) return std::nullopt;
    return std::min<std::int64_t>(*value, kHintMax / unit) * unit;
}

/// No wait is no hint.
Hint larger(Hint one, Hint other) noexcept {
    if (!other || *other <= milliseconds{0}) return one;
    return std::min(kHintMax, std::max(one.value_or(*other), *other));
}

}  // namespace

Hint rate_limit_hint(const HttpResponse& response) {
    Hint hint;
    for (const char* name : {"x-ratelimit-user-api", "x-ratelimit-user"}) {
        const auto limit = response.header(name);
        if (limit && member(*limit, "Remain") == 0)
            hint = larger(hint, from(member(*limit, "TimeLeft"), milliseconds{1}));
    }
    return hint;
}

Hint retry_hint(const HttpResponse& response, WallTime now) {
    Hint hint = rate_limit_hint(response);
    if (const auto wait = response.header("x-acs-retry-after"))
        hint = larger(hint, from(number(*wait), milliseconds{1}));
    if (const auto wait = response.header("retry-after")) {
        hint = larger(hint, from(number(*wait), std::chrono::seconds{1}));
        if (const auto date = http_date(*wait)) hint = larger(hint, *date - now);
    }
    return hint;
}

}  // namespace vodcatalog
