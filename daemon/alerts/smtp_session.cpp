#include "daemon/alerts/smtp_session.h"

#include <Poco/Net/IPAddress.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/String.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/socket.h>

#include <algorithm>

#include "daemon/vod/tls_client.h"

namespace vodcatalog {
namespace {

namespace net = Poco::Net;

constexpr int kPieceBytes = 4 * 1024;
/// Poco's own time-outs stand behind the deadline, should its thread not get to run.
constexpr std::chrono::minutes kGrace{5};

std::string base64(std::string_view bytes) {
    std::string out(4 * (bytes.size() / 3 + 1) + 1, '\0');
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(size));
    return out;
}

/// With a dot more before each line that begins with one (RFC 5321, 4.5.2), and the end.
std::string dotted(std::string_view message) {
    std::string out;
    while (!message.empty()) {
        const std::size_t end = message.find("\r\n");
        const std::string_view text = message.substr(0, end);
        if (text.starts_with('.')) out += '.';
        out.append(text).append("\r\n");
        message.remove_prefix(end == std::string_view::npos ? message.size() : end + 2);
    }
    return out + ".\r\n";
}

}  // namespace

SmtpSession::SmtpSession(const SmtpServer& server, X509_STORE* trust, NameLookup& names,
                         DeadlineWatch::Slot& slot)
    : server_(server),
      slot_(slot),
      tcp_(names.find(server.host, slot), server.port, slot),
      socket_(tcp_.socket()) {
    try {
        const Poco::Timespan grace(std::chrono::microseconds(kGrace).count());
        socket_.setReceiveTimeout(grace);
        socket_.setSendTimeout(grace);
        if (server_.tls == SmtpTls::implicit) shake_hands(trust);
        expect("the greeting", 220);
        hello();
        if (server_.tls == SmtpTls::starttls) start_tls(trust);
    } catch (...) {
        slot_.use(-1);
        throw;
    }
}

SmtpSession::~SmtpSession() {
    slot_.use(-1);
    // So that ending the encrypted part sends and waits for nothing.
    ::shutdown(tcp_.descriptor(), SHUT_RDWR);
}

void SmtpSession::shake_hands(X509_STORE* trust) {
    net::IPAddress address;
    const bool is_name = !net::IPAddress::tryParse(server_.host, address);
    forget_certificate_complaint();
    try {
        socket_ = net::SecureStreamSocket::attach(tcp_.socket(), is_name ? server_.host : "",
                                                  make_tls_client(server_.host, trust));
    } catch (const Poco::Exception&) {
        const char* const complaint = certificate_complaint();
        if (complaint == nullptr) throw;
        throw catalog::Retryable(
            fmt::format("the certificate of {} does not verify: {}", server_.host, complaint));
    }
}

void SmtpSession::start_tls(X509_STORE* trust) {
    if (!offers("STARTTLS")) {
        throw catalog::Retryable(
            "the server offers no STARTTLS; without it nothing is sent (set tls: implicit if it "
            "takes TLS from the first byte)");
    }
    command("STARTTLS", "STARTTLS", 220);
    // Somebody on the way has put it there, to be taken for part of what is encrypted.
    if (!received_.empty()) {
        throw catalog::Retryable("the server wrote on in plain text after its yes to STARTTLS");
    }
    shake_hands(trust);
    hello();
}

void SmtpSession::hello() {
    offered_.clear();
    // This machine may have no name that the world knows; an address is as good (RFC 5321, 4.1.3).
    const net::IPAddress address = socket_.address().host();
    const char* const kind = address.family() == net::AddressFamily::IPv6 ? "IPv6:" : "";
    write(fmt::format("EHLO [{}{}]\r\n", kind, address.toString()));
    const Reply answer = expect("EHLO", 250);
    std::string_view rest = answer.text;
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        offered_.push_back(Poco::toUpper(std::string(rest.substr(0, end))));
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
}

bool SmtpSession::offers(std::string_view word, std::string_view argument) const {
    return std::any_of(offered_.begin(), offered_.end(), [&](const std::string& line) {
        if (line != word && !line.starts_with(std::string(word) + " ")) return false;
        return argument.empty() ||
               (line + " ").find(" " + std::string(argument) + " ") != std::string::npos;
    });
}

void SmtpSession::write(std::string_view text) {
    while (!text.empty()) {
        const int size = socket_.sendBytes(text.data(), static_cast<int>(text.size()));
        if (size <= 0) throw catalog::Retryable("the connection ended");
        text.remove_prefix(static_cast<std::size_t>(size));
    }
}

std::string SmtpSession::line() {
    while (true) {
        const std::size_t end = received_.find('\n');
        if (end != std::string::npos) {
            std::string text = received_.substr(0, end);
            received_.erase(0, end + 1);
            if (text.ends_with('\r')) text.pop_back();
            return text;
        }
        if (received_.size() > kLineBytesMax) {
            throw catalog::Retryable("the server's answer has a line without end");
        }
        char piece[kPieceBytes];
        const int size = socket_.receiveBytes(piece, kPieceBytes);
        if (size <= 0) throw catalog::Retryable("the connection ended in the middle of an answer");
        received_.append(piece, static_cast<std::size_t>(size));
    }
}

SmtpSession::Reply SmtpSession::reply() {
    Reply answer;
    for (int lines = 0; lines < kLinesMax; ++lines) {
        const std::string text = line();
        const bool good = text.size() >= 3 && text.find_first_not_of("0123456789") >= 3 &&
                          (text.size() == 3 || text[3] == ' ' || text[3] == '-');
        if (!good) throw catalog::Retryable("the server does not speak SMTP");
        answer.code = std::stoi(text.substr(0, 3));
        if (text.size() > 4) answer.text += (answer.text.empty() ? "" : "\n") + text.substr(4);
        if (text.size() == 3 || text[3] == ' ') return answer;
    }
    throw catalog::Retryable("the server's answer does not end");
}

SmtpSession::Reply SmtpSession::expect(std::string_view what, int code) {
    Reply answer = reply();
    if (answer.code == code) return answer;
    throw catalog::Retryable(
        fmt::format("the server answered {} with {} {}", what, answer.code, answer.text));
}

SmtpSession::Reply SmtpSession::command(std::string_view text, std::string_view what, int code) {
    write(std::string(text) + "\r\n");
    return expect(what, code);
}

void SmtpSession::login(const std::string& username, const std::string& password) {
    const std::string zero(1, '\0');
    if (offers("AUTH", "PLAIN") || !offers("AUTH", "LOGIN")) {
        command("AUTH PLAIN " + base64(zero + username + zero + password), "AUTH", 235);
        return;
    }
    command("AUTH LOGIN", "AUTH", 334);
    command(base64(username), "AUTH", 334);
    command(base64(password), "AUTH", 235);
}

void SmtpSession::send(const std::string& from, const std::vector<std::string>& to,
                       const std::string& message) {
    command("MAIL FROM:<" + from + ">", "MAIL FROM", 250);
    bool taken = false;
    std::string refusal;
    for (const std::string& address : to) {
        write("RCPT TO:<" + address + ">\r\n");
        const Reply answer = reply();
        if (answer.code == 250 || answer.code == 251) {
            taken = true;
        } else {
            refusal =
                fmt::format("the server answered RCPT TO with {} {}", answer.code, answer.text);
        }
    }
    if (!taken) throw catalog::Retryable(refusal);
    command("DATA", "DATA", 354);
    write(dotted(message));
    const Reply answer = reply();
    if (answer.code == 250) return;
    const std::string text =
        fmt::format("the server answered the message with {} {}", answer.code, answer.text);
    if (answer.code / 100 == 5) throw SmtpRefused(text);
    throw catalog::Retryable(text);
}

}  // namespace vodcatalog
