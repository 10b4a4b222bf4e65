#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

/// What the CDN's URL signing of types B and C looks like. Both sign by an MD5 and a time that have
/// no names, so they are told from other text by their form and by the time being plausible.
namespace catalog {

/// The MD5 of types B and C: 32 hexadecimal digits.
inline constexpr std::size_t kCdnHashDigits = 32;
[[nodiscard]] bool is_cdn_hash(std::string_view text) noexcept;

/// The time of type B: yyyyMMddHHmm, a minute there is, from 2015 to 2099.
[[nodiscard]] bool is_cdn_minute(std::string_view text) noexcept;

/// The time of type C: Unix seconds in 8 hexadecimal digits, from 2015 to 2099.
[[nodiscard]] bool is_cdn_hex_time(std::string_view text) noexcept;

struct PathSignature {
    std::size_t hash;  ///< Where the kCdnHashDigits are.
    std::size_t size;  ///< Of both segments with the slashes before them.
};

/// The signature that `path` begins with, if it goes on behind it: `/<minute>/<hash>/` (type B) or
/// `/<hash>/<hex time>/` (type C, form 1).
[[nodiscard]] std::optional<PathSignature> path_signature(std::string_view path) noexcept;

}  // namespace catalog
