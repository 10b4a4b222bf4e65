#pragma once

#include <cstddef>
#include <string_view>

namespace vodcatalog {

/// Bytes of the longest beginning of `text` that is UTF-8: text.size() if all of it is. Overlong
/// forms, surrogates and code points over U+10FFFF are not UTF-8.
[[nodiscard]] std::size_t utf8_prefix(std::string_view text) noexcept;

}  // namespace vodcatalog
