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
    // Copies what lies between encoded bytes in one piece: most of a request is unreserved.
    std::size_t copied = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (kUnreserved[byte]) continue;
        out.append(text, copied, i - copied);
        out += '%';
        out += kUpperDigits[byte >> 4];
        out += kUpperDigits[byte & 15];
        copied = i + 1;
    }
    out.append(text, copied);
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
