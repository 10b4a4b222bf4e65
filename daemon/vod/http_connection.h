#pragma once

#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/Session.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "daemon/vod/deadline_watch.h"
#include "daemon/vod/endpoint.h"
#include "daemon/vod/gunzip.h"
#include "daemon/vod/http_client.h"
#include "daemon/vod/http_head.h"
#include "daemon/vod/name_lookup.h"
#include "daemon/vod/proxy.h"
#include "daemon/vod/tcp_connection.h"

namespace vodcatalog {

/// What a connection to an endpoint speaks.
struct TlsChoice {
    Poco::Net::Context::Ptr context;  ///< Null: plain HTTP.
    /// To resume, of an earlier connection by this context. Null: none.
    Poco::Net::Session::Ptr session;
};

/// How to reach an endpoint.
struct Route {
    const Proxy* proxy = nullptr;  ///< Null: directly.
    TlsChoice tls;
};

/// One connection to an endpoint: Poco's HTTP session, but under a deadline, and without what Poco
/// does with an answer: it takes a connection that ends for the end of head, body or chunks, and
/// sends a request anew, with the same signature, where writing fails. Throws what Poco throws, and
/// catalog::Retryable. After any exception it is good for nothing but to be destroyed.
class HttpConnection final : public Poco::Net::HTTPClientSession {
public:
    /// Looks the host up, connects, and shakes hands if there is TLS. With a proxy it is that one's
    /// host, and the handshake goes through a tunnel to the endpoint. Throws ProxyRefused too.
    /// `slot` is that of the
    /// request under way and watches all of it.
    HttpConnection(const Endpoint& endpoint, const Route& route, NameLookup& names,
                   DeadlineWatch::Slot& slot, std::chrono::milliseconds timeout);

    [[nodiscard]] bool secure() const override { return secure_; }
    /// Stays this connection's until its destruction.
    [[nodiscard]] int descriptor() const noexcept { return tcp_.descriptor(); }

    /// Throws catalog::Refused for a line break in the head, which would become another request,
    /// and for a signed request that this connection must not have: one for another endpoint or
    /// with another Host, and any over plain HTTP to another machine.
    void send_request(const HttpRequest& request);
    /// Waits for the first byte of an answer; false if the connection ends instead.
    [[nodiscard]] bool await_answer();
    /// Takes the answer. Returns whether the connection can take another request.
    [[nodiscard]] bool take_answer(const HttpRequest& request, HttpResponse& response);
    /// What the next connection can resume: after an answer, since TLS 1.3 sends it after the
    /// handshake. Null: the server does not offer it.
    [[nodiscard]] Poco::Net::Session::Ptr tls_session();
    /// Whether the server resumed the session it was offered.
    [[nodiscard]] bool resumed();
    /// Ends it at once, so that destroying it sends and waits for nothing.
    void abandon() noexcept;

private:
    void set_timeouts(std::chrono::milliseconds timeout);
    void open_tunnel(const Proxy& proxy);
    void take_head();
    /// Passes over interim answers.
    [[nodiscard]] HttpHead take_final_head(std::size_t body_bytes_max, HttpResponse& response);
    void take_line(std::string& line);
    void take_bytes(std::string& body, std::size_t size);
    void take_chunks(std::string& body, std::size_t body_bytes_max);
    void take_to_end(std::string& body, std::size_t body_bytes_max);

    const Endpoint endpoint_;
    const bool secure_;
    const TcpConnection tcp_;
    std::chrono::milliseconds timeout_{};
    std::optional<Gunzip> gunzip_;
    /// The request, the head of its answer, a body as it was packed. Kept for their memory.
    std::string sent_, head_, packed_;
};

}  // namespace vodcatalog
