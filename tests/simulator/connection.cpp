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
            return refuse("431 Request Header Fields Too Large");
        }
        if (!receive(buffer_.empty() ? idle : kReadTimeout)) return false;
        end = buffer_.find("\r\n\r\n");
    }
    request = HttpRequest{};
    if (!read_head(std::string_view{buffer_}.substr(0, end), request)) {
        return refuse("400 Bad Request");
    }
    buffer_.erase(0, end + 4);
    return read_body(request);
}

bool Connection::read_body(HttpRequest& request) {
    const std::string coding = lower(request.header("transfer-encoding"));
    if (!coding.empty() && coding != "chunked") {
        return refuse("501 Not Implemented");
    }
    const std::string_view length = request.header("content-length");
    std::size_t size = 0;
    if (!length.empty()) {
        const auto [last, error] =
            std::from_chars(length.data(), length.data() + length.size(), size);
        const bool whole = error == std::errc{} && last == length.data() + length.size();
        if (!whole || !coding.empty()) return refuse("400 Bad Request");
        if (size > kBodyBytesMax) return refuse("413 Content Too Large");
    }
    if (request.header("expect") == "100-continue" && !send("HTTP/1.1 100 Continue\r\n\r\n"))
        return false;
    if (!coding.empty()) return read_chunks(request.body);
    return take(size, request.body);
}

bool Connection::read_chunks(std::string& body) {
    for (;;) {
        std::string line;
        if (!take_line(line)) return false;
        std::size_t size = 0;
        const auto [last, error] =
            std::from_chars(line.data(), line.data() + line.size(), size, 16);
        const bool whole =
            error == std::errc{} && (last == line.data() + line.size() || *last == ';');
        if (!whole) return refuse("400 Bad Request");
        if (size > kBodyBytesMax || body.size() + size > kBodyBytesMax) {
            return refuse("413 Content Too Large");
        }
        if (size == 0) break;
        std::string end;
        if (!take(size, body) || !take_line(end)) return false;
        if (!end.empty()) return refuse("400 Bad Request");
    }
    std::string trailer;
    do {
        if (!take_line(trailer)) return false;
    } while (!trailer.empty());
    return true;
}

/// Appends that many bytes to `out`.
bool Connection::take(std::size_t size, std::string& out) {
    while (buffer_.size() < size) {
        if (!receive(kReadTimeout)) return false;
    }
    out.append(buffer_, 0, size);
    buffer_.erase(0, size);
    return true;
}

/// The next line, without its end.
bool Connection::take_line(std::string& line) {
    std::size_t end = buffer_.find("\r\n");
    while (end == std::string::npos) {
        if (buffer_.size() > kHeadBytesMax) return refuse("400 Bad Request");
        if (!receive(kReadTimeout)) return false;
        end = buffer_.find("\r\n");
    }
    line = buffer_.substr(0, end);
    buffer_.erase(0, end + 2);
    return true;
}

/// Says so, for the last time; false.
bool Connection::refuse(const std::string& status) {
    (void)send("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n");
    return false;
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
