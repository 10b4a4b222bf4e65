#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vodcatalog {

/// What a list of image IDs says: an ID a line. Blanks around it, empty lines, `#` comments (also
/// after an ID and a blank), CRLF and a byte order mark at the start are no part of it.
struct IdList {
    /// So many bad lines are named; the rest is counted.
    static constexpr std::size_t kListedMax = 20;

    std::vector<std::string_view>
        image_ids;            ///< Valid by is_image_id; sorted, no doubles. Views into the text.
    std::size_t doubled = 0;  ///< Lines that repeat another one's ID.
    std::size_t bad = 0;  ///< Lines that hold no valid ID. They take nothing from the good ones.
    std::vector<std::string> problems;  ///< "NAME:LINE: what is wrong; what to do".
    /// Over `ids_max` lines with an ID; reading stopped there, so the list must not be taken for
    /// the whole.
    bool too_long = false;
};

/// Sorts IDs and drops what is doubled; returns how many that were. By their first two letters at
/// first: the texts of a million IDs do not fit a cache, those of IDs that begin alike do.
std::size_t sort_ids(std::vector<std::string_view>& image_ids);

/// Reads `text`, which messages call `name`. Pure; takes 16 bytes an ID.
[[nodiscard]] IdList read_id_list(std::string_view text, std::string_view name,
                                  std::size_t ids_max);

}  // namespace vodcatalog
