#include "tests/simulator/http_server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace simulator {

HttpServer::HttpServer(const Loopback& address, Serve serve) : serve_(std::move(serve)) {
    descriptor_ = socket(address.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const int on = 1;
    setsockopt(descriptor_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    Loopback bound = address;
    if (descriptor_ < 0 ||
        bind(descriptor_, reinterpret_cast<const sockaddr*>(&address.address), address.size) != 0 ||
        listen(descriptor_, 1'024) != 0 ||
        getsockname(descriptor_, reinterpret_cast<sockaddr*>(&bound.address), &bound.size) != 0) {
        const std::string why = std::strerror(errno);
        if (descriptor_ >= 0) close(descriptor_);
        throw BadAddress("cannot listen at " + address.url() + ": " + why);
    }
    url_ = bound.url();
    acceptor_ = std::thread([this] { accept_all(); });
}

HttpServer::~HttpServer() {
    stopping_ = true;
    shutdown(descriptor_, SHUT_RDWR);
    acceptor_.join();
    close(descriptor_);
    reap(true);
}

void HttpServer::accept_all() {
    while (!stopping_) {
        reap(false);
        pollfd waited{descriptor_, POLLIN, 0};
        poll(&waited, 1, 1'000);
        if (stopping_) return;
        if (full()) {
            poll(nullptr, 0, 10);
            continue;
        }
        const int accepted = accept4(descriptor_, nullptr, nullptr, SOCK_CLOEXEC);
        if (accepted < 0) continue;
        const int on = 1;
        setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        const std::scoped_lock lock(mutex_);
        Client& client = clients_.emplace_back();
        client.descriptor = accepted;
        client.thread = std::thread([this, &client] { run(client); });
    }
}

bool HttpServer::full() {
    const std::scoped_lock lock(mutex_);
    return clients_.size() >= kConnectionsMax;
}

void HttpServer::run(Client& client) {
    int descriptor = -1;
    {
        const std::scoped_lock lock(mutex_);
        descriptor = client.descriptor;
    }
    Connection connection(descriptor);
    serve_(connection);
    const std::scoped_lock lock(mutex_);
    close(descriptor);
    client.ended = true;
}

void HttpServer::reap(bool all) {
    std::list<Client> ended;
    {
        const std::scoped_lock lock(mutex_);
        for (auto client = clients_.begin(); client != clients_.end();) {
            const auto next = std::next(client);
            if (all && !client->ended) shutdown(client->descriptor, SHUT_RDWR);
            if (all || client->ended) ended.splice(ended.end(), clients_, client);
            client = next;
        }
    }
    for (Client& client : ended) client.thread.join();
}

}  // namespace simulator
