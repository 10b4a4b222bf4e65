#include "daemon/sync/id_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

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

/// Before that of any ID with greater first two letters.
std::size_t rank(std::string_view id) noexcept {
    const auto letter = [&](std::size_t at) {
        return at < id.size() ? std::size_t{static_cast<unsigned char>(id[at])} : 0;
    };
    return letter(0) * 256 + letter(1);
}

}  // namespace

std::size_t sort_ids(std::vector<std::string_view>& image_ids) {
    std::vector<std::size_t> ends(256 * 256);
    for (const std::string_view id : image_ids) ++ends[rank(id)];
    std::partial_sum(ends.begin(), ends.end(), ends.begin());
    std::vector<std::string_view> sorted(image_ids.size());
    std::vector<std::size_t> begins = ends;
    for (const std::string_view id : image_ids) sorted[--begins[rank(id)]] = id;
    const auto at = [&](std::size_t index) {
        return sorted.begin() + static_cast<std::ptrdiff_t>(index);
    };
    for (std::size_t i = 0; i < ends.size(); ++i) {
        if (ends[i] - begins[i] > 1) std::sort(at(begins[i]), at(ends[i]));
    }
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    const std::size_t doubled = image_ids.size() - sorted.size();
    image_ids = std::move(sorted);
    return doubled;
}

IdList read_id_list(std::string_view text, std::string_view name, std::size_t ids_max) {
    constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    IdList list;
    // At once, as a list that grows is held twice.
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
    list.image_ids.reserve(std::min(lines, ids_max));
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
    list.doubled = sort_ids(list.image_ids);
    return list;
}

}  // namespace vodcatalog
