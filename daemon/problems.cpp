#include "daemon/problems.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace vodcatalog {

void Problems::add(Place place, std::string what) {
    problems_.push_back({place, std::move(what)});
}

std::vector<std::string> Problems::list(std::string_view file) const {
    std::vector<Problem> sorted = problems_;
    std::stable_sort(sorted.begin(), sorted.end(), [](const Problem& a, const Problem& b) {
        return std::tie(a.place.line, a.place.column) < std::tie(b.place.line, b.place.column);
    });
    std::vector<std::string> lines;
    for (const Problem& problem : sorted) {
        if (lines.size() == kListedMax) {
            lines.push_back(
                fmt::format("{}: and {} problems more", file, sorted.size() - kListedMax));
            break;
        }
        const Place place = problem.place;
        lines.push_back(place.line == 0 ? fmt::format("{}: {}", file, problem.what)
                                        : fmt::format("{}:{}:{}: {}", file, place.line,
                                                      place.column, problem.what));
    }
    return lines;
}

std::string in_quotes(std::string_view text) {
    constexpr std::size_t kShown = 80;
    const bool cut = text.size() > kShown;
    if (cut) {
        text = text.substr(0, kShown);
        // Not in the midst of a UTF-8 sequence.
        while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xc0) == 0x80)
            text.remove_suffix(1);
        if (!text.empty() && static_cast<unsigned char>(text.back()) >= 0xc0) text.remove_suffix(1);
    }
    std::string shown = "\"";
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        if (byte < 0x20 || byte == 0x7f) {
            shown += fmt::format("\\x{:02x}", byte);
        } else {
            shown += character;
        }
    }
    return shown + (cut ? "...\"" : "\"");
}

}  // namespace vodcatalog
