#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace simulator {

/// An address that is none of ours to listen at; the message says which and why.
class BadAddress : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// An address of this machine's own, and a port.
struct Loopback {
    sockaddr_storage address{};
    socklen_t size = 0;

    [[nodiscard]] std::string url() const;  ///< "http://127.0.0.1:8080"
};

/// Reads "127.0.0.1:PORT" (any of 127.0.0.0/8), "localhost:PORT" or "[::1]:PORT". Throws BadAddress
/// for anything else: a server that plays faults and hands out its keys is for this machine alone.
[[nodiscard]] Loopback parse_loopback(std::string_view text);

}  // namespace simulator
