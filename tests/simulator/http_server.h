#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>

#include "tests/simulator/connection.h"
#include "tests/simulator/loopback.h"

namespace simulator {

/// Listens at one loopback address and gives each connection a thread of its own, at most
/// kConnectionsMax; more wait in the kernel's queue. Answers from the end of construction to the
/// start of destruction, which ends all connections and waits for their threads.
class HttpServer {
public:
    static constexpr std::size_t kConnectionsMax = 512;

    /// Answers requests of one connection until it wants to be rid of it. Called by many threads at
    /// once.
    using Serve = std::function<void(Connection&)>;

    /// Throws BadAddress if it cannot listen there.
    HttpServer(const Loopback& address, Serve serve);
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    /// "http://127.0.0.1:43210", with the port it really has.
    [[nodiscard]] const std::string& url() const noexcept { return url_; }

private:
    struct Client {
        int descriptor = -1;
        bool ended = false;
        std::thread thread;
    };

    void accept_all();
    [[nodiscard]] bool full();
    void reap(bool all);
    void run(Client& client);

    const Serve serve_;
    int descriptor_ = -1;
    std::string url_;
    std::atomic<bool> stopping_ = false;

    std::mutex mutex_;
    std::list<Client>
        clients_;  // guarded by mutex_; an element's descriptor is open while not ended

    std::thread acceptor_;
};

}  // namespace simulator
