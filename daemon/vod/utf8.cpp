#include "daemon/vod/utf8.h"

#include <cassert>
#include <string_view>

namespace vodcatalog {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

constexpr bool is_continuation(char c) noexcept {
    return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

/// The size of the well-formed character at the front of `text`, 0 if there is none.
std::size_t character_size(std::string_view text) noexcept {
    const auto lead = static_cast<unsigned char>(text[0]);
    if (lead < 0x80) return 1;
    const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() < size) return 0;
    for (std::size_t i = 1; i < size; ++i) {
        if (!is_continuation(text[i])) return 0;
    }
    // The second byte's range is narrower behind four leads: no overlong forms, surrogates, or
    // beyond U+10FFFF.
    const auto second = static_cast<unsigned char>(text[1]);
    const bool bad = (lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) ||
                     (lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f);
    return bad ? 0 : size;
}

}  // namespace

void repair_utf8(std::string& text) {
    std::string out;
    std::size_t copied = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t size = character_size(std::string_view{text}.substr(at));
        if (size > 0) {
            at += size;
            continue;
        }
        out.append(text, copied, at - copied);
        out += kReplacement;
        copied = ++at;
    }
    if (copied == 0) return;
    out.append(text, copied);
    text.swap(out);
}

void cut_utf8(std::string& text, std::size_t bytes_max) {
    assert(bytes_max >= 3);
    if (text.size() <= bytes_max) return;
    std::size_t end = bytes_max - 3;
    while (end > 0 && is_continuation(text[end])) --end;
    text.resize(end);
    text += "...";
}

}  // namespace vodcatalog
