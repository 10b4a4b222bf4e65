#include "daemon/vod/endpoint.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "catalog/error.h"
#include "daemon/vod/ascii_case.h"

namespace vodcatalog {
namespace {

constexpr std::uint16_t kHttpsPort = 443;
constexpr std::uint16_t kHttpPort = 80;
constexpr std::size_t kHostBytesMax = 253;
constexpr std::size_t kLabelBytesMax = 63;
constexpr std::size_t kRegionBytesMax = 40;

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
bool is_lower(char c) noexcept {
    return c >= 'a' && c <= 'z';
}

std::string lower(std::string_view text) {
    std::string out{text};
    std::transform(out.begin(), out.end(), out.begin(), ascii_lower);
    return out;
}

bool is_ipv4(const std::string& host) noexcept {
    in_addr address{};
    return inet_pton(AF_INET, host.c_str(), &address) == 1;
}

bool is_ipv6(const std::string& host) noexcept {
    in6_addr address{};
    return inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

/// A host as it stands in front of a port.
std::string in_brackets(const std::string& host) {
    return host.find(':') == std::string::npos ? host : '[' + host + ']';
}

bool is_label(std::string_view label) noexcept {
    return !label.empty() && label.size() <= kLabelBytesMax && label.front() != '-' &&
           label.back() != '-' && std::all_of(label.begin(), label.end(), [](char c) {
               return is_digit(c) || is_lower(c) || c == '-' || c == '_';
           });
}

[[noreturn]] void refuse(std::string_view what, const char* why) {
    throw catalog::Unusable(std::string(what) + why);
}

std::uint16_t parse_port(std::string_view text, std::string_view what) {
    std::uint16_t port = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, port);
    if (error != std::errc{} || stop != end || port == 0) {
        refuse(what, " must have a number from 1 to 65535 for its port");
    }
    return port;
}

/// Takes "https://" or "http://" off the front of `rest`; returns whether it was https.
bool take_scheme(std::string_view& rest) {
    const std::size_t end = rest.find("://");
    const std::string scheme = end == std::string_view::npos ? "" : lower(rest.substr(0, end));
    if (scheme != "https" && scheme != "http") {
        throw catalog::Unusable("an endpoint must start with https:// (or http:// for loopback)");
    }
    rest.remove_prefix(end + 3);
    return scheme == "https";
}

/// Takes the host off the front of `rest`.
std::string take_host(std::string_view& rest, std::string_view what) {
    if (rest.starts_with('[')) {
        const std::size_t end = rest.find(']');
        std::string host = end == std::string_view::npos ? "" : lower(rest.substr(1, end - 1));
        if (!is_ipv6(host)) refuse(what, " has brackets without an IPv6 address");
        rest.remove_prefix(end + 1);
        return host;
    }
    std::string host = lower(rest.substr(0, rest.find(':')));
    if (!is_ipv4(host) && !is_host_name(host)) {
        refuse(what, " has no valid host name or address");
    }
    rest.remove_prefix(host.size());
    return host;
}

}  // namespace

std::string Endpoint::authority() const {
    std::string out = in_brackets(host);
    if (port != (tls ? kHttpsPort : kHttpPort)) out += ':' + std::to_string(port);
    return out;
}

std::string Endpoint::host_and_port() const {
    return in_brackets(host) + ':' + std::to_string(port);
}

std::string Endpoint::url() const {
    return (tls ? "https://" : "http://") + authority();
}

bool Endpoint::loopback() const noexcept {
    if (host == "localhost") return true;
    if (in_addr v4{}; inet_pton(AF_INET, host.c_str(), &v4) == 1)
        return (ntohl(v4.s_addr) >> 24) == 127;
    in6_addr v6{};
    return inet_pton(AF_INET6, host.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

bool is_host_name(std::string_view host) noexcept {
    if (host.empty() || host.size() > kHostBytesMax) return false;
    std::string_view label;
    for (std::size_t at = 0; at <= host.size(); at += label.size() + 1) {
        label = host.substr(at, host.find('.', at) - at);
        if (!is_label(label)) return false;
    }
    return !label.starts_with("0x") && !std::all_of(label.begin(), label.end(), is_digit);
}

Endpoint parse_url(std::string_view text, std::string_view what) {
    // No message quotes the text: someone may have put a password into it.
    Endpoint endpoint;
    std::string_view rest = text;
    if (!std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; })) {
        refuse(what, " must have no blanks, control characters or letters beyond ASCII");
    }
    endpoint.tls = take_scheme(rest);
    if (rest.find('@') != std::string_view::npos) {
        refuse(what, " must not have a user name or password");
    }
    if (rest.ends_with('/')) rest.remove_suffix(1);
    if (rest.find_first_of("/?#") != std::string_view::npos) {
        refuse(what, " must have no path, query or fragment");
    }
    endpoint.host = take_host(rest, what);
    endpoint.port = endpoint.tls ? kHttpsPort : kHttpPort;
    if (!rest.empty()) {
        if (rest.front() != ':') refuse(what, " has text after its host");
        endpoint.port = parse_port(rest.substr(1), what);
    }
    return endpoint;
}

Endpoint parse_endpoint(std::string_view text) {
    const Endpoint endpoint = parse_url(text, "an endpoint");
    if (!endpoint.tls && !endpoint.loopback()) {
        throw catalog::Unusable(
            "plain http is for loopback (127.0.0.0/8, [::1], localhost) alone; use https");
    }
    return endpoint;
}

Endpoint endpoint_of_region(std::string_view region) {
    const bool good = !region.empty() && region.size() <= kRegionBytesMax &&
                      region.front() != '-' && region.back() != '-' &&
                      std::all_of(region.begin(), region.end(),
                                  [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
    if (!good) {
        throw catalog::Unusable(
            "a region is 1 to 40 lower-case letters, digits and inner dashes, like cn-shanghai");
    }
    return {true, "vod." + std::string{region} + ".aliyuncs.com", kHttpsPort};
}

}  // namespace vodcatalog
