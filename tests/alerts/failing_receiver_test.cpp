#include <functional>

#include "daemon/alerts/alertmanager_channel.h"
#include "daemon/alerts/email_channel.h"
#include "daemon/alerts/webhook_channel.h"
#include "tests/alerts/alerts_world.h"
#include "tests/world/raw_server.h"

namespace vodcatalog {
namespace {

using Kind = Delivery::Kind;
using world::RawConnection;
using world::RawServer;

std::string answer(const std::string& status, const std::string& headers = "",
                   const std::string& body = "") {
    return "HTTP/1.1 " + status + "\r\n" + headers +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// Each way in which a receiver on the network can fail, for each channel that uses it. All of them
/// hold a token that nothing may show.
class FailingReceiverTest : public AlertsWorld {
protected:
    using Make = std::function<std::unique_ptr<Channel>(std::uint16_t port)>;

    std::vector<Make> http_channels() {
        const auto url = [](std::uint16_t port) {
            return [port] {
                return "http://127.0.0.1:" + std::to_string(port) + "/canary-0123456789?t=canary-t";
            };
        };
        return {[this, url](std::uint16_t port) -> std::unique_ptr<Channel> {
                    WebhookSettings settings;
                    settings.url = url(port);
                    settings.timeout = timeout_;
                    return std::make_unique<WebhookChannel>(settings, http(), redactor_, clock_);
                },
                [this, url](std::uint16_t port) -> std::unique_ptr<Channel> {
                    AlertmanagerSettings settings;
                    settings.url = url(port);
                    settings.timeout = timeout_;
                    return std::make_unique<AlertmanagerChannel>(settings, http(), redactor_,
                                                                 clock_);
                }};
    }
    Make email_channel() {
        return [this](std::uint16_t port) -> std::unique_ptr<Channel> {
            EmailSettings settings;
            settings.server = {"127.0.0.1", port, SmtpTls::none};
            settings.username = "canary";
            settings.password = [] { return "canary-password"; };
            settings.from = settings.username + "@example.com";
            settings.to = {"oncall@example.com"};
            settings.timeout = timeout_;
            return std::make_unique<EmailChannel>(settings, watch_, names_, redactor_, clock_);
        };
    }
    Delivery told(const Make& make, std::uint16_t port) {
        const auto channel = make(port);
        const SteadyTime begun = clock_.steady();
        const Delivery delivery = channel->deliver(make_notice());
        EXPECT_LT(clock_.steady() - begun, std::chrono::seconds{20});
        EXPECT_EQ(shown(delivery).find("canary-"), std::string::npos) << delivery.error;
        return delivery;
    }
    void expect_all(const std::vector<Make>& channels, const RawServer::Behaviour& behave,
                    Kind kind, const std::string& words) {
        for (const Make& make : channels) {
            RawServer server(behave);
            const Delivery delivery = told(make, server.port());
            EXPECT_EQ(delivery.kind, kind) << delivery.error;
            EXPECT_NE(delivery.error.find(words), std::string::npos)
                << '"' << delivery.error << "\" says nothing of " << words;
        }
    }
    /// Of a receiver that takes the request first.
    void expect_http(std::function<void(RawConnection&)> act, Kind kind, const std::string& words) {
        expect_all(
            http_channels(),
            [act = std::move(act)](RawConnection& connection, int) {
                if (!connection.request().empty()) act(connection);
            },
            kind, words);
    }
    void expect_http(const std::string& text, Kind kind, const std::string& words) {
        expect_http([text](RawConnection& connection) { connection.send(text); }, kind, words);
    }

    std::chrono::milliseconds timeout_{500};
};

TEST_F(FailingReceiverTest, ItTakesTheMessage) {
    timeout_ = std::chrono::seconds{30};
    expect_http(answer("200 OK"), Kind::delivered, "");
}

TEST_F(FailingReceiverTest, ItRefusesTheConnection) {
    std::uint16_t port = 0;
    { port = world::RawListener(1).port(); }
    for (const Make& make : http_channels()) EXPECT_EQ(told(make, port).kind, Kind::retry_later);
    EXPECT_EQ(told(email_channel(), port).kind, Kind::retry_later);
}

TEST_F(FailingReceiverTest, ItTakesTheConnectionAndSaysNothing) {
    const auto silent = [](RawConnection& connection, int) { connection.wait_until_client_goes(); };
    expect_all(http_channels(), silent, Kind::retry_later, "in time, which is 500 ms");
    expect_all({email_channel()}, silent, Kind::retry_later, "in time, which is 500 ms");
}

TEST_F(FailingReceiverTest, ItAnswersErrors) {
    timeout_ = std::chrono::seconds{30};
    expect_http(answer("500 Oops", "", "canary-0123456789 broke"), Kind::retry_later, "HTTP 500");
    expect_http(answer("429 Slow", "Retry-After: 30\r\n"), Kind::retry_later, "HTTP 429");
    expect_http(answer("302 Over there", "Location: http://127.0.0.1:1/\r\n"), Kind::retry_later,
                "HTTP 302");
    expect_http(answer("400 Bad", "", "no such field"), Kind::refused, "no such field");
    RawServer server([](RawConnection& connection, int) {
        if (!connection.request().empty())
            connection.send(answer("429 Slow", "Retry-After: 30\r\n"));
    });
    EXPECT_EQ(told(http_channels().front(), server.port()).retry_after, std::chrono::seconds{30});
}

TEST_F(FailingReceiverTest, ItCutsTheConnection) {
    timeout_ = std::chrono::seconds{30};
    expect_http([](RawConnection&) {}, Kind::retry_later, "");
    expect_http([](RawConnection& connection) { connection.reset_at_end(); }, Kind::retry_later,
                "");
    expect_http("HTTP/1.1 200 O", Kind::retry_later, "");
    expect_http("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", Kind::retry_later, "");
    const auto cut_at = [](const std::string& text) {
        return [text](RawConnection& connection, int) {
            connection.send(text);
            connection.reset_at_end();
        };
    };
    for (const std::string text : {"", "220", "220 mail\r\n", "220 mail\r\n250-half\r\n"}) {
        expect_all({email_channel()}, cut_at(text), Kind::retry_later, "127.0.0.1: ");
    }
}

TEST_F(FailingReceiverTest, ItDripsItsAnswer) {
    expect_http([](RawConnection& connection) { connection.drip("HTTP/1.1 200 OK\r\nX: y\r\n"); },
                Kind::retry_later, "in time");
    expect_all(
        {email_channel()},
        [](RawConnection& connection, int) { connection.drip("220-still greeting\r\n"); },
        Kind::retry_later, "");
}

TEST_F(FailingReceiverTest, ItsAnswerIsHuge) {
    timeout_ = std::chrono::seconds{30};
    expect_http(
        [](RawConnection& connection) {
            connection.send("HTTP/1.1 200 OK\r\n\r\n");
            connection.send_for_ever(std::string(64 * 1024, 'x'));
        },
        Kind::retry_later, "longer than 65536 bytes");
    expect_all(
        {email_channel()},
        [](RawConnection& connection, int) { connection.send_for_ever(std::string(65'536, 'x')); },
        Kind::retry_later, "a line without end");
    expect_all(
        {email_channel()},
        [](RawConnection& connection, int) { connection.send_for_ever("220-more\r\n"); },
        Kind::retry_later, "does not end");
}

TEST_F(FailingReceiverTest, ItSpeaksSomethingElse) {
    timeout_ = std::chrono::seconds{30};
    expect_http("220 mail.example.com ESMTP\r\n", Kind::retry_later, "");
    expect_all(
        {email_channel()},
        [](RawConnection& connection, int) { connection.send(answer("200 OK")); },
        Kind::retry_later, "does not speak SMTP");
}

TEST_F(FailingReceiverTest, TheDaemonEndsMeanwhile) {
    timeout_ = std::chrono::minutes{10};
    std::vector<Make> all = http_channels();
    all.push_back(email_channel());
    for (const Make& make : all) {
        RawServer server([this](RawConnection& connection, int) {
            watch_.abort_all();
            connection.wait_until_client_goes();
        });
        EXPECT_EQ(told(make, server.port()).kind, Kind::retry_later);
    }
}

}  // namespace
}  // namespace vodcatalog
