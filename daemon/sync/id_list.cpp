#include "daemon/sync/id_list.h"

#include <algorithm>

#include "catalog/image_id.h"

namespace vodcatalog {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

constexpr bool is_blank(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\r';
}

/// The line without comment and surrounding blanks.
std::string_view content_of(std::string_view line) noexcept {
    while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
    if (line.starts_with('#')) return {};
    for (std::size_t i = 1; i < line.size(); ++i) {
        if (line[i] == '#' && is_blank(line[i - 1])) line = line.substr(0, i);
    }
    while (!line.empty() && is_blank(line.back())) line.remove_suffix(1);
    return line;
}

}  // namespace

IdList read_id_list(std::string_view text, std::string_view name) {
    IdList list;
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        const std::string_view id = content_of(line);
        if (id.empty()) continue;
        if (catalog::is_image_id(id)) {
            list.image_ids.push_back(id);
        } else if (++list.problem_count <= IdList::kProblemsMax) {
            list.problems.push_back(
                std::string(name) + ":" + std::to_string(number) +
                ": is no image ID (1 to 128 printable "
                "ASCII characters without blank and comma); correct or remove the line");
        }
    }
    return list;
}

}  // namespace vodcatalog
