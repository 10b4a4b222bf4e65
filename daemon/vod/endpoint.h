#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vodcatalog {

/// Where an account's calls go: scheme, host and port, nothing else.
struct Endpoint {
    bool tls = true;
    std::string host;  ///< Name or address; an IPv6 address without its brackets.
    std::uint16_t port = 443;

    bool operator==(const Endpoint&) const = default;

    /// The Host header's value, which is also what is signed: brackets around an IPv6 address, the
    /// port only where it is not the scheme's own.
    [[nodiscard]] std::string authority() const;
    [[nodiscard]] std::string host_and_port() const;  ///< The same, always with the port.
    [[nodiscard]] std::string url() const;            ///< "https://vod.cn-shanghai.aliyuncs.com"
    /// 127.0.0.0/8, ::1 or localhost: it does not leave this machine.
    [[nodiscard]] bool loopback() const noexcept;
};

/// Reads "https://HOST[:PORT][/]" or "http://LOOPBACK[:PORT][/]". Throws catalog::Unusable with a
/// sentence that names the fault, without place.
[[nodiscard]] Endpoint parse_endpoint(std::string_view text);

/// The same without the rule about plain HTTP. The sentence begins with `what`: "an endpoint".
[[nodiscard]] Endpoint parse_url(std::string_view text, std::string_view what);

/// A DNS name in lower case. One that ends in a number ("127.1") is none: resolvers take it for an
/// address.
[[nodiscard]] bool is_host_name(std::string_view host) noexcept;

/// The public endpoint of a region: "https://vod.<region>.aliyuncs.com".
/// Throws catalog::Unusable for text that is no region name ([a-z0-9-], 1 to 40 characters).
[[nodiscard]] Endpoint endpoint_of_region(std::string_view region);

}  // namespace vodcatalog
