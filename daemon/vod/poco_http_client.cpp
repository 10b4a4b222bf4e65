#include "daemon/vod/poco_http_client.h"

#include <Poco/Exception.h>
#include <openssl/err.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "catalog/error.h"
#include "daemon/vod/http_connection.h"
#include "daemon/vod/tls_client.h"
#include "daemon/vod/trust_store.h"

namespace vodcatalog {
namespace {

using Cut = DeadlineWatch::Cut;

/// An endpoint and the connection kept to it, if there is one.
struct Line {
    Endpoint endpoint;
    TlsChoice tls;  ///< Empty without TLS, and before the first call.
    std::unique_ptr<HttpConnection> connection;
    SteadyTime used_at{};
    SteadyTime verified_at{};  ///< When a certificate vouched for the session last.
};

}  // namespace

struct PocoHttpClient::State {
    State(DeadlineWatch& watch, NameLookup& its_names, const Clock& its_clock,
          const std::string& its_ca_file, std::optional<Proxy> its_proxy)
        : slot(watch),
          names(its_names),
          clock(its_clock),
          ca_file(its_ca_file),
          proxy(std::move(its_proxy)),
          trust(trust_store(ca_file)) {}

    Line& line_to(const Endpoint& endpoint);
    void connect(Line& line, std::chrono::milliseconds timeout);
    void renew_trust();
    void renew_tls(Line& line);
    void exchange(Line& line, const HttpRequest& request, HttpResponse& response, bool& answered);
    void hang_up(Line& line) noexcept;
    [[noreturn]] void fail(const HttpRequest& request, bool stale, const std::string& why);

    DeadlineWatch::Slot slot;
    NameLookup& names;
    const Clock& clock;
    const std::string ca_file;
    const std::optional<Proxy> proxy;
    std::shared_ptr<X509_STORE> trust;
    std::vector<Line> lines;
};

PocoHttpClient::PocoHttpClient(DeadlineWatch& watch, NameLookup& names, const Clock& clock,
                               const std::string& ca_file, std::optional<Proxy> proxy)
    : state_(std::make_unique<State>(watch, names, clock, ca_file, std::move(proxy))) {}

PocoHttpClient::~PocoHttpClient() = default;

/// The line to that endpoint. Hangs up all that have been idle for too long.
Line& PocoHttpClient::State::line_to(const Endpoint& endpoint) {
    const SteadyTime now = clock.steady();
    for (Line& line : lines) {
        if (line.connection && now - line.used_at >= kIdleMax) line.connection.reset();
    }
    for (Line& line : lines) {
        if (line.endpoint == endpoint) return line;
    }
    if (lines.size() == kEndpointsMax) {
        lines.erase(std::min_element(lines.begin(), lines.end(), [](const Line& a, const Line& b) {
            return a.used_at < b.used_at;
        }));
    }
    return lines.emplace_back(Line{endpoint, {}, nullptr, now, now});
}

/// Takes up a file of certificates that has changed. Nothing that the old one vouched for is
/// resumed.
void PocoHttpClient::State::renew_trust() {
    try {
        const std::shared_ptr<X509_STORE> now = trust_store(ca_file);
        if (now == trust) return;
        trust = now;
    } catch (const catalog::Unusable& error) {
        throw catalog::Refused(error.what());
    }
    for (Line& line : lines) line.tls = {};
}

/// What the next handshake of the line goes by.
void PocoHttpClient::State::renew_tls(Line& line) {
    renew_trust();
    if (line.tls.context.isNull())
        line.tls.context = make_tls_client(line.endpoint.host, trust.get());
    if (clock.steady() - line.verified_at >= kVerifiedMax) line.tls.session = nullptr;
}

void PocoHttpClient::State::connect(Line& line, std::chrono::milliseconds timeout) {
    if (line.endpoint.tls) renew_tls(line);
    // Should the handshake fail, the next one is a whole one.
    const bool direct = !proxy || proxy->bypassed_for(line.endpoint);
    const Route route{direct ? nullptr : &*proxy,
                      {line.tls.context, std::exchange(line.tls.session, nullptr)}};
    line.connection = std::make_unique<HttpConnection>(line.endpoint, route, names, slot, timeout);
    if (line.endpoint.tls && !line.connection->resumed()) line.verified_at = clock.steady();
}

/// `answered` becomes true with the first byte.
void PocoHttpClient::State::exchange(Line& line, const HttpRequest& request, HttpResponse& response,
                                     bool& answered) {
    if (slot.cut() != Cut::no) throw catalog::Retryable("not begun");
    if (line.connection) {
        slot.use(line.connection->descriptor());
    } else {
        connect(line, request.timeout);
    }
    line.connection->send_request(request);
    answered = line.connection->await_answer();
    if (!answered) throw catalog::Retryable("the connection ended without an answer");
    const bool keep = line.connection->take_answer(request, response);
    // Where the watch has ended the connection, that may have passed for the answer's end.
    if (slot.end() != Cut::no) throw catalog::Retryable("cut off");
    // With TLS 1.3 it comes with the first answer.
    if (line.tls.session.isNull()) line.tls.session = line.connection->tls_session();
    if (!keep) line.connection.reset();
}

void PocoHttpClient::State::hang_up(Line& line) noexcept {
    slot.use(-1);
    if (line.connection) line.connection->abandon();
    line.connection.reset();
    ERR_clear_error();  // Poco leaves some of OpenSSL's behind, which would belie the next
}

/// Tells why no whole answer came. Poco's exceptions name host and address at most, no query and no
/// headers; neither do ours.
void PocoHttpClient::State::fail(const HttpRequest& request, bool stale, const std::string& why) {
    const std::string url = request.endpoint.url();
    switch (slot.end()) {
        case Cut::late:
            throw catalog::Retryable(url + ": no whole answer in time, which is " +
                                     std::to_string(request.timeout.count()) + " ms");
        case Cut::stopped:
            throw catalog::Retryable(url + ": the request was ended, for shutdown");
        case Cut::no:
            break;
    }
    if (const char* complaint = certificate_complaint()) {
        throw catalog::Refused("the certificate of " + request.endpoint.host +
                               " does not verify: " + complaint);
    }
    if (stale) throw StaleConnection(url + ": the kept connection had ended: " + why);
    throw catalog::Retryable(url + ": " + why);
}

void PocoHttpClient::send(const HttpRequest& request, HttpResponse& response) {
    State& state = *state_;
    Line& line = state.line_to(request.endpoint);
    const bool reused = line.connection != nullptr;
    bool answered = false;
    forget_certificate_complaint();
    ERR_clear_error();  // others may have left some
    state.slot.begin(request.timeout);
    try {
        state.exchange(line, request, response, answered);
        line.used_at = state.clock.steady();
    } catch (const catalog::Refused&) {
        state.hang_up(line);
        state.slot.end();
        throw;
    } catch (const Poco::Exception& error) {
        state.hang_up(line);
        state.fail(request, reused && !answered, error.displayText());
    } catch (const std::exception& error) {
        state.hang_up(line);
        state.fail(request, reused && !answered, error.what());
    }
}

}  // namespace vodcatalog
