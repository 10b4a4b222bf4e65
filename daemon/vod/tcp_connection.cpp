#include "daemon/vod/tcp_connection.h"

#include <Poco/Exception.h>
#include <Poco/Net/SocketAddress.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "catalog/error.h"

namespace vodcatalog {
namespace {

namespace net = Poco::Net;
using std::chrono::milliseconds;

/// What the last address gets beyond the deadline: it is the watch that ends it.
constexpr milliseconds kGrace{1'000};

int duplicate(int descriptor) {
    const int copy = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    if (copy >= 0) return copy;
    throw catalog::Retryable("cannot watch the connection: " +
                             std::generic_category().message(errno));
}

}  // namespace

TcpConnection::TcpConnection(const std::vector<net::IPAddress>& addresses, std::uint16_t port,
                             DeadlineWatch::Slot& slot) {
    std::string failure = "there is no address";
    for (std::size_t i = 0; i < addresses.size(); ++i) {
        const auto rest = static_cast<milliseconds::rep>(addresses.size() - i);
        const milliseconds share = rest == 1 ? slot.left() + kGrace : slot.left() / rest;
        try {
            connect({addresses[i], port}, std::min(share, kConnectMax), slot);
            return;
        } catch (const Poco::Exception& error) {
            failure = error.displayText();
        } catch (const catalog::Retryable& error) {
            failure = error.what();
        }
        slot.use(-1);
        close();
        if (slot.cut() != DeadlineWatch::Cut::no) break;
    }
    if (addresses.size() > 1) {
        failure = "none of " + std::to_string(addresses.size()) + " addresses can be reached, " +
                  "the last: " + failure;
    }
    throw catalog::Retryable(failure);
}

TcpConnection::~TcpConnection() {
    close();
}

void TcpConnection::connect(const net::SocketAddress& address, milliseconds within,
                            DeadlineWatch::Slot& slot) {
    socket_ = net::StreamSocket(address.family());
    descriptor_ = duplicate(socket_.impl()->sockfd());
    slot.use(descriptor_);
    if (within > milliseconds{0}) {
        socket_.connect(address, {std::chrono::microseconds(within).count()});
    }
    // A shutdown before or while it was connecting may have been in vain.
    if (within == milliseconds{0} || slot.cut() != DeadlineWatch::Cut::no) {
        throw catalog::Retryable("no connection came about");
    }
    socket_.setNoDelay(true);
}

void TcpConnection::close() noexcept {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

}  // namespace vodcatalog
