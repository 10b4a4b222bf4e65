#include "tests/simulator/connection.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <charconv>

namespace simulator {
namespace {

constexpr std::size_t kHeadBytesMax = 64 * 1024;
constexpr std::size_t kBodyBytesMax = 1024 * 1024;
constexpr std::chrono::milliseconds kReadTimeout{10'000};

int timeout_of(std::chrono::milliseconds time) {
    return static_cast<int>(std::min<std::chrono::milliseconds::rep>(time.count(), 3'600'000));
}

}  // namespace

bool Connection::receive(std::chrono::milliseconds timeout) {
    pollfd waited{descriptor_, POLLIN, 0};
    if (poll(&waited, 1, timeout_of(timeout)) <= 0) return false;
    std::array<char, 16 * 1024> bytes{};
    const ssize_t size = recv(descriptor_, bytes.data(), bytes.size(), 0);
    if (size <= 0) return false;
    buffer_.append(bytes.data(), static_cast<std::size_t>(size));
    return true;
}

bool Connection::read(HttpRequest& request, std::chrono::milliseconds idle) {
    std::size_t end = buffer_.find("\r\n\r\n");
    while (end == std::string::npos) {
        if (buffer_.size() > kHeadBytesMax) {
            (void)send("HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 0\r\n\r\n");
            return false;
        }
        if (!receive(buffer_.empty() ? idle : kReadTimeout)) return false;
        end = buffer_.find("\r\n\r\n");
    }
    request = HttpRequest{};
    if (!read_head(std::string_view{buffer_}.substr(0, end), request)) {
        (void)send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        return false;
    }
    buffer_.erase(0, end + 4);
    return read_body(request);
}

bool Connection::read_body(HttpRequest& request) {
    if (!request.header("transfer-encoding").empty()) {
        (void)send("HTTP/1.1 411 Length Required\r\nContent-Length: 0\r\n\r\n");
        return false;
    }
    const std::string_view length = request.header("content-length");
    std::size_t size = 0;
    if (!length.empty()) {
        const auto [last, error] =
            std::from_chars(length.data(), length.data() + length.size(), size);
        if (error != std::errc{} || last != length.data() + length.size() || size > kBodyBytesMax) {
            (void)send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
            return false;
        }
    }
    if (request.header("expect") == "100-continue" && !send("HTTP/1.1 100 Continue\r\n\r\n"))
        return false;
    while (buffer_.size() < size) {
        if (!receive(kReadTimeout)) return false;
    }
    request.body = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return true;
}

bool Connection::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t size = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (size < 0 && errno == EINTR) continue;
        if (size <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(size));
    }
    return true;
}

bool Connection::rest(std::chrono::milliseconds time) const {
    pollfd waited{descriptor_, POLLRDHUP, 0};
    return poll(&waited, 1, timeout_of(time)) == 0;
}

void Connection::reset_on_close() const {
    const linger now{1, 0};
    setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

}  // namespace simulator
