#include "daemon/vod/poco_http_client.h"
#include "tests/vod/http_world.h"
#include "tests/world/file.h"

namespace vodcatalog {
namespace {

using namespace std::chrono_literals;

class PocoHttpClientTlsTest : public TlsWorld {
protected:
    /// As if the file were written a while later: its time has not every instant.
    static void renew(const std::filesystem::path& file) {
        std::filesystem::last_write_time(file, std::filesystem::last_write_time(file) + 1s);
    }
};

TEST_F(PocoHttpClientTlsTest, TrustsTheGivenAuthorityAndKeepsTheConnection) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        response_.body.clear();
        EXPECT_EQ(outcome_with_tls(authority_.issue("DNS:localhost"), "localhost", version),
                  Outcome::answered)
            << message_;
        EXPECT_EQ(response_.body, "secure");
    }
    EXPECT_EQ(outcome_with_tls(authority_.issue("IP:127.0.0.1"), "127.0.0.1"), Outcome::answered)
        << message_;
}

TEST_F(PocoHttpClientTlsTest, TellsTheServerWhichHostItWants) {
    world::TlsServer tls(authority_.issue("DNS:localhost,IP:127.0.0.1"));
    for (const bool named : {true, false}) {
        RawServer server([&](RawConnection& connection, int) {
            tls.serve(connection.socket(), answer("secure"), 1);
        });
        PocoHttpClient client(watch_, names_, idle_clock_, ca_file_);
        EXPECT_EQ(outcome_of(client, secure(server, named ? "localhost" : "127.0.0.1")),
                  Outcome::answered)
            << message_;
        server.wait_for_ended(1);
        EXPECT_EQ(tls.name(), named ? "localhost" : "");
    }
}

TEST_F(PocoHttpClientTlsTest, RefusesACertificateNobodyVouchesFor) {
    EXPECT_EQ(outcome_with_tls(world::Certificate::self_signed("DNS:localhost"), "localhost"),
              Outcome::refused);
    EXPECT_TRUE(tells("the certificate of localhost does not verify: self-signed")) << message_;
    EXPECT_EQ(outcome_with_tls(world::Certificate::self_signed("DNS:other").issue("DNS:localhost"),
                               "localhost"),
              Outcome::refused);
    EXPECT_TRUE(tells("localhost does not verify: ")) << message_;
}

TEST_F(PocoHttpClientTlsTest, RefusesACertificateForAnotherHost) {
    EXPECT_EQ(outcome_with_tls(authority_.issue("DNS:other.example"), "127.0.0.1"),
              Outcome::refused);
    EXPECT_TRUE(tells("IP address mismatch")) << message_;
    EXPECT_EQ(outcome_with_tls(authority_.issue("DNS:other.example"), "localhost"),
              Outcome::refused);
    EXPECT_TRUE(tells("hostname mismatch")) << message_;
    EXPECT_EQ(outcome_with_tls(authority_.issue("DNS:localhost"), "127.0.0.1"), Outcome::refused);
    EXPECT_EQ(outcome_with_tls(authority_.issue("IP:127.0.0.2"), "127.0.0.1"), Outcome::refused);
}

TEST_F(PocoHttpClientTlsTest, RefusesAnExpiredCertificate) {
    EXPECT_EQ(outcome_with_tls(authority_.issue("DNS:localhost", -60), "localhost"),
              Outcome::refused);
    EXPECT_TRUE(tells("expired")) << message_;
}

TEST_F(PocoHttpClientTlsTest, TrustsTheSystemAloneWhereNoFileIsGiven) {
    world::TlsServer tls(authority_.issue("DNS:localhost"));
    const RawServer server(
        [&](RawConnection& connection, int) { tls.serve(connection.socket(), answer("secure")); });
    EXPECT_EQ(outcome_of(secure(server, "localhost")), Outcome::refused);
}

TEST_F(PocoHttpClientTlsTest, SpeaksNothingOlderThanTls12) {
    for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
        EXPECT_EQ(outcome_with_tls(authority_.issue("DNS:localhost"), "localhost", version),
                  Outcome::retryable);
        EXPECT_TRUE(tells("protocol")) << message_;
    }
}

TEST_F(PocoHttpClientTlsTest, TriesAgainAfterAHandshakeThatWasCut) {
    for (const bool reset : {false, true}) {
        const RawServer server([reset](RawConnection& connection, int) {
            connection.some_bytes();
            if (reset) connection.reset_at_end();
        });
        EXPECT_EQ(outcome_of(secure(server, "localhost")), Outcome::retryable) << message_;
    }
}

TEST_F(PocoHttpClientTlsTest, TriesAgainWhereTheServerSpeaksPlainHttp) {
    const RawServer server([](RawConnection& connection, int) {
        connection.some_bytes();
        connection.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    });
    EXPECT_EQ(outcome_of(secure(server, "localhost")), Outcome::retryable);
}

TEST_F(PocoHttpClientTlsTest, EndsInTimeAHandshakeThatHangsOrDrips) {
    for (const bool drips : {false, true}) {
        const RawServer server([drips](RawConnection& connection, int) {
            connection.some_bytes();
            connection.send(std::string_view("\x16\x03\x03\x40\x00", 5));  // of a 16 KiB record
            if (drips) connection.drip("x");
            connection.wait_until_client_goes();
        });
        HttpRequest request = secure(server, "localhost");
        request.timeout = 300ms;
        const SteadyTime begun = clock_.steady();
        EXPECT_EQ(outcome_of(request), Outcome::late) << message_;
        EXPECT_LT(clock_.steady() - begun, 5s);
    }
}

TEST_F(PocoHttpClientTlsTest, TellsThatAKeptConnectionWasStale) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        for (const bool goodbye : {false, true}) {
            world::TlsServer tls(authority_.issue("DNS:localhost"), version);
            RawServer server([&](RawConnection& connection, int) {
                tls.serve(connection.socket(), answer("secure"), 1, goodbye);
            });
            PocoHttpClient client(watch_, names_, idle_clock_, ca_file_);
            for (int i = 1; i <= 2; ++i) {
                EXPECT_EQ(outcome_of(client, secure(server, "localhost")), Outcome::answered)
                    << message_;
                server.wait_for_ended(i);
                EXPECT_EQ(outcome_of(client, secure(server, "localhost")), Outcome::stale)
                    << message_;
            }
            // OpenSSL resumes no session of a connection that was torn off.
            EXPECT_EQ(tls.resumed(), goodbye ? 1 : 0);
        }
    }
}

/// Serves one request a connection.
class Reconnecting {
public:
    Reconnecting(const world::Certificate& certificate, int version)
        : tls(certificate, version), server([this](RawConnection& connection, int) {
              tls.serve(connection.socket(), answer("secure", "Connection: close\r\n"), 1, true);
          }) {}

    world::TlsServer tls;
    const RawServer server;
};

TEST_F(PocoHttpClientTlsTest, ResumesItsSession) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const Reconnecting there(authority_.issue("DNS:localhost"), version);
        PocoHttpClient client(watch_, names_, idle_clock_, ca_file_);
        for (int i = 0; i < 5; ++i) {
            EXPECT_EQ(outcome_of(client, secure(there.server, "localhost")), Outcome::answered)
                << message_;
        }
        EXPECT_EQ(there.tls.verified(), 1);
        EXPECT_EQ(there.tls.resumed(), 4);
    }
}

TEST_F(PocoHttpClientTlsTest, LooksAtTheCertificateAgainAfterAnHour) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const Reconnecting there(authority_.issue("DNS:localhost"), version);
        PocoHttpClient client(watch_, names_, idle_clock_, ca_file_);
        for (const auto age : {0min, 30min, 30min, 59min}) {
            idle_clock_.advance(age);
            EXPECT_EQ(outcome_of(client, secure(there.server, "localhost")), Outcome::answered)
                << message_;
        }
        EXPECT_EQ(there.tls.verified(), 2);
    }
}

TEST_F(PocoHttpClientTlsTest, ResumesNoSessionWithAnotherServerOfThatName) {
    world::TlsServer good(authority_.issue("DNS:localhost"));
    world::TlsServer bad(world::Certificate::self_signed("DNS:localhost"));
    const RawServer server([&](RawConnection& connection, int number) {
        (number == 0 ? good : bad).serve(connection.socket(), answer("secure"), 1);
    });
    PocoHttpClient client(watch_, names_, idle_clock_, ca_file_);
    EXPECT_EQ(outcome_of(client, secure(server, "localhost")), Outcome::answered) << message_;
    idle_clock_.advance(PocoHttpClient::kIdleMax);
    EXPECT_EQ(outcome_of(client, secure(server, "localhost")), Outcome::refused) << message_;
    EXPECT_EQ(bad.resumed(), 0);
}

TEST_F(PocoHttpClientTlsTest, RefusesABodyThatEndsWithoutAGoodbye) {
    world::TlsServer tls(authority_.issue("DNS:localhost"));
    for (const char* head :
         {"HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n"}) {
        const RawServer server([&](RawConnection& connection, int) {
            tls.serve(connection.socket(), std::string(head) + "{}", 1);
        });
        PocoHttpClient client(watch_, names_, idle_clock_, ca_file_);
        EXPECT_EQ(outcome_of(client, secure(server, "localhost")), Outcome::retryable) << head;
    }
}

TEST_F(PocoHttpClientTlsTest, TakesABodyThatEndsWithAGoodbye) {
    world::TlsServer tls(authority_.issue("DNS:localhost"));
    const RawServer server([&](RawConnection& connection, int) {
        tls.serve(connection.socket(), "HTTP/1.1 200 OK\r\n\r\n{}", 1, true);
    });
    PocoHttpClient client(watch_, names_, idle_clock_, ca_file_);
    EXPECT_EQ(outcome_of(client, secure(server, "localhost")), Outcome::answered) << message_;
    EXPECT_EQ(response_.body, "{}");
}

TEST_F(PocoHttpClientTlsTest, TakesUpAnotherFileOfCertificates) {
    const world::Certificate next = world::Certificate::self_signed("DNS:next");
    std::vector<std::unique_ptr<world::TlsServer>> sides;
    for (const world::Certificate* authority : {&authority_, &authority_, &next, &next}) {
        sides.push_back(std::make_unique<world::TlsServer>(authority->issue("DNS:localhost")));
    }
    const RawServer server([&](RawConnection& connection, int number) {
        sides.at(static_cast<std::size_t>(number))
            ->serve(connection.socket(), answer("secure", "Connection: close\r\n"), 1, true);
    });
    PocoHttpClient client(watch_, names_, idle_clock_, ca_file_);
    EXPECT_EQ(outcome_of(client, secure(server, "localhost")), Outcome::answered) << message_;
    next.write(ca_file_);
    renew(ca_file_);
    EXPECT_EQ(outcome_of(client, secure(server, "localhost")), Outcome::refused);
    EXPECT_EQ(outcome_of(client, secure(server, "localhost")), Outcome::answered) << message_;
    world::write_file(ca_file_, "damaged\n");
    EXPECT_EQ(outcome_of(client, secure(server, "localhost")), Outcome::refused);
    EXPECT_TRUE(tells("cannot read certificates to trust from " + ca_file_)) << message_;
    next.write(ca_file_);
    renew(ca_file_);
    EXPECT_EQ(outcome_of(client, secure(server, "localhost")), Outcome::answered) << message_;
    EXPECT_EQ(server.accepted(), 4);
}

TEST_F(PocoHttpClientTlsTest, ResumesNothingThatAnotherFileVouchedFor) {
    const Reconnecting there(authority_.issue("DNS:localhost"), TLS1_3_VERSION);
    PocoHttpClient client(watch_, names_, idle_clock_, ca_file_);
    EXPECT_EQ(outcome_of(client, secure(there.server, "localhost")), Outcome::answered) << message_;
    world::Certificate::self_signed("DNS:next").write(ca_file_);
    renew(ca_file_);
    EXPECT_EQ(outcome_of(client, secure(there.server, "localhost")), Outcome::refused) << message_;
    EXPECT_EQ(there.tls.resumed(), 0);
}

TEST_F(PocoHttpClientTlsTest, CannotUseAFileWithoutCertificates) {
    world::write_file(folder_ / "empty.pem", "nothing\n");
    const std::string whole = world::read_text(ca_file_);
    world::write_file(folder_ / "cut.pem", whole.substr(0, whole.size() / 2));
    world::write_file(folder_ / "end cut.pem", whole + whole.substr(0, whole.size() / 2));
    std::string garbled = whole;
    garbled.replace(whole.size() / 2, 4, "!!!!");
    world::write_file(folder_ / "garbled.pem", garbled);
    for (const char* name :
         {"empty.pem", "none.pem", ".", "cut.pem", "end cut.pem", "garbled.pem"}) {
        EXPECT_THROW(PocoHttpClient(watch_, names_, clock_, (folder_ / name).string()),
                     catalog::Unusable)
            << name;
    }
}

}  // namespace
}  // namespace vodcatalog
