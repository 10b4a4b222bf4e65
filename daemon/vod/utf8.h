#pragma once

#include <cstddef>
#include <string>

namespace vodcatalog {

/// Replaces each byte that is not part of well-formed UTF-8 by U+FFFD.
void repair_utf8(std::string& text);

/// Cuts `text` to at most `bytes_max` bytes, "..." at its end included, without splitting a
/// character. Leaves shorter text alone. `bytes_max` is at least 3.
void cut_utf8(std::string& text, std::size_t bytes_max);

}  // namespace vodcatalog
