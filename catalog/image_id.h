#pragma once

#include <string_view>

namespace catalog {

inline constexpr std::size_t kImageIdBytesMax = 128;

/// What is wrong with `text` as an image ID, as words that follow it in a sentence ("has a comma");
/// empty if it is one: 1 to kImageIdBytesMax printable ASCII characters, no comma (IDs are sent as
/// a comma list), no blank.
[[nodiscard]] std::string_view image_id_fault(std::string_view text) noexcept;

[[nodiscard]] bool is_image_id(std::string_view text) noexcept;

}  // namespace catalog
