#include "daemon/vod/http_client.h"

#include <algorithm>

namespace vodcatalog {

std::optional<std::string_view> HttpResponse::header(std::string_view name) const noexcept {
    const auto lower = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    };
    const auto same = [&](char a, char b) { return lower(a) == lower(b); };
    for (const auto& [key, value] : headers) {
        if (std::equal(key.begin(), key.end(), name.begin(), name.end(), same)) return value;
    }
    return std::nullopt;
}

}  // namespace vodcatalog
