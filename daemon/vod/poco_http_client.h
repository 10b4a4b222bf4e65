#pragma once

#include <memory>
#include <string>

#include "daemon/vod/http_client.h"

namespace vodcatalog {

/// Ends connections whose request has outlived its deadline, and all of them at shutdown: Poco's
/// time-outs are per read, so a server that drips a byte now and then would hold a request for
/// ever. Has one thread. Safe for any thread; must outlive the clients that use it.
class DeadlineWatch;
struct DeadlineWatchDeleter {
    void operator()(DeadlineWatch* watch) const noexcept;
};
using DeadlineWatchPtr = std::unique_ptr<DeadlineWatch, DeadlineWatchDeleter>;
[[nodiscard]] DeadlineWatchPtr make_deadline_watch();
/// Ends every request under way (they throw Retryable) and refuses new ones, so that shutdown need
/// not wait.
void abort_all(DeadlineWatch& watch);

/// HTTP/1.1 and HTTPS by Poco. Keeps one connection per endpoint for at most 20 s idle (the gateway
/// drops it after 25 s). A request that fails on a reused connection before any byte of an answer
/// came is sent again, once, on a new one (`on_resend` re-signs it; see send()). TLS 1.2 and newer;
/// the certificate is verified, host name included, and there is no way to turn that off.
class PocoHttpClient final : public HttpClient {
public:
    /// `ca_file`: PEM certificates to trust instead of the system's; empty for the system's.
    /// Throws catalog::Unusable if it cannot be read.
    PocoHttpClient(DeadlineWatch& watch, const std::string& ca_file);
    ~PocoHttpClient() override;

    void send(const HttpRequest& request, HttpResponse& response) override;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace vodcatalog
