#include "tests/simulator/loopback.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <charconv>
#include <cstring>

namespace simulator {

Loopback parse_loopback(std::string_view text) {
    const std::string whole{text};
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) throw BadAddress(whole + " is not HOST:PORT");
    std::string host{text.substr(0, colon)};
    const std::string_view digits = text.substr(colon + 1);
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc{} || end != digits.data() + digits.size()) {
        throw BadAddress(whole + ": the port is not a number from 0 to 65535");
    }
    if (host == "localhost") host = "127.0.0.1";

    Loopback out;
    sockaddr_in v4{};
    sockaddr_in6 v6{};
    if (inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1 &&
        ntohl(v4.sin_addr.s_addr) >> 24U == 127) {
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        std::memcpy(&out.address, &v4, sizeof v4);
        out.size = sizeof v4;
    } else if (host == "[::1]") {
        v6.sin6_family = AF_INET6;
        v6.sin6_addr = in6addr_loopback;
        v6.sin6_port = htons(port);
        std::memcpy(&out.address, &v6, sizeof v6);
        out.size = sizeof v6;
    } else {
        throw BadAddress(whole + " is not a loopback address (127.0.0.1, localhost or [::1])");
    }
    return out;
}

std::string Loopback::url() const {
    std::array<char, INET6_ADDRSTRLEN> host{};
    if (address.ss_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &address, sizeof v6);
        inet_ntop(AF_INET6, &v6.sin6_addr, host.data(), host.size());
        return "http://[" + std::string{host.data()} + "]:" + std::to_string(ntohs(v6.sin6_port));
    }
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    inet_ntop(AF_INET, &v4.sin_addr, host.data(), host.size());
    return "http://" + std::string{host.data()} + ":" + std::to_string(ntohs(v4.sin_port));
}

}  // namespace simulator
