#include "tests/simulator/raw_client.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>

#include "tests/simulator/http_request.h"
#include "tests/simulator/loopback.h"

namespace simulator {

RawClient::RawClient(const std::string& url) {
    const Loopback server = parse_loopback(url.substr(url.find("//") + 2));
    descriptor_ = socket(server.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(descriptor_, reinterpret_cast<const sockaddr*>(&server.address), server.size) !=
        0) {
        close(descriptor_);
        throw std::runtime_error("nobody answers at " + url);
    }
}

RawClient::~RawClient() {
    close(descriptor_);
}

void RawClient::send(std::string_view bytes) const {
    while (!bytes.empty()) {
        const ssize_t size = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (size <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(size));
    }
}

bool RawClient::receive(std::string& bytes, std::chrono::milliseconds patience, End& end) const {
    pollfd waited{descriptor_, POLLIN, 0};
    if (poll(&waited, 1, static_cast<int>(patience.count())) == 0) {
        end = End::silent;
        return false;
    }
    std::array<char, 16 * 1024> buffer{};
    const ssize_t size = recv(descriptor_, buffer.data(), buffer.size(), 0);
    if (size <= 0) {
        end = size < 0 && errno == ECONNRESET ? End::reset : End::closed;
        return false;
    }
    bytes.append(buffer.data(), static_cast<std::size_t>(size));
    return true;
}

RawClient::End RawClient::read_to_end(std::string& bytes,
                                      std::chrono::milliseconds patience) const {
    End end = End::closed;
    while (receive(bytes, patience, end)) continue;
    return end;
}

std::string RawClient::some(std::size_t size) const {
    End end = End::closed;
    std::string bytes;
    while (bytes.size() < size && receive(bytes, std::chrono::seconds{20}, end)) continue;
    return bytes;
}

std::string RawClient::answer() {
    End end = End::closed;
    std::string bytes = std::move(rest_);
    rest_.clear();
    for (;;) {
        const std::size_t head = bytes.find("\r\n\r\n");
        if (head != std::string::npos) {
            const std::size_t length =
                std::strtoul(header_of(bytes, "content-length").c_str(), nullptr, 10);
            if (bytes.size() >= head + 4 + length) {
                rest_ = bytes.substr(head + 4 + length);
                return bytes.substr(0, head + 4 + length);
            }
        }
        if (!receive(bytes, std::chrono::seconds{20}, end)) return bytes;
    }
}

std::string body_of(const std::string& answer) {
    const std::size_t head = answer.find("\r\n\r\n");
    return head == std::string::npos ? "" : answer.substr(head + 4);
}

int status_of(const std::string& answer) {
    return answer.size() < 12 ? 0 : std::atoi(answer.substr(9, 3).c_str());
}

std::string header_of(const std::string& answer, const std::string& name) {
    const std::string head = lower(answer.substr(0, answer.find("\r\n\r\n") + 2));
    const std::size_t at = head.find("\r\n" + name + ": ");
    if (at == std::string::npos) return "";
    const std::size_t value = at + name.size() + 4;
    return answer.substr(value, head.find("\r\n", value) - value);
}

std::string ask(const std::string& url, const std::string& request) {
    RawClient client(url);
    client.send(request);
    return client.answer();
}

std::string fetch(const std::string& url, const std::string& method, const std::string& path,
                  const std::string& body) {
    return body_of(ask(url, method + " " + path + " HTTP/1.1\r\nHost: control\r\nContent-Length: " +
                                std::to_string(body.size()) + "\r\n\r\n" + body));
}

}  // namespace simulator
