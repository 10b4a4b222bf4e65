#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace world {

/// One connection as the server sees it, with nothing between a test and the bytes.
class RawConnection {
public:
    explicit RawConnection(int socket) : socket_(socket) {}

    [[nodiscard]] int socket() const noexcept { return socket_; }

    /// Reads one request, with as much body as it says; empty if the client has gone.
    std::string request() {
        std::string text;
        char buffer[4096];
        while (true) {
            const std::size_t end = text.find("\r\n\r\n");
            if (end != std::string::npos && text.size() >= end + 4 + body_size(text)) return text;
            const ssize_t size = ::recv(socket_, buffer, sizeof buffer, 0);
            if (size <= 0) return {};
            text.append(buffer, static_cast<std::size_t>(size));
        }
    }
    /// Reads whatever comes first.
    void some_bytes() {
        char buffer[4096];
        (void)!::recv(socket_, buffer, sizeof buffer, 0);
    }
    /// Returns whether the client has taken it all.
    bool send(std::string_view text) {
        while (!text.empty()) {
            const ssize_t size = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
            if (size <= 0) return false;
            text.remove_prefix(static_cast<std::size_t>(size));
        }
        return true;
    }
    void send_for_ever(std::string_view text) {
        while (send(text)) {
        }
    }
    /// A byte each few milliseconds, again and again, until the client goes.
    void drip(std::string_view text) {
        for (std::size_t i = 0; send(text.substr(i % text.size(), 1)); ++i) {
            if (client_goes(10)) return;
        }
    }
    void wait_until_client_goes() {
        while (!client_goes(-1)) {
        }
    }
    /// The connection will end with a reset.
    void reset_at_end() {
        const linger at_once{1, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }

private:
    static std::size_t body_size(const std::string& text) {
        const std::size_t at = text.find("Content-Length: ");
        return at == std::string::npos ? 0 : std::stoul(text.substr(at + 16));
    }
    bool client_goes(int within_ms) {
        pollfd watched{socket_, POLLIN, 0};
        if (::poll(&watched, 1, within_ms) <= 0) return false;
        char buffer[4096];
        return ::recv(socket_, buffer, sizeof buffer, 0) <= 0;
    }

    int socket_;
};

/// A listening socket on a free port of an address of this machine, like "127.0.0.2" or "::1".
class RawListener {
public:
    explicit RawListener(int backlog, const std::string& host = "127.0.0.1", int port = 0) {
        sockaddr_storage address{};
        socklen_t size = fill(address, host, port);
        socket_ = ::socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const int on = 1;
        auto* const general = reinterpret_cast<sockaddr*>(&address);
        if (socket_ < 0 || ::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
            ::bind(socket_, general, size) != 0 || ::listen(socket_, backlog) != 0 ||
            ::getsockname(socket_, general, &size) != 0) {
            throw std::runtime_error("cannot listen on " + host);
        }
        // At the same place for both families.
        port_ = ntohs(reinterpret_cast<sockaddr_in*>(&address)->sin_port);
    }
    ~RawListener() { ::close(socket_); }
    RawListener(const RawListener&) = delete;
    RawListener& operator=(const RawListener&) = delete;

    [[nodiscard]] int socket() const noexcept { return socket_; }
    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    /// Whether somebody has connected whom nobody has accepted.
    [[nodiscard]] bool has_caller() const {
        pollfd watched{socket_, POLLIN, 0};
        return ::poll(&watched, 1, 0) > 0;
    }

private:
    static socklen_t fill(sockaddr_storage& address, const std::string& host, int port) {
        auto* const v4 = reinterpret_cast<sockaddr_in*>(&address);
        v4->sin_port = htons(static_cast<std::uint16_t>(port));
        v4->sin_family = AF_INET;
        if (::inet_pton(AF_INET, host.c_str(), &v4->sin_addr) == 1) return sizeof *v4;
        auto* const v6 = reinterpret_cast<sockaddr_in6*>(&address);
        v6->sin6_family = AF_INET6;
        if (::inet_pton(AF_INET6, host.c_str(), &v6->sin6_addr) == 1) return sizeof *v6;
        throw std::runtime_error("no address: " + host);
    }

    int socket_ = -1;
    std::uint16_t port_ = 0;
};

/// Hands each connection, with its number from 0, to `behave` in a thread of its own; the
/// connection ends where that returns.
class RawServer {
public:
    using Behaviour = std::function<void(RawConnection&, int number)>;

    explicit RawServer(Behaviour behave, const std::string& host = "127.0.0.1", int port = 0)
        : behave_(std::move(behave)),
          listener_(64, host, port),
          acceptor_([this] { accept_all(); }) {}
    ~RawServer() {
        ::shutdown(listener_.socket(), SHUT_RDWR);
        acceptor_.join();
        {
            const std::lock_guard lock(mutex_);
            for (const int socket : open_) ::shutdown(socket, SHUT_RDWR);
        }
        for (std::thread& thread : threads_) thread.join();
    }
    RawServer(const RawServer&) = delete;
    RawServer& operator=(const RawServer&) = delete;

    [[nodiscard]] std::uint16_t port() const noexcept { return listener_.port(); }
    /// How many connections there have been.
    [[nodiscard]] int accepted() const {
        const std::lock_guard lock(mutex_);
        return accepted_;
    }
    /// Waits until that many connections have ended. Throws after a minute: then they never will.
    void wait_for_ended(int count) {
        std::unique_lock lock(mutex_);
        if (changed_.wait_for(lock, std::chrono::minutes{1}, [&] { return ended_ >= count; })) {
            return;
        }
        throw std::runtime_error(std::to_string(ended_) + " of " + std::to_string(count) +
                                 " connections ended within a minute");
    }

private:
    void accept_all() {
        while (true) {
            const int socket = ::accept4(listener_.socket(), nullptr, nullptr, SOCK_CLOEXEC);
            if (socket < 0) return;
            const std::lock_guard lock(mutex_);
            open_.push_back(socket);
            threads_.emplace_back([this, socket, number = accepted_++] { serve(socket, number); });
        }
    }
    void serve(int socket, int number) {
        RawConnection connection(socket);
        behave_(connection, number);
        const std::lock_guard lock(mutex_);
        std::erase(open_, socket);
        ::close(socket);
        ++ended_;
        changed_.notify_all();
    }

    const Behaviour behave_;
    const RawListener listener_;
    mutable std::mutex mutex_;
    // Guarded by mutex_.
    std::condition_variable changed_;
    std::vector<int> open_;
    int accepted_ = 0;
    int ended_ = 0;
    std::vector<std::thread> threads_;  ///< Only the acceptor adds to it.

    std::thread acceptor_;
};

}  // namespace world
