#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vodcatalog {

/// Where a server listens: an address of this machine and a port, 0 for any that is free.
struct ListenAddress {
    std::string host = "127.0.0.1";  ///< IPv4 or IPv6, without brackets.
    std::uint16_t port = 9'642;
    bool operator==(const ListenAddress&) const = default;
};

/// "127.0.0.1:9642", "[::1]:9642".
[[nodiscard]] std::string to_text(const ListenAddress& address);

/// The reverse. Throws catalog::Unusable with the fault as words that follow its name in a
/// sentence.
[[nodiscard]] ListenAddress parse_listen_address(std::string_view text);

}  // namespace vodcatalog
