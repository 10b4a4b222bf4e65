#pragma once

#include <Poco/Net/StreamSocket.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/error.h"
#include "daemon/vod/deadline_watch.h"
#include "daemon/vod/name_lookup.h"
#include "daemon/vod/tcp_connection.h"

typedef struct x509_store_st X509_STORE;

namespace vodcatalog {

enum class SmtpTls {
    starttls,  ///< RFC 3207; a server that does not offer it is not used.
    implicit,  ///< From the first byte, RFC 8314; port 465.
    none,      ///< For a server on loopback alone.
};

struct SmtpServer {
    std::string host;
    std::uint16_t port = 587;
    SmtpTls tls = SmtpTls::starttls;
};

/// The server will not have this message, whenever it is sent (a 5xx for its content).
class SmtpRefused : public catalog::Refused {
public:
    using Refused::Refused;
};

/// One conversation with a mail server (RFC 5321), under the deadline that `slot` has begun. Poco's
/// own session takes answers of any length and drops what belongs to the plain part of a
/// conversation into the encrypted one; sockets, TLS and the message itself are Poco's.
///
/// Everything throws what Poco throws, and catalog::Retryable for an answer that is not good. What
/// the server wrote is in the message.
class SmtpSession {
public:
    static constexpr std::size_t kLineBytesMax = 2'000;  ///< RFC 5321 has 512.
    static constexpr int kLinesMax = 100;                ///< Of one answer.

    /// Connects, is greeted, and starts TLS. `trust`: what to trust; not null. `slot` outlives it.
    SmtpSession(const SmtpServer& server, X509_STORE* trust, NameLookup& names,
                DeadlineWatch::Slot& slot);
    ~SmtpSession();
    SmtpSession(const SmtpSession&) = delete;
    SmtpSession& operator=(const SmtpSession&) = delete;

    /// AUTH PLAIN, or LOGIN where there is no other. Nothing without TLS, but to loopback.
    void login(const std::string& username, const std::string& password);
    /// Sends `message`, whose lines end with CRLF, to those recipients that the server takes: at
    /// least one, otherwise Retryable. Throws SmtpRefused.
    void send(const std::string& from, const std::vector<std::string>& to,
              const std::string& message);

private:
    struct Reply {
        int code = 0;
        std::string text;  ///< Its lines, with blanks between.
    };
    void start_tls(X509_STORE* trust);
    void shake_hands(X509_STORE* trust);
    void hello();
    [[nodiscard]] bool offers(std::string_view word, std::string_view argument = {}) const;
    void write(std::string_view text);
    [[nodiscard]] std::string line();
    [[nodiscard]] Reply reply();
    Reply expect(std::string_view what, int code);
    Reply command(std::string_view text, std::string_view what, int code);

    const SmtpServer server_;
    DeadlineWatch::Slot& slot_;
    const TcpConnection tcp_;
    Poco::Net::StreamSocket socket_;
    std::string received_;  ///< And not read yet.
    std::vector<std::string> offered_;
};

}  // namespace vodcatalog
