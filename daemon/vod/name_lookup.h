#pragma once

#include <Poco/Net/IPAddress.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "daemon/clock.h"
#include "daemon/vod/deadline_watch.h"

namespace vodcatalog {

/// Finds the addresses of hosts. The system's resolver cannot be interrupted, and with a silent
/// name server it takes longer than any request, so it works in a thread that whoever waits can
/// leave behind. Who asks for the same host meanwhile waits with the others. Safe for any thread.
class NameLookup {
public:
    using Addresses = std::vector<Poco::Net::IPAddress>;
    /// All addresses of a host, best first. Takes as long as it takes; may throw.
    using Resolver = std::function<Addresses(const std::string& host)>;

    /// How long a host's addresses are good, counted from when they were asked for.
    static constexpr std::chrono::seconds kFreshMax{60};
    /// A question older than this is not waited for: it is asked again.
    static constexpr std::chrono::seconds kPatience{10};
    /// Questions under way at a time, those left behind included. The resolver's own limits end
    /// each of them some day (resolv.conf(5): timeout, attempts).
    static constexpr std::size_t kQuestionsMax = 16;
    static constexpr std::size_t kAddressesMax = 8;  ///< More of one host are left out.

    explicit NameLookup(const Clock& clock, Resolver resolver = ask_system);
    /// Waits for nobody: questions under way come to nothing.
    ~NameLookup();
    NameLookup(const NameLookup&) = delete;
    NameLookup& operator=(const NameLookup&) = delete;

    /// At least one address. Asks nobody about an address (without brackets), nor about "localhost"
    /// and names under it, which are loopback whatever a name server says (RFC 6761, 6.3). Throws
    /// catalog::Retryable if there is none, or if `slot`'s request is cut meanwhile.
    [[nodiscard]] Addresses find(const std::string& host, const DeadlineWatch::Slot& slot);
    /// The addresses were of no use: the next find() asks anew.
    void forget(const std::string& host);

    /// By getaddrinfo(3), which orders them by RFC 6724.
    [[nodiscard]] static Addresses ask_system(const std::string& host);

private:
    struct State;
    const Clock& clock_;
    const std::shared_ptr<State> state_;  ///< Shared with the threads left behind.
};

}  // namespace vodcatalog
