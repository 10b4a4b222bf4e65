#include "daemon/vod/proxy.h"

#include <Poco/Net/IPAddress.h>
#include <Poco/String.h>
#include <arpa/inet.h>
#include <openssl/evp.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "catalog/error.h"

namespace vodcatalog {
namespace {

using Poco::Net::IPAddress;

constexpr std::size_t kUsernameBytesMax = 256;

/// Poco's own tryParse() takes "10.0.0" for 10.0.0.0.
std::optional<IPAddress> address_of(std::string_view text) {
    const std::string whole(text);
    in_addr v4{};
    if (::inet_pton(AF_INET, whole.c_str(), &v4) == 1) return IPAddress(&v4, sizeof v4);
    in6_addr v6{};
    if (::inet_pton(AF_INET6, whole.c_str(), &v6) == 1) return IPAddress(&v6, sizeof v6);
    return std::nullopt;
}

struct Range {
    IPAddress network;
    unsigned bits;
};

std::optional<Range> range_of(std::string_view text) {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const std::optional<IPAddress> network = address_of(text.substr(0, slash));
    unsigned bits = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + slash + 1, end, bits);
    if (!network || error != std::errc{} || stop != end) return std::nullopt;
    if (bits > static_cast<unsigned>(network->length()) * 8) return std::nullopt;
    return Range{*network, bits};
}

bool contains(const Range& range, const IPAddress& address) {
    if (range.network.family() != address.family()) return false;
    const auto* const theirs = static_cast<const unsigned char*>(range.network.addr());
    const auto* const ours = static_cast<const unsigned char*>(address.addr());
    const unsigned whole = range.bits / 8;
    if (!std::equal(theirs, theirs + whole, ours)) return false;
    const unsigned rest = range.bits % 8;
    return rest == 0 || (theirs[whole] ^ ours[whole]) >> (8 - rest) == 0;
}

bool covers(std::string_view entry, const std::string& host) {
    const std::optional<IPAddress> address = address_of(host);
    if (const std::optional<Range> range = range_of(entry)) {
        return address && contains(*range, *address);
    }
    if (address) return address_of(entry) == address;
    if (!entry.starts_with('.')) return host == entry;
    return host.ends_with(entry) || host == entry.substr(1);
}

}  // namespace

std::string Proxy::url() const {
    return Endpoint{false, host, port}.url();
}

bool Proxy::bypassed_for(const Endpoint& endpoint) const {
    return endpoint.loopback() ||
           std::any_of(no_proxy.begin(), no_proxy.end(),
                       [&](const std::string& entry) { return covers(entry, endpoint.host); });
}

std::string Proxy::authorization() const {
    const std::string plain = username + ':' + password;
    std::string coded(4 * ((plain.size() + 2) / 3) + 1, '\0');  // and OpenSSL's final zero
    const int size = ::EVP_EncodeBlock(reinterpret_cast<unsigned char*>(coded.data()),
                                       reinterpret_cast<const unsigned char*>(plain.data()),
                                       static_cast<int>(plain.size()));
    coded.resize(static_cast<std::size_t>(size));
    return "Basic " + coded;
}

Proxy parse_proxy(std::string_view url) {
    constexpr std::string_view kScheme = "http://";
    if (Poco::icompare(std::string(url.substr(0, kScheme.size())), std::string(kScheme)) != 0) {
        throw catalog::Unusable(
            "a proxy must start with http:// (the calls through it are encrypted all the same)");
    }
    const Endpoint endpoint = parse_url(url, "a proxy");
    Proxy proxy;
    proxy.host = endpoint.host;
    proxy.port = endpoint.port;
    return proxy;
}

std::string_view no_proxy_fault(std::string_view entry) {
    const bool whole = entry.find('/') == std::string_view::npos;
    if (!whole) return range_of(entry) ? "" : "is no range like 10.0.0.0/8";
    if (address_of(entry)) return "";
    if (entry.starts_with('.')) entry.remove_prefix(1);
    if (is_host_name(entry)) return "";
    return "is no host, domain like .example.com, address or range, in lower case, without port";
}

std::string_view proxy_username_fault(std::string_view name) noexcept {
    if (name.size() > kUsernameBytesMax) return "is longer than 256 bytes";
    const bool good = std::all_of(name.begin(), name.end(), [](char letter) {
        return letter >= ' ' && letter < 0x7f && letter != ':';
    });
    return good ? "" : "must be printable ASCII without a colon";
}

}  // namespace vodcatalog
