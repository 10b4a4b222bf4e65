#include "daemon/web/allowed_hosts.h"

#include <algorithm>
#include <optional>

#include "daemon/vod/ascii_case.h"

namespace vodcatalog {
namespace {

constexpr std::size_t kNameBytesMax = 253;  // RFC 1035

std::string lower(std::string_view text) {
    std::string low(text);
    std::transform(low.begin(), low.end(), low.begin(), ascii_lower);
    return low;
}

bool is_port(std::string_view text) noexcept {
    return !text.empty() && text.size() <= 5 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Without the port, and an address without its brackets; nothing if it is neither.
std::optional<std::string> name_of(std::string_view host) {
    std::string_view name = host;
    std::string_view rest;
    if (host.starts_with('[')) {
        const std::size_t end = host.find(']');
        if (end == std::string_view::npos) return std::nullopt;
        name = host.substr(1, end - 1);
        rest = host.substr(end + 1);
    } else if (const std::size_t colon = host.find(':'); colon != std::string_view::npos) {
        name = host.substr(0, colon);
        rest = host.substr(colon);
    }
    if (!rest.empty() && (rest.front() != ':' || !is_port(rest.substr(1)))) return std::nullopt;
    return lower(name);
}

}  // namespace

bool is_web_host(std::string_view text) noexcept {
    const auto is_of = [text](std::string_view marks) {
        return std::all_of(text.begin(), text.end(), [marks](char c) {
            return (c >= '0' && c <= '9') || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') ||
                   marks.find(c) != std::string_view::npos;
        });
    };
    const auto colons = std::count(text.begin(), text.end(), ':');
    return !text.empty() && text.size() <= kNameBytesMax && (is_of("-._") || colons > 1) &&
           is_of("-._:");
}

AllowedHosts::AllowedHosts(const std::vector<std::string>& names)
    : names_{"localhost", "127.0.0.1", "::1"} {
    for (const std::string& name : names) names_.insert(lower(name));
}

bool AllowedHosts::allow(std::string_view host, std::string_view came_to) const {
    const std::optional<std::string> name = name_of(host);
    return name && (names_.contains(*name) || *name == lower(came_to));
}

}  // namespace vodcatalog
