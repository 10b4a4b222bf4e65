#pragma once

#include <cstddef>
#include <string_view>

namespace vodcatalog {

/// Where the answer is going to be read. Not a terminal unless said otherwise.
struct Terminal {
    std::size_t width = 0;  ///< In columns; 0: no terminal, nothing is cut.
    bool colour = false;
};

/// What standard output is: its width by the kernel or COLUMNS; in colour unless NO_COLOR is set
/// (no-color.org) or TERM is `dumb`.
[[nodiscard]] Terminal standard_output();

/// How many columns of a terminal the text takes. What is not UTF-8 counts as one column a byte.
[[nodiscard]] std::size_t display_width(std::string_view text);
/// As much of `text` as fits, in whole characters.
[[nodiscard]] std::string_view fitting(std::string_view text, std::size_t width);

}  // namespace vodcatalog
