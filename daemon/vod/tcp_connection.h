#pragma once

#include <Poco/Net/IPAddress.h>
#include <Poco/Net/StreamSocket.h>

#include <chrono>
#include <cstdint>
#include <vector>

#include "daemon/vod/deadline_watch.h"

namespace vodcatalog {

/// A TCP connection with a second descriptor for the watch: Poco closes its own in the middle of
/// things, and the watch must not shut down what gets the number next.
class TcpConnection {
public:
    static constexpr std::chrono::milliseconds kConnectMax{5'000};  ///< To one address.

    /// To the first of `addresses` that takes it. Each gets its share of the time that is left, so
    /// that a silent one leaves some for the others. `slot` is that of the request under way; it
    /// watches this connection afterwards. Throws catalog::Retryable if there is no such address.
    TcpConnection(const std::vector<Poco::Net::IPAddress>& addresses, std::uint16_t port,
                  DeadlineWatch::Slot& slot);
    ~TcpConnection();
    TcpConnection(const TcpConnection&) = delete;
    TcpConnection& operator=(const TcpConnection&) = delete;

    [[nodiscard]] const Poco::Net::StreamSocket& socket() const noexcept { return socket_; }
    /// Stays this connection's until its destruction, whatever Poco closes.
    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

private:
    void connect(const Poco::Net::SocketAddress& address, std::chrono::milliseconds within,
                 DeadlineWatch::Slot& slot);
    void close() noexcept;

    Poco::Net::StreamSocket socket_;
    int descriptor_ = -1;
};

}  // namespace vodcatalog
