#include "daemon/web/listen_address.h"

#include <arpa/inet.h>

#include <charconv>

#include "catalog/error.h"

namespace vodcatalog {

std::string to_text(const ListenAddress& address) {
    const bool is_v6 = address.host.find(':') != std::string::npos;
    const std::string host = is_v6 ? "[" + address.host + "]" : address.host;
    return host + ":" + std::to_string(address.port);
}

ListenAddress parse_listen_address(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos)
        throw catalog::Unusable("has no port; write it like 127.0.0.1:9642");
    const std::string_view port_text = text.substr(colon + 1);
    std::string_view host = text.substr(0, colon);
    ListenAddress address;
    const char* const end = port_text.data() + port_text.size();
    const auto [stop, error] = std::from_chars(port_text.data(), end, address.port);
    if (error != std::errc{} || stop != end)
        throw catalog::Unusable("has a port that is no number from 0 to 65535");
    const bool is_bracketed = host.starts_with('[') && host.ends_with(']');
    if (is_bracketed) host = host.substr(1, host.size() - 2);
    address.host = host;
    in6_addr ignored{};
    if (inet_pton(is_bracketed ? AF_INET6 : AF_INET, address.host.c_str(), &ignored) != 1)
        throw catalog::Unusable("must be an address and a port, like 127.0.0.1:9642 or [::1]:9642");
    return address;
}

}  // namespace vodcatalog
