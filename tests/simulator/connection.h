#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "tests/simulator/http_request.h"

namespace simulator {

/// One client's TCP connection, seen as a row of requests to be answered byte by byte: no layer in
/// between, since breaking answers is what this server is for. One thread at a time; does not own
/// the descriptor.
class Connection {
public:
    explicit Connection(int descriptor) noexcept : descriptor_(descriptor) {}

    /// The next request. False if none came within `idle`, the client left, or it is not HTTP (then
    /// the refusal has been sent).
    [[nodiscard]] bool read(HttpRequest& request, std::chrono::milliseconds idle);

    /// True if the kernel took every byte.
    [[nodiscard]] bool send(std::string_view bytes);

    /// Waits that long; false as soon as the client has left or the server stops.
    [[nodiscard]] bool rest(std::chrono::milliseconds time) const;

    /// Makes the coming close a reset.
    void reset_on_close() const;

private:
    [[nodiscard]] bool receive(std::chrono::milliseconds timeout);
    [[nodiscard]] bool read_body(HttpRequest& request);
    [[nodiscard]] bool read_chunks(std::string& body);
    [[nodiscard]] bool take(std::size_t size, std::string& out);
    [[nodiscard]] bool take_line(std::string& line);
    [[nodiscard]] bool refuse(const std::string& status);

    int descriptor_;
    std::string buffer_;  ///< Received and not yet read.
};

}  // namespace simulator
