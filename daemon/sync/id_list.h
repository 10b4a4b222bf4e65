#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vodcatalog {

/// What one text with image IDs says.
struct IdList {
    std::vector<std::string_view>
        image_ids;  ///< In the text's order, doubled ones included; views into the text.
    std::vector<std::string> problems;  ///< "NAME:LINE: what is wrong", at most kProblemsMax.
    std::size_t problem_count = 0;      ///< All of them.

    static constexpr std::size_t kProblemsMax = 20;
};

/// Reads one ID a line. Blank lines, lines that begin with `#`, what follows a blank and `#`, a
/// byte order mark, CR at line ends and blanks around an ID mean nothing. A line that is no ID (see
/// catalog::is_image_id) is a problem; the others count all the same. `name` is what problems begin
/// with.
[[nodiscard]] IdList read_id_list(std::string_view text, std::string_view name);

}  // namespace vodcatalog
