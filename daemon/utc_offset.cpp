#include "daemon/utc_offset.h"

namespace vodcatalog {

std::optional<std::chrono::minutes> parse_utc_offset(std::string_view text) noexcept {
    const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
    const bool shaped = text.size() == 6 && (text[0] == '+' || text[0] == '-') && digit(1) &&
                        digit(2) && text[3] == ':' && digit(4) && digit(5);
    if (!shaped) return std::nullopt;
    const int hours = 10 * (text[1] - '0') + text[2] - '0';
    const int minutes = 10 * (text[4] - '0') + text[5] - '0';
    if (minutes > 59 || 60 * hours + minutes > 14 * 60) return std::nullopt;
    return std::chrono::minutes((text[0] == '-' ? -1 : 1) * (60 * hours + minutes));
}

}  // namespace vodcatalog
