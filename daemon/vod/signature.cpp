#include "daemon/vod/signature.h"

#include <array>

namespace vodcatalog {
namespace {

constexpr char kUpperDigits[] = "0123456789ABCDEF";
constexpr char kLowerDigits[] = "0123456789abcdef";

constexpr std::array<bool, 256> kUnreserved = [] {
    std::array<bool, 256> table{};
    for (const char c :
         std::string_view{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"}) {
        table[static_cast<unsigned char>(c)] = true;
    }
    return table;
}();

}  // namespace

bool is_unreserved(char c) noexcept {
    return kUnreserved[static_cast<unsigned char>(c)];
}

void append_percent_encoded(std::string& out, std::string_view text) {
    // Room for the worst first, so that nothing is checked byte by byte.
    const std::size_t begin = out.size();
    out.resize(begin + 3 * text.size());
    char* to = out.data() + begin;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (kUnreserved[byte]) {
            *to++ = c;
        } else {
            *to++ = '%';
            *to++ = kUpperDigits[byte >> 4];
            *to++ = kUpperDigits[byte & 15];
        }
    }
    out.resize(static_cast<std::size_t>(to - out.data()));
}

std::string percent_encoded(std::string_view text) {
    std::string out;
    append_percent_encoded(out, text);
    return out;
}

void append_hex(std::string& out, std::string_view bytes) {
    out.resize(out.size() + 2 * bytes.size());
    char* digit = out.data() + out.size() - 2 * bytes.size();
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        *digit++ = kLowerDigits[byte >> 4];
        *digit++ = kLowerDigits[byte & 15];
    }
}

}  // namespace vodcatalog
