#include "daemon/vod/poco_http_client.h"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/NetSSL.h>
#include <Poco/Net/SSLException.h>
#include <Poco/String.h>
#include <Poco/Timespan.h>

#include <algorithm>
#include <charconv>
#include <istream>
#include <mutex>
#include <optional>

namespace vodcatalog {
namespace {

using Poco::Net::HTTPClientSession;
using Poco::Net::HTTPMessage;

Poco::Timespan timespan(std::chrono::nanoseconds time) {
    return {std::max<Poco::Timespan::TimeDiff>(1'000, time.count() / 1'000)};
}

/// Poco's own handlers would ask at the console about a certificate that does not verify.
void initialise_tls_once() {
    static std::once_flag once;
    std::call_once(once, [] { Poco::Net::initializeSSL(); });
}

Poco::Net::Context::Ptr make_context(const std::string& ca_file) {
    initialise_tls_once();
    using Poco::Net::Context;
    try {
        Context::Params parameters;
        parameters.verificationMode = Context::VERIFY_STRICT;
        parameters.verificationDepth = 9;
        parameters.loadDefaultCAs = ca_file.empty();
        parameters.caLocation = ca_file;
        parameters.cipherList = "HIGH:!aNULL:!eNULL:!EXPORT:!MD5:!RC4:!3DES";
        Context::Ptr context = new Context(Context::CLIENT_USE, parameters);
        context->disableProtocols(Context::PROTO_SSLV2 | Context::PROTO_SSLV3 |
                                  Context::PROTO_TLSV1 | Context::PROTO_TLSV1_1);
        context->enableExtendedCertificateVerification(true);
        return context;
    } catch (const Poco::Exception& error) {
        throw catalog::Unusable("ca_file " + ca_file + ": cannot be used (" + error.displayText() +
                                "); give a readable file of PEM certificates");
    }
}

/// The one Content-Length there may be. Throws Retryable for anything that could mean two things.
std::optional<std::size_t> content_length(const HttpResponse& response) {
    std::optional<std::size_t> length;
    for (const auto& [name, value] : response.headers) {
        if (Poco::icompare(name, std::string("Content-Length")) != 0) continue;
        std::size_t bytes = 0;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), bytes);
        if (error != std::errc{} || end != value.data() + value.size() ||
            (length && *length != bytes)) {
            throw catalog::Retryable("the server sent a Content-Length that is no length");
        }
        length = bytes;
    }
    return length;
}

}  // namespace

struct PocoHttpClient::State {
    State(DeadlineWatch& watch, const Clock& its_clock, const std::string& its_ca_file)
        : slot(watch), clock(its_clock), ca_file(its_ca_file) {}

    void connect(const HttpRequest& request, SteadyTime deadline);
    void exchange(const HttpRequest& request, HttpResponse& response, SteadyTime deadline);
    void read_headers(const Poco::Net::HTTPResponse& from, HttpResponse& response) const;
    void read_body(std::istream& from, const HttpRequest& request, HttpResponse& response) const;
    void forget() noexcept;
    [[nodiscard]] bool can_reuse(const HttpRequest& request) const;
    [[noreturn]] void fail(const HttpRequest& request, const std::string& why) const;

    DeadlineWatch::Slot slot;
    const Clock& clock;
    const std::string ca_file;
    Poco::Net::Context::Ptr context;
    std::unique_ptr<HTTPClientSession> session;
    Endpoint endpoint;     ///< Of the session.
    SteadyTime used_at{};  ///< The last whole answer on the session.
};

PocoHttpClient::PocoHttpClient(DeadlineWatch& watch, const Clock& clock, const std::string& ca_file)
    : state_(std::make_unique<State>(watch, clock, ca_file)) {
    if (!ca_file.empty()) state_->context = make_context(ca_file);
}
PocoHttpClient::~PocoHttpClient() = default;

bool PocoHttpClient::State::can_reuse(const HttpRequest& request) const {
    return session && session->connected() && endpoint == request.endpoint &&
           clock.steady() - used_at < kIdleMax;
}

void PocoHttpClient::State::forget() noexcept {
    slot.end();
    session.reset();
}

void PocoHttpClient::State::connect(const HttpRequest& request, SteadyTime deadline) {
    forget();
    endpoint = request.endpoint;
    if (endpoint.tls) {
        if (!context) context = make_context(ca_file);
        session =
            std::make_unique<Poco::Net::HTTPSClientSession>(endpoint.host, endpoint.port, context);
    } else {
        session = std::make_unique<HTTPClientSession>(endpoint.host, endpoint.port);
    }
    session->setKeepAlive(true);
    session->setKeepAliveTimeout(timespan(kIdleMax));
    session->setProxyConfig({});
    const auto left =
        std::max<std::chrono::nanoseconds>(deadline - clock.steady(), std::chrono::milliseconds{1});
    session->setTimeout(timespan(std::min<std::chrono::nanoseconds>(left, kConnectMax)),
                        timespan(left), timespan(left));
}

void PocoHttpClient::State::read_headers(const Poco::Net::HTTPResponse& from,
                                         HttpResponse& response) const {
    response.status = static_cast<int>(from.getStatus());
    response.headers.clear();
    for (const auto& [name, value] : from) response.headers.emplace_back(name, value);
}

void PocoHttpClient::State::read_body(std::istream& from, const HttpRequest& request,
                                      HttpResponse& response) const {
    const auto length = content_length(response);
    if (length && *length > request.body_bytes_max) {
        throw catalog::Retryable("the answer is larger than " +
                                 std::to_string(request.body_bytes_max) + " bytes");
    }
    const auto encoding = response.header("Content-Encoding");
    if (encoding && *encoding != "identity")
        throw catalog::Retryable("the answer is compressed, which was not asked for");
    std::string& body = response.body;
    body.clear();
    for (std::size_t step = length.value_or(16 * 1024) + 1;; step = 64 * 1024) {
        const std::size_t had = body.size();
        body.resize(had + step);
        from.read(body.data() + had, static_cast<std::streamsize>(step));
        body.resize(had + static_cast<std::size_t>(from.gcount()));
        if (body.size() > request.body_bytes_max) {
            throw catalog::Retryable("the answer is larger than " +
                                     std::to_string(request.body_bytes_max) + " bytes");
        }
        if (from.bad() || session->networkException() != nullptr) {
            throw catalog::Retryable("the connection was lost inside the answer");
        }
        if (!from) break;
    }
    const bool has_body = response.status != 204 && response.status != 304;
    if (has_body && length && body.size() != *length) {
        throw catalog::Retryable("the answer ends after " + std::to_string(body.size()) + " of " +
                                 std::to_string(*length) + " bytes");
    }
}

void PocoHttpClient::State::exchange(const HttpRequest& request, HttpResponse& response,
                                     SteadyTime deadline) {
    const auto left =
        std::max<std::chrono::nanoseconds>(deadline - clock.steady(), std::chrono::milliseconds{1});
    session->setTimeout(timespan(std::min<std::chrono::nanoseconds>(left, kConnectMax)),
                        timespan(left), timespan(left));
    if (session->connected()) {
        session->socket().setReceiveTimeout(timespan(left));
        slot.watch(session->socket().impl()->sockfd());
    }
    Poco::Net::HTTPRequest out(request.method, request.target, HTTPMessage::HTTP_1_1);
    for (const auto& [name, value] : request.headers) out.set(name, value);
    out.setKeepAlive(true);
    if (request.method != "GET")
        out.setContentLength(static_cast<std::streamsize>(request.body.size()));
    std::ostream& body = session->sendRequest(out);
    slot.watch(session->socket().impl()->sockfd());
    if (!request.body.empty())
        body.write(request.body.data(), static_cast<std::streamsize>(request.body.size()));
    Poco::Net::HTTPResponse in;
    in.setFieldLimit(static_cast<int>(kHeadersMax));
    std::istream& from = session->receiveResponse(in);
    read_headers(in, response);
    read_body(from, request, response);
    if (!in.getKeepAlive()) forget();
}

void PocoHttpClient::State::fail(const HttpRequest& request, const std::string& why) const {
    const std::string to = request.endpoint.authority();
    if (slot.expired()) throw catalog::Retryable(to + ": no whole answer in time");
    throw catalog::Retryable(to + ": " + why);
}

void PocoHttpClient::send(const HttpRequest& request, HttpResponse& response) {
    State& state = *state_;
    const SteadyTime deadline = state.clock.steady() + request.timeout;
    const bool reused = state.can_reuse(request);
    response.status = 0;
    try {
        if (!reused) state.connect(request, deadline);
        if (!state.slot.begin(deadline)) throw catalog::Retryable("shutting down");
        state.exchange(request, response, deadline);
        state.slot.end();
        state.used_at = state.clock.steady();
        return;
    } catch (const Poco::Net::CertificateValidationException& error) {
        state.forget();
        throw catalog::Refused("the certificate of " + request.endpoint.authority() +
                               " does not verify: " + error.displayText());
    } catch (const Poco::Net::SSLException& error) {
        const std::string text = error.displayText();
        state.forget();
        if (!state.slot.expired() && text.find("certificate verify failed") != std::string::npos) {
            throw catalog::Refused("the certificate of " + request.endpoint.authority() +
                                   " does not verify: " + text);
        }
        state.fail(request, text);
    } catch (const Poco::Exception& error) {
        const std::string text = error.displayText();
        const bool lost = dynamic_cast<const Poco::Net::NetException*>(&error) != nullptr;
        state.forget();
        if (reused && lost && response.status == 0 && !state.slot.expired()) {
            throw StaleConnection(request.endpoint.authority() +
                                  ": the connection had been closed");
        }
        state.fail(request, text);
    } catch (const catalog::Retryable& error) {
        state.forget();
        state.fail(request, error.what());
    } catch (const std::exception& error) {
        state.forget();
        state.fail(request, error.what());
    }
}

}  // namespace vodcatalog
