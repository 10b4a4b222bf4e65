#pragma once

#include <memory>
#include <string>

#include "daemon/clock.h"
#include "daemon/vod/deadline_watch.h"
#include "daemon/vod/http_client.h"

namespace vodcatalog {

/// HTTP/1.1 and HTTPS by Poco. Keeps one connection, to the endpoint of the last request, for at
/// most 20 s idle (the gateway drops it after 25 s). A reused connection that turns out to be
/// closed before any byte of an answer came is a StaleConnection: the caller signs again and sends
/// once more. TLS 1.2 and newer; the certificate is verified, host name included, and there is no
/// way to turn that off. Redirects are answers like any other. No proxy.
class PocoHttpClient final : public HttpClient {
public:
    static constexpr std::chrono::seconds kIdleMax{20};
    static constexpr std::chrono::seconds kConnectMax{5};
    static constexpr std::size_t kHeadersMax = 200;

    /// `ca_file`: PEM certificates to trust; empty: the system's. Throws catalog::Unusable if it
    /// cannot be used.
    PocoHttpClient(DeadlineWatch& watch, const Clock& clock, const std::string& ca_file);
    ~PocoHttpClient() override;

    void send(const HttpRequest& request, HttpResponse& response) override;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace vodcatalog
