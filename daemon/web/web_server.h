#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "daemon/clock.h"
#include "daemon/logging.h"
#include "daemon/web/listen_address.h"
#include "daemon/web/route_table.h"

namespace vodcatalog {

/// HTTP for people and programs that watch the daemon. Nothing in the daemon waits for it.
///
/// One thread holds all connections, without ever waiting for one of them; the handlers run on a
/// few others. One request a connection. Each phase of a connection has its time as a whole,
/// however its bytes trickle, and when there are too many the one that has been there the longest
/// makes room: half-open connections cannot keep others out.
class WebServer {
public:
    static constexpr std::size_t kConnectionsMax = 64;
    static constexpr std::size_t kThreads = 2;
    static constexpr std::chrono::seconds kRequestMax{5};  ///< For the whole request to come.
    static constexpr std::chrono::seconds kReplyMax{10};   ///< For the whole reply to go.
    static constexpr std::chrono::seconds kGoodbyeMax{1};  ///< For the peer to hang up.

    struct Settings {
        ListenAddress listen;
        std::vector<std::string> hosts;  ///< See AllowedHosts.
    };

    /// Listens, and answers until it is destroyed, which waits for the handlers that run. `clock`
    /// and `log` must outlive it, and what the handlers use. Throws catalog::Unusable if the
    /// address cannot be had; never shares one with another process.
    WebServer(const Settings& settings, RouteTable routes, const Clock& clock, Log& log);
    ~WebServer();
    WebServer(const WebServer&) = delete;
    WebServer& operator=(const WebServer&) = delete;

    /// Where it listens, with the port it was given.
    [[nodiscard]] ListenAddress address() const;

private:
    class State;
    std::unique_ptr<State> state_;
};

}  // namespace vodcatalog
