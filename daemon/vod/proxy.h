#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/vod/endpoint.h"

namespace vodcatalog {

/// An HTTP proxy, by settings alone: no environment variable is looked at. HTTPS goes through it in
/// a tunnel (CONNECT, RFC 9110, 9.3.6), so it sees host and port, but neither requests nor answers,
/// and the endpoint's certificate is verified as ever. Plain HTTP is for loopback, which no proxy
/// leads to: it goes directly.
struct Proxy {
    std::string host;  ///< Name or address; an IPv6 address without its brackets.
    std::uint16_t port = 80;
    std::string username;  ///< Empty: it asks for none. Sent by Basic (RFC 7617): in clear.
    std::string password;
    std::vector<std::string> no_proxy;  ///< Each without no_proxy_fault().

    [[nodiscard]] std::string url() const;  ///< "http://proxy.example:3128", no user name.
    /// Whether calls to it go directly: loopback, and what `no_proxy` names. Names are compared as
    /// they are written; they are not looked up.
    [[nodiscard]] bool bypassed_for(const Endpoint& endpoint) const;
    /// The Proxy-Authorization header's value. A secret.
    [[nodiscard]] std::string authorization() const;
};

/// Reads "http://HOST[:PORT][/]" into a proxy without user. Throws catalog::Unusable with a
/// sentence that names the fault, without place.
[[nodiscard]] Proxy parse_proxy(std::string_view url);

/// What keeps `entry` from being one of no_proxy; empty: nothing. It is a host in lower case
/// (vod.example.com), a domain with all its hosts (.example.com), an address (10.0.0.1, ::1) or a
/// range (10.0.0.0/8, fd00::/8).
[[nodiscard]] std::string_view no_proxy_fault(std::string_view entry);

/// What keeps `name` from being a user's; empty: nothing. Printable ASCII without a colon, at most
/// 256 bytes.
[[nodiscard]] std::string_view proxy_username_fault(std::string_view name) noexcept;

}  // namespace vodcatalog
