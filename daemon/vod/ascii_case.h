#pragma once

#include <algorithm>
#include <string_view>

namespace vodcatalog {

/// `c` as a small letter if it is one of A to Z; whatever the locale.
[[nodiscard]] constexpr char ascii_lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Whether the two differ at most in the case of ASCII letters.
[[nodiscard]] constexpr bool equal_in_any_case(std::string_view a, std::string_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return ascii_lower(x) == ascii_lower(y); });
}

}  // namespace vodcatalog
