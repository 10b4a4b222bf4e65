#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vodcatalog {

/// Names and values of a request, neither encoded, in any order.
using Parameters = std::vector<std::pair<std::string, std::string>>;

/// What RFC 3986 never encodes: A-Z a-z 0-9 - _ . ~
[[nodiscard]] bool is_unreserved(char c) noexcept;

/// Appends `text` percent-encoded by RFC 3986: unreserved characters as they are, every other
/// byte as %XX with upper-case digits.
void append_percent_encoded(std::string& out, std::string_view text);

[[nodiscard]] std::string percent_encoded(std::string_view text);

/// Lower-case hexadecimal digits of `bytes`.
void append_hex(std::string& out, std::string_view bytes);

}  // namespace vodcatalog
