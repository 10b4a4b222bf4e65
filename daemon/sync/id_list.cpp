#include "daemon/sync/id_list.h"

#include <fmt/format.h>

#include <algorithm>

#include "catalog/image_id.h"

namespace vodcatalog {
namespace {

constexpr std::string_view kBlanks = " \t\r";

std::string_view trimmed(std::string_view text) noexcept {
    const std::size_t begin = text.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

/// Without its comment. A `#` that follows no blank belongs to the ID.
std::string_view without_comment(std::string_view line) noexcept {
    for (std::size_t at = line.find('#'); at != std::string_view::npos;
         at = line.find('#', at + 1)) {
        if (at == 0 || kBlanks.find(line[at - 1]) != std::string_view::npos)
            return line.substr(0, at);
    }
    return line;
}

}  // namespace

IdList read_id_list(std::string_view text, std::string_view name, std::size_t ids_max) {
    constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    IdList list;
    std::size_t number = 0;
    while (!text.empty()) {
        ++number;
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view id = trimmed(without_comment(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (id.empty()) continue;
        if (const std::string_view fault = catalog::image_id_fault(id); !fault.empty()) {
            if (++list.bad <= IdList::kListedMax) {
                list.problems.push_back(fmt::format("{}:{}: the image ID {}; write one ID a line",
                                                    name, number, fault));
            }
            continue;
        }
        if (list.image_ids.size() == ids_max) {
            list.too_long = true;
            break;
        }
        list.image_ids.push_back(id);
    }
    if (list.bad > IdList::kListedMax) {
        list.problems.push_back(
            fmt::format("{}: and {} bad lines more", name, list.bad - IdList::kListedMax));
    }
    std::sort(list.image_ids.begin(), list.image_ids.end());
    const auto rest = std::unique(list.image_ids.begin(), list.image_ids.end());
    list.doubled = static_cast<std::size_t>(list.image_ids.end() - rest);
    list.image_ids.erase(rest, list.image_ids.end());
    return list;
}

}  // namespace vodcatalog
