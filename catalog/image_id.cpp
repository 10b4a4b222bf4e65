#include "catalog/image_id.h"

namespace catalog {

std::string_view image_id_fault(std::string_view text) noexcept {
    if (text.empty()) return "is empty";
    if (text.size() > kImageIdBytesMax) return "is longer than 128 bytes";
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        if (byte == ',') return "has a comma";
        if (byte == ' ' || byte == '\t') return "has a blank inside";
        if (byte < 0x20 || byte == 0x7f) return "has a control character";
        if (byte > 0x7f) return "has a character that is not ASCII";
    }
    return {};
}

bool is_image_id(std::string_view text) noexcept {
    return image_id_fault(text).empty();
}

}  // namespace catalog
