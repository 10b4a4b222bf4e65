#pragma once

#include <openssl/ssl.h>

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/world/certificates.h"
#include "tests/world/raw_server.h"

namespace world {

/// How a mail server behaves. `answers` replaces the usual answer to a command, by its first word
/// ("EHLO", "AUTH", "RCPT", "."), or the greeting ("").
struct MailManners {
    bool offers_starttls = true;
    bool tls_at_once = false;
    std::string auth = "AUTH PLAIN LOGIN";
    std::map<std::string, std::string> answers;
    std::string after_starttls;  ///< In plain text, in the same packet as the yes to STARTTLS.
    bool cuts_at_data = false;   ///< The connection ends instead of an answer to the message.
};

/// A mail server on loopback that keeps what it was told.
class MailServer {
public:
    MailServer(MailManners manners, const Certificate& certificate)
        : manners_(std::move(manners)),
          context_(SSL_CTX_new(TLS_server_method()), SSL_CTX_free),
          server_([this](RawConnection& connection, int) { serve(connection); }) {
        SSL_CTX_use_certificate(context_.get(), certificate.x509());
        SSL_CTX_use_PrivateKey(context_.get(), certificate.key());
    }

    [[nodiscard]] std::uint16_t port() const noexcept { return server_.port(); }
    /// Every command and every line of a message, those that came encrypted with "tls: " before.
    [[nodiscard]] std::vector<std::string> lines() const {
        const std::lock_guard lock(mutex_);
        return lines_;
    }
    [[nodiscard]] int connections() const { return server_.accepted(); }

private:
    /// One conversation.
    struct Talk {
        explicit Talk(RawConnection& its) : connection(its) {}

        RawConnection& connection;
        std::unique_ptr<SSL, void (*)(SSL*)> tls{nullptr, SSL_free};
        std::string received;

        bool shake_hands(SSL_CTX* context) {
            tls.reset(SSL_new(context));
            SSL_set_fd(tls.get(), connection.socket());
            return SSL_accept(tls.get()) == 1;
        }
        bool say(const std::string& text) {
            if (!tls) return connection.send(text);
            return SSL_write(tls.get(), text.data(), static_cast<int>(text.size())) > 0;
        }
        std::optional<std::string> line() {
            char buffer[4096];
            while (received.find("\r\n") == std::string::npos) {
                const auto size = tls ? SSL_read(tls.get(), buffer, sizeof buffer)
                                      : ::recv(connection.socket(), buffer, sizeof buffer, 0);
                if (size <= 0) return std::nullopt;
                received.append(buffer, static_cast<std::size_t>(size));
            }
            std::string text = received.substr(0, received.find("\r\n"));
            received.erase(0, text.size() + 2);
            return text;
        }
    };

    void serve(RawConnection& connection) {
        Talk talk(connection);
        if (manners_.tls_at_once && !talk.shake_hands(context_.get())) return;
        if (!talk.say(answer("", "220 mail.example.com ESMTP"))) return;
        while (const auto line = talk.line()) {
            note(talk, *line);
            if (!follow(talk, *line)) return;
        }
    }
    bool follow(Talk& talk, const std::string& line) {
        const std::string word = line.substr(0, line.find(' '));
        if (word == "STARTTLS") {
            return talk.say("220 go ahead\r\n" + manners_.after_starttls) &&
                   talk.shake_hands(context_.get());
        }
        if (word == "EHLO") return talk.say(answer(word, features(talk)));
        if (word == "AUTH" && line == "AUTH LOGIN") return login(talk);
        if (word == "AUTH") return talk.say(answer(word, "235 good"));
        if (word != "DATA") return talk.say(answer(word, "250 good"));
        if (!talk.say(answer(word, "354 go on"))) return false;
        for (auto text = talk.line(); text; text = talk.line()) {
            note(talk, *text);
            if (*text == ".") return !manners_.cuts_at_data && talk.say(answer(".", "250 taken"));
        }
        return false;
    }
    bool login(Talk& talk) {
        for (const std::string question : {"334 VXNlcm5hbWU6\r\n", "334 UGFzc3dvcmQ6\r\n"}) {
            if (!talk.say(question)) return false;
            const auto line = talk.line();
            if (!line) return false;
            note(talk, *line);
        }
        return talk.say(answer("AUTH", "235 good"));
    }
    [[nodiscard]] std::string features(const Talk& talk) const {
        std::string text = "250-mail.example.com\r\n";
        if (manners_.offers_starttls && !talk.tls) text += "250-STARTTLS\r\n";
        return text + "250-" + manners_.auth + "\r\n250 SIZE 1000000";
    }
    [[nodiscard]] std::string answer(const std::string& word, const std::string& usual) const {
        const auto other = manners_.answers.find(word);
        return (other == manners_.answers.end() ? usual : other->second) + "\r\n";
    }
    void note(const Talk& talk, const std::string& line) {
        const std::lock_guard lock(mutex_);
        lines_.push_back((talk.tls ? "tls: " : "") + line);
    }

    const MailManners manners_;
    std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_;
    mutable std::mutex mutex_;
    std::vector<std::string> lines_;  // guarded by mutex_
    RawServer server_;                // last: its threads use all the others
};

}  // namespace world
