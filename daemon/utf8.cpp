#include "daemon/utf8.h"

#include <cstdint>

namespace vodcatalog {
namespace {

/// Bytes of the sequence that begins `text`; 0 if it is none.
std::size_t sequence_bytes(std::string_view text) noexcept {
    const auto at = [&](std::size_t index) { return static_cast<unsigned char>(text[index]); };
    const unsigned char lead = at(0);
    if (lead < 0x80) return 1;
    const std::size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() < bytes) return 0;
    std::uint32_t code = lead & (0xffU >> (bytes + 1));
    for (std::size_t i = 1; i < bytes; ++i) {
        if ((at(i) & 0xc0) != 0x80) return 0;
        code = code << 6 | (at(i) & 0x3fU);
    }
    constexpr std::uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = code >= 0xd800 && code <= 0xdfff;
    return code < kSmallest[bytes] || code > 0x10ffff || surrogate ? 0 : bytes;
}

}  // namespace

std::size_t utf8_prefix(std::string_view text) noexcept {
    std::size_t read = 0;
    while (read < text.size()) {
        const std::size_t bytes = sequence_bytes(text.substr(read));
        if (bytes == 0) break;
        read += bytes;
    }
    return read;
}

}  // namespace vodcatalog
