#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "daemon/clock.h"
#include "daemon/vod/deadline_watch.h"
#include "daemon/vod/http_client.h"
#include "daemon/vod/name_lookup.h"
#include "daemon/vod/proxy.h"

namespace vodcatalog {

/// HTTP/1.1 and HTTPS by Poco. Keeps one connection per endpoint for at most 20 s idle (the gateway
/// drops it after 25 s). A reused connection that turns out to be closed before any byte of an
/// answer came is a StaleConnection. TLS 1.2 and newer; the certificate is verified, host name
/// included, and there is no way to turn that off. Reconnecting resumes the TLS session, unless the
/// server tore the connection off. A proxy is used only if it is given.
///
/// The request's time includes the lookup of the host's name and connecting, to all its addresses
/// in turn. It needs SIGPIPE to be ignored or blocked; Poco blocks it in the main thread, and so in
/// all others.
class PocoHttpClient final : public HttpClient {
public:
    static constexpr std::chrono::seconds kIdleMax{20};
    /// TLS sessions are resumed for so long after a certificate was verified: that one is not
    /// looked at again meanwhile.
    static constexpr std::chrono::hours kVerifiedMax{1};
    static constexpr std::size_t kEndpointsMax = 8;  ///< Connections kept, each to another one.
    static constexpr std::size_t kHeadersMax = 200;  ///< An answer with more is refused.

    /// `clock` tells how long a connection is idle; deadlines go by the watch's. `names` is shared.
    /// `ca_file`: PEM certificates to trust instead of the system's; empty: the system's. Throws
    /// catalog::Unusable if it cannot be used. A file that changes counts from the next connection
    /// on; while it cannot be used, new connections are catalog::Refused.
    PocoHttpClient(DeadlineWatch& watch, NameLookup& names, const Clock& clock,
                   const std::string& ca_file, std::optional<Proxy> proxy = {});
    ~PocoHttpClient() override;

    void send(const HttpRequest& request, HttpResponse& response) override;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace vodcatalog
