#include "daemon/vod/http_client.h"

#include "daemon/vod/ascii_case.h"

namespace vodcatalog {

std::optional<std::string_view> HttpResponse::header(std::string_view name) const noexcept {
    for (const auto& [key, value] : headers) {
        if (equal_in_any_case(key, name)) return value;
    }
    return std::nullopt;
}

}  // namespace vodcatalog
