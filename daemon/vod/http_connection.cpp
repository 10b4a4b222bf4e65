#include "daemon/vod/http_connection.h"

#include <Poco/Exception.h>
#include <Poco/Net/IPAddress.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "catalog/error.h"
#include "daemon/vod/ascii_case.h"
#include "daemon/vod/http_head.h"
#include "daemon/vod/poco_http_client.h"

namespace vodcatalog {
namespace {

namespace net = Poco::Net;
using std::chrono::milliseconds;

constexpr std::size_t kHeadBytesMax = 64 * 1024;
constexpr std::size_t kLineBytesMax = 1024;  // of the chunked coding
constexpr int kInterimMax = 10;              // answers like "100 Continue" before the real one
constexpr int kTrailersMax = 50;
constexpr std::size_t kPieceBytes = 16 * 1024;
constexpr std::string_view kSignedPrefix = "x-acs-";
constexpr int kEnd = std::char_traits<char>::eof();
/// Poco's own time-outs stand behind the deadline, should its thread not get to run.
constexpr milliseconds kGrace{1'000};

Poco::Timespan timespan(milliseconds time) {
    return {std::chrono::microseconds(time).count()};
}

[[noreturn]] void refuse(const std::string& why) {
    throw catalog::Retryable("the answer is refused: " + why);
}

TcpConnection reach(const std::string& host, std::uint16_t port, NameLookup& names,
                    DeadlineWatch::Slot& slot) {
    try {
        return {names.find(host, slot), port, slot};
    } catch (...) {
        names.forget(host);
        throw;
    }
}

net::SecureStreamSocket shake_hands(const net::StreamSocket& tcp, const std::string& host,
                                    const TlsChoice& tls) {
    net::IPAddress address;
    const bool is_name = !net::IPAddress::tryParse(host, address);
    // For an address Poco uses the peer's own; RFC 6066 wants none in the handshake.
    return net::SecureStreamSocket::attach(tcp, is_name ? host : "", tls.context, tls.session);
}

catalog::Retryable of_proxy(const Proxy& proxy, const std::string& why) {
    return catalog::Retryable("the proxy " + proxy.url() + ": " + why);
}

TcpConnection reach(const Proxy& proxy, NameLookup& names, DeadlineWatch::Slot& slot) {
    try {
        return reach(proxy.host, proxy.port, names, slot);
    } catch (const catalog::Retryable& error) {
        throw of_proxy(proxy, error.what());
    }
}

/// What a proxy's answer to CONNECT means.
void check_tunnel(const Proxy& proxy, const std::string& target, int status) {
    if (status < 300) return;
    const std::string what = "the proxy " + proxy.url() + " answers " + std::to_string(status);
    if (status == 407) {
        throw ProxyRefused(what + (proxy.username.empty()
                                       ? ": it wants a user name and password; give both"
                                       : ": it does not accept the user name and password (or not "
                                         "by Basic); mend them"));
    }
    if (status == 403) {
        throw ProxyRefused(what + ": nobody may connect to " + target + "; have it allowed there");
    }
    throw catalog::Retryable(what + ", and gives no connection to " + target);
}

bool breaks_head(std::string_view text) noexcept {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

/// V3 signs in headers, V1 among the parameters.
bool is_signed(const HttpRequest& request) {
    const auto tells = [](const auto& header) {
        const std::string_view name = header.first;
        return equal_in_any_case(name, "authorization") ||
               equal_in_any_case(name.substr(0, kSignedPrefix.size()), kSignedPrefix);
    };
    return std::any_of(request.headers.begin(), request.headers.end(), tells) ||
           request.target.find("Signature=") != std::string::npos ||
           request.body.find("Signature=") != std::string::npos;
}

/// The last look before a signature leaves. Whatever went wrong before, it goes where it was signed
/// for, and nobody on the way can read it.
void check_destination(const HttpRequest& request, const Endpoint& endpoint, bool secure) {
    if (!secure && !endpoint.loopback()) {
        throw catalog::Refused("a signed request must not go over plain HTTP to " + endpoint.host);
    }
    const auto is_host = [](const auto& header) { return equal_in_any_case(header.first, "host"); };
    const auto host = std::find_if(request.headers.begin(), request.headers.end(), is_host);
    const bool whole = host != request.headers.end() &&
                       std::none_of(host + 1, request.headers.end(), is_host) &&
                       request.target.starts_with('/');
    if (!whole || request.endpoint != endpoint || host->second != endpoint.authority()) {
        throw catalog::Refused("a signed request for another host must not go to " + endpoint.host);
    }
}

std::size_t chunk_size(std::string_view line) {
    std::size_t size = 0;
    const char* end = line.data() + line.size();
    const auto [stop, error] = std::from_chars(line.data(), end, size, 16);
    if (error != std::errc{} || (stop != end && *stop != ';' && *stop != ' ' && *stop != '\t')) {
        refuse("its chunks are unreadable");
    }
    return size;
}

[[noreturn]] void refuse_as_too_long(std::size_t body_bytes_max) {
    refuse("it is longer than " + std::to_string(body_bytes_max) + " bytes");
}

}  // namespace

HttpConnection::HttpConnection(const Endpoint& endpoint, const Route& route, NameLookup& names,
                               DeadlineWatch::Slot& slot, milliseconds timeout)
    : HTTPClientSession(endpoint.host, endpoint.port),
      endpoint_(endpoint),
      secure_(!route.tls.context.isNull()),
      tcp_(route.proxy == nullptr ? reach(endpoint.host, endpoint.port, names, slot)
                                  : reach(*route.proxy, names, slot)) {
    setKeepAlive(true);
    try {
        attachSocket(tcp_.socket());
        set_timeouts(timeout);
        if (route.proxy != nullptr) open_tunnel(*route.proxy);
        if (secure_) {
            attachSocket(shake_hands(tcp_.socket(), endpoint.host, route.tls));
            set_timeouts(timeout);
        }
    } catch (...) {
        slot.use(-1);
        throw;
    }
}

/// Not by Poco's proxyConnect(), which makes one kind of exception of all other answers.
void HttpConnection::open_tunnel(const Proxy& proxy) {
    const std::string target = endpoint_.host_and_port();
    std::string head = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n";
    if (!proxy.username.empty()) head += "Proxy-Authorization: " + proxy.authorization() + "\r\n";
    head += "\r\n";
    HttpResponse response;
    try {
        write(head.data(), static_cast<std::streamsize>(head.size()));
        // What it says about a body is of no account: a success has none, and a page is for nobody.
        (void)take_final_head(std::numeric_limits<std::size_t>::max(), response);
        if (response.status < 300 && buffered() > 0) refuse("it talks on");
    } catch (const Poco::Exception& error) {
        throw of_proxy(proxy, error.displayText());
    } catch (const catalog::Retryable& error) {
        throw of_proxy(proxy, error.what());
    }
    check_tunnel(proxy, target, response.status);
}

void HttpConnection::set_timeouts(milliseconds timeout) {
    socket().setReceiveTimeout(timespan(timeout + kGrace));
    socket().setSendTimeout(timespan(timeout + kGrace));
    timeout_ = timeout;
}

net::Session::Ptr HttpConnection::tls_session() {
    if (!secure_) return {};
    const net::Session::Ptr session = net::SecureStreamSocket(socket()).currentSession();
    const bool good = !session.isNull() && SSL_SESSION_is_resumable(session->sslSession()) == 1;
    return good ? session : net::Session::Ptr{};
}

bool HttpConnection::resumed() {
    return secure_ && net::SecureStreamSocket(socket()).sessionWasReused();
}

void HttpConnection::abandon() noexcept {
    ::shutdown(descriptor(), SHUT_RDWR);
}

void HttpConnection::send_request(const HttpRequest& request) {
    if (request.timeout != timeout_) set_timeouts(request.timeout);
    if (is_signed(request)) check_destination(request, endpoint_, secure_);
    if (breaks_head(request.method) || breaks_head(request.target)) {
        throw catalog::Refused("the request has a line break in its first line");
    }
    const auto add = [this](const auto&... pieces) { (sent_.append(pieces), ...); };
    sent_.clear();
    add(request.method, " ", request.target, " HTTP/1.1\r\n");
    for (const auto& [name, value] : request.headers) {
        if (breaks_head(name) || breaks_head(value)) {
            throw catalog::Refused("a header of the request has a line break in it");
        }
        add(name, ": ", value, "\r\n");
    }
    add("Accept-Encoding: gzip\r\nContent-Length: ", std::to_string(request.body.size()),
        "\r\n\r\n", request.body);
    // Not HTTPClientSession's, which may close and reconnect. Head and body are one packet, if
    // small.
    const auto size = static_cast<int>(sent_.size());
    if (socket().sendBytes(sent_.data(), size) != size) {
        throw catalog::Retryable("the request could not be sent whole");
    }
}

bool HttpConnection::await_answer() {
    peek();
    return buffered() > 0;
}

HttpHead HttpConnection::take_final_head(std::size_t body_bytes_max, HttpResponse& response) {
    for (int interim = 0; interim <= kInterimMax; ++interim) {
        take_head();
        const HttpHead head =
            parse_head(head_, PocoHttpClient::kHeadersMax, body_bytes_max, response);
        if (response.status == 101) refuse("it switches to another protocol");
        if (response.status >= 200) return head;
    }
    refuse("it is put off again and again");
}

bool HttpConnection::take_answer(const HttpRequest& request, HttpResponse& response) {
    HttpHead head = take_final_head(request.body_bytes_max, response);
    response.body.clear();
    packed_.clear();
    std::string& body = head.gzip ? packed_ : response.body;
    if (!head.has_body) {
        head.keep_alive &= head.length.value_or(0) == 0 && !head.chunked;
    } else if (head.chunked) {
        take_chunks(body, request.body_bytes_max);
    } else if (head.length) {
        take_bytes(body, *head.length);
    } else {
        take_to_end(body, request.body_bytes_max);
        head.keep_alive = false;
    }
    if (!packed_.empty()) {
        if (!gunzip_) gunzip_.emplace();
        gunzip_->unpack(packed_, response.body, request.body_bytes_max);
    }
    // What comes after the answer would be taken for the next one.
    return head.keep_alive && buffered() == 0;
}

void HttpConnection::take_head() {
    head_.clear();
    std::size_t line = 0;  // where it begins
    while (true) {
        const int c = get();
        if (c == kEnd) refuse("its head is cut off");
        if (head_.size() == kHeadBytesMax) {
            refuse("its head is longer than " + std::to_string(kHeadBytesMax) + " bytes");
        }
        head_ += static_cast<char>(c);
        if (c != '\n') continue;
        const std::string_view end = std::string_view(head_).substr(line);
        if (end == "\r\n" || end == "\n") return;
        line = head_.size();
    }
}

void HttpConnection::take_line(std::string& line) {
    line.clear();
    for (int c = get(); c != '\n'; c = get()) {
        if (c == kEnd) refuse("its chunks are cut off");
        if (line.size() == kLineBytesMax) refuse("its chunks are unreadable");
        line += static_cast<char>(c);
    }
    if (line.ends_with('\r')) line.pop_back();
}

void HttpConnection::take_bytes(std::string& body, std::size_t size) {
    while (size > 0) {
        const std::size_t before = body.size();
        body.resize(before + std::min(size, kPieceBytes));
        const int taken =
            read(body.data() + before, static_cast<std::streamsize>(body.size() - before));
        body.resize(before + static_cast<std::size_t>(std::max(taken, 0)));
        if (taken <= 0) {
            refuse("it ends after " + std::to_string(body.size()) + " bytes, " +
                   std::to_string(size) + " too early");
        }
        size -= static_cast<std::size_t>(taken);
    }
}

void HttpConnection::take_chunks(std::string& body, std::size_t body_bytes_max) {
    std::string line;
    while (true) {
        take_line(line);
        const std::size_t size = chunk_size(line);
        if (size == 0) break;
        if (size > body_bytes_max - body.size()) refuse_as_too_long(body_bytes_max);
        take_bytes(body, size);
        take_line(line);
        if (!line.empty()) refuse("its chunks are unreadable");
    }
    for (int trailers = 0; take_line(line), !line.empty(); ++trailers) {
        if (trailers == kTrailersMax) refuse("it has too many trailers");
    }
}

void HttpConnection::take_to_end(std::string& body, std::size_t body_bytes_max) {
    while (true) {
        const std::size_t before = body.size();
        body.resize(before + kPieceBytes);
        const int taken = read(body.data() + before, static_cast<std::streamsize>(kPieceBytes));
        body.resize(before + static_cast<std::size_t>(std::max(taken, 0)));
        if (taken <= 0) return;
        if (body.size() > body_bytes_max) refuse_as_too_long(body_bytes_max);
    }
}

}  // namespace vodcatalog
