#include "daemon/duration.h"

#include <fmt/format.h>

#include <charconv>
#include <limits>

#include "catalog/error.h"

namespace vodcatalog {
namespace {

struct Unit {
    std::string_view name;
    std::int64_t ms;
};
// From the longest on, as to_text() tries them.
constexpr Unit kUnits[] = {
    {"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}};

}  // namespace

std::chrono::milliseconds parse_duration(std::string_view text) {
    if (text.starts_with('-')) throw catalog::Unusable("is negative");
    std::int64_t count = 0;
    const char* const end = text.data() + text.size();
    const auto [unit_begin, error] = std::from_chars(text.data(), end, count);
    if (error == std::errc::result_out_of_range) throw catalog::Unusable("is too long");
    if (error != std::errc{}) {
        throw catalog::Unusable(
            "is no duration; write a whole number and a unit (ms, s, m, h or d), like 90s");
    }
    const std::string_view unit_name(unit_begin, static_cast<std::size_t>(end - unit_begin));
    if (unit_name.empty()) {
        throw catalog::Unusable(fmt::format(
            "has no unit; write {0}s, {0}m, {0}h (ms, s, m, h and d are known)", count));
    }
    for (const Unit& unit : kUnits) {
        if (unit.name != unit_name) continue;
        if (count > std::numeric_limits<std::int64_t>::max() / unit.ms)
            throw catalog::Unusable("is too long");
        return std::chrono::milliseconds{count * unit.ms};
    }
    throw catalog::Unusable(
        "is no whole number followed by a unit; the units are ms, s, m, h and d, as in 90s");
}

std::string to_text(std::chrono::milliseconds duration) {
    for (const Unit& unit : kUnits) {
        if (duration.count() != 0 && duration.count() % unit.ms == 0) {
            return fmt::format("{}{}", duration.count() / unit.ms, unit.name);
        }
    }
    return "0s";
}

}  // namespace vodcatalog
