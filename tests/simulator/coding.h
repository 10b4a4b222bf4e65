#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace simulator {

/// `text` in a content coding, "gzip" or "deflate" (which is zlib's format, RFC 9110
/// section 8.4.1), with `blanks` blanks before its last byte: after a JSON document they change
/// nothing. Memory is that of the result, a thousandth of the blanks.
[[nodiscard]] std::string encode_body(std::string_view coding, std::string_view text,
                                      std::size_t blanks = 0);

}  // namespace simulator
