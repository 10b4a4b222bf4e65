#include "daemon/vod/proxy.h"

#include "tests/vod/http_world.h"
#include "tests/world/variable.h"

namespace vodcatalog {
namespace {

using namespace std::chrono_literals;

std::string complaint_about(const std::string& url) {
    try {
        static_cast<void>(parse_proxy(url));
        return {};
    } catch (const catalog::Unusable& error) {
        return error.what();
    }
}

TEST(ProxyTest, IsReadFromAUrl) {
    const Proxy proxy = parse_proxy("HTTP://Proxy.Example:3128/");
    EXPECT_EQ(proxy.host, "proxy.example");
    EXPECT_EQ(proxy.port, 3128);
    EXPECT_EQ(proxy.url(), "http://proxy.example:3128");
    EXPECT_EQ(parse_proxy("http://10.0.0.1").port, 80);
    EXPECT_EQ(parse_proxy("http://[fd00::1]:8080").url(), "http://[fd00::1]:8080");
}

TEST(ProxyTest, RefusesAnotherUrlWithoutQuotingIt) {
    EXPECT_EQ(complaint_about("https://proxy.example"),
              "a proxy must start with http:// (the calls through it are encrypted all the same)");
    EXPECT_EQ(complaint_about("http://me:canary@proxy.example"),
              "a proxy must not have a user name or password");
    for (const char* url :
         {"", "proxy.example:3128", "socks5://proxy.example", "http://", "http://a.example/x",
          "http://a.example:0", "http://a b.example", "http://canary..example"}) {
        EXPECT_NE(complaint_about(url), "") << url;
        EXPECT_EQ(complaint_about(url).find("canary"), std::string::npos) << url;
    }
}

TEST(ProxyTest, KnowsWhatGoesDirectly) {
    struct Case {
        const char* entry;
        const char* host;
        bool direct;
    };
    for (const Case& one : {
             Case{"vod.example", "vod.example", true},
             Case{"vod.example", "a.vod.example", false},
             Case{"vod.example", "xvod.example", false},
             Case{".example", "a.vod.example", true},
             Case{".example", "example", true},
             Case{".example", "anexample", false},
             Case{"10.1.2.3", "10.1.2.3", true},
             Case{"10.1.2.3", "10.1.2.4", false},
             Case{"10.0.0.0/8", "10.255.0.1", true},
             Case{"10.0.0.0/8", "11.0.0.1", false},
             Case{"10.0.0.0/8", "vod.example", false},
             Case{"10.0.0.0/8", "10.example", false},
             Case{"172.16.0.0/12", "172.31.255.255", true},
             Case{"172.16.0.0/12", "172.32.0.0", false},
             Case{"0.0.0.0/0", "203.0.113.1", true},
             Case{"0.0.0.0/0", "2001:db8::1", false},
             Case{"10.0.0.1/32", "10.0.0.1", true},
             Case{"10.0.0.1/32", "10.0.0.0", false},
             Case{"fd00::/8", "fdff::1", true},
             Case{"fd00::/8", "fe00::1", false},
             Case{"2001:db8:0:0::1", "2001:db8::1", true},
         }) {
        Proxy proxy = parse_proxy("http://proxy.example");
        proxy.no_proxy = {"other.example", one.entry};
        EXPECT_EQ(no_proxy_fault(one.entry), "") << one.entry;
        EXPECT_EQ(proxy.bypassed_for({true, one.host, 443}), one.direct)
            << one.entry << ' ' << one.host;
    }
}

TEST(ProxyTest, LeadsToNoLoopback) {
    const Proxy proxy = parse_proxy("http://proxy.example");
    for (const char* host : {"127.0.0.1", "127.9.9.9", "::1", "localhost"}) {
        EXPECT_TRUE(proxy.bypassed_for({false, host, 80})) << host;
        EXPECT_TRUE(proxy.bypassed_for({true, host, 443})) << host;
    }
    EXPECT_FALSE(proxy.bypassed_for({true, "vod.example", 443}));
}

TEST(ProxyTest, RefusesWhatIsNoHostDomainAddressOrRange) {
    for (const char* entry :
         {"", ".", "*", "*.example", "..example", "a b", "vod.example:443", "VOD.example", "10.0.0",
          "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "/8", "example/8", "fd00::/129",
          "[::1]", "http://vod.example"}) {
        EXPECT_NE(no_proxy_fault(entry), "") << entry;
    }
}

TEST(ProxyTest, TakesAUserNameWithoutColon) {
    EXPECT_EQ(proxy_username_fault("DOMAIN\\some one"), "");
    EXPECT_NE(proxy_username_fault("a:b"), "");
    EXPECT_NE(proxy_username_fault("a\nb"), "");
    EXPECT_NE(proxy_username_fault("\xc3\xa9"), "");
    EXPECT_NE(proxy_username_fault(std::string(257, 'x')), "");
}

TEST(ProxyTest, EncodesItsCredentials) {
    Proxy proxy;
    proxy.username = "Aladdin";  // the example of RFC 7617
    proxy.password = "open sesame";
    EXPECT_EQ(proxy.authorization(), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    proxy.password = "";
    EXPECT_EQ(proxy.authorization(), "Basic QWxhZGRpbjo=");
}

/// A client with a proxy, which knows the only way to "vod.example".
class ProxiedTest : public TlsWorld {
protected:
    /// "aladdin:canary".
    static constexpr const char* kCoded = "YWxhZGRpbjpjYW5hcnk=";

    /// Answers a CONNECT like that, and is the endpoint itself then.
    RawServer::Behaviour proxy(std::string text = "HTTP/1.1 200 Connection established\r\n\r\n") {
        return [this, text = std::move(text)](RawConnection& connection, int) {
            connect_ = connection.request();
            connection.send(text);
            tls_.serve(connection.socket(), answer("secure"));
        };
    }
    Outcome outcome_through(const RawServer& server) {
        Proxy proxy = parse_proxy("http://127.0.0.1:" + std::to_string(server.port()));
        proxy.username = username_;
        proxy.password = username_.empty() ? "" : kCanary;
        proxy.no_proxy = no_proxy_;
        client_with_proxy_ =
            std::make_unique<PocoHttpClient>(watch_, names_, idle_clock_, ca_file_, proxy);
        const Outcome outcome = outcome_of(*client_with_proxy_, request_);
        EXPECT_FALSE(tells(kCoded)) << message_;
        return outcome;
    }
    Outcome outcome_through(RawServer::Behaviour behaviour) {
        const RawServer server(std::move(behaviour));
        return outcome_through(server);
    }
    static HttpRequest request_to(const Endpoint& endpoint) {
        HttpRequest request;
        request.endpoint = endpoint;
        request.headers = {{"Host", endpoint.authority()}, {"Authorization", kCanary}};
        request.timeout = 30s;
        return request;
    }

    world::TlsServer tls_{authority_.issue("DNS:vod.example")};
    HttpRequest request_ = request_to({true, "vod.example", 443});
    std::string username_;
    std::vector<std::string> no_proxy_;
    std::string connect_;
    std::unique_ptr<PocoHttpClient> client_with_proxy_;
};

TEST_F(ProxiedTest, GoesThroughATunnelAndKeepsIt) {
    RawServer server(proxy());
    EXPECT_EQ(outcome_through(server), Outcome::answered) << message_;
    EXPECT_EQ(response_.body, "secure");
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(outcome_of(*client_with_proxy_, request_), Outcome::answered) << message_;
    }
    client_with_proxy_.reset();
    server.wait_for_ended(1);
    EXPECT_EQ(connect_, "CONNECT vod.example:443 HTTP/1.1\r\nHost: vod.example:443\r\n\r\n");
    EXPECT_EQ(tls_.name(), "vod.example");
}

TEST_F(ProxiedTest, TellsItsCredentialsToTheProxyAlone) {
    username_ = "aladdin";
    RawServer server(proxy());
    EXPECT_EQ(outcome_through(server), Outcome::answered) << message_;
    client_with_proxy_.reset();
    server.wait_for_ended(1);
    EXPECT_EQ(connect_,
              "CONNECT vod.example:443 HTTP/1.1\r\nHost: vod.example:443\r\n"
              "Proxy-Authorization: Basic " +
                  std::string(kCoded) + "\r\n\r\n");
    EXPECT_NE(tls_.received(), "");
    EXPECT_EQ(tls_.received().find("Proxy"), std::string::npos) << tls_.received();
    EXPECT_EQ(tls_.received().find(kCoded), std::string::npos);
}

TEST_F(ProxiedTest, NamesAnIpv6EndpointInBrackets) {
    request_ = request_to({true, "2001:db8::1", 8443});
    RawServer server(proxy());
    EXPECT_EQ(outcome_through(server), Outcome::refused) << "by its certificate";
    server.wait_for_ended(1);
    EXPECT_TRUE(connect_.starts_with("CONNECT [2001:db8::1]:8443 HTTP/1.1\r\n")) << connect_;
}

TEST_F(ProxiedTest, VerifiesTheEndpointsCertificate) {
    for (const world::Certificate& certificate :
         {world::Certificate::self_signed("DNS:vod.example"), authority_.issue("IP:127.0.0.1"),
          authority_.issue("DNS:proxy.example")}) {
        world::TlsServer forger(certificate);
        EXPECT_EQ(outcome_through([&](RawConnection& connection, int) {
                      connection.request();
                      connection.send("HTTP/1.1 200 OK\r\n\r\n");
                      forger.serve(connection.socket(), answer("forged"));
                  }),
                  Outcome::refused);
        EXPECT_TRUE(tells("the certificate of vod.example does not verify")) << message_;
        EXPECT_FALSE(proxy_refused_);
        EXPECT_EQ(forger.received(), "");
    }
}

TEST_F(ProxiedTest, IsRefusedWhereTheProxyWantsOtherCredentials) {
    const std::string challenge =
        answer("<html>", "Proxy-Authenticate: Basic realm=\"x\"\r\n", "407 Who are you");
    EXPECT_EQ(outcome_through(once(challenge)), Outcome::refused);
    EXPECT_TRUE(proxy_refused_);
    EXPECT_TRUE(tells(" answers 407: it wants a user name and password")) << message_;
    username_ = "aladdin";
    EXPECT_EQ(outcome_through(once(challenge)), Outcome::refused);
    EXPECT_TRUE(proxy_refused_);
    EXPECT_TRUE(tells("it does not accept the user name and password")) << message_;
    EXPECT_EQ(outcome_through(once(answer("<html>", "", "403 Forbidden"))), Outcome::refused);
    EXPECT_TRUE(proxy_refused_);
    EXPECT_TRUE(tells("nobody may connect to vod.example:443")) << message_;
}

TEST_F(ProxiedTest, TriesAgainWhereTheProxyCannot) {
    for (const char* status : {"502 Bad Gateway", "503", "504 Gateway Timeout", "500", "429", "404",
                               "302 Found", "999"}) {
        EXPECT_EQ(
            outcome_through(once(answer("<html>", "Location: http://127.0.0.2/\r\n", status))),
            Outcome::retryable);
        EXPECT_TRUE(tells("https://vod.example: the proxy http://127.0.0.1:")) << message_;
        EXPECT_TRUE(tells(" answers " + std::string(status).substr(0, 3))) << message_;
        EXPECT_FALSE(tells("html")) << message_;
    }
}

TEST_F(ProxiedTest, TriesAgainWhereTheProxyMakesNoSense) {
    for (const std::string& text :
         {std::string(), std::string("HTTP/1.1 200"), std::string("SSH-2.0-OpenSSH_9.2\r\n\r\n"),
          std::string(100'000, 'x'), std::string("HTTP/1.1 101 Switching\r\n\r\n"),
          std::string("HTTP/1.1 200 OK\r\n\r\nmore")}) {
        EXPECT_EQ(outcome_through(once(text)), Outcome::retryable) << text.substr(0, 20);
        EXPECT_TRUE(tells("the proxy http://127.0.0.1:")) << message_;
    }
    EXPECT_EQ(outcome_through(then([](RawConnection& connection) { connection.reset_at_end(); })),
              Outcome::retryable);
    EXPECT_TRUE(tells("the proxy http://127.0.0.1:")) << message_;
    EXPECT_EQ(outcome_through(then([](RawConnection& connection) {
                  connection.send_for_ever("HTTP/1.1 100 Continue\r\n\r\n");
              })),
              Outcome::retryable);
}

TEST_F(ProxiedTest, TakesTheOddAnswersOfGoodProxies) {
    for (const char* text : {"HTTP/1.0 200 Connection established\r\n\r\n",
                             "HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n",
                             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                             "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"}) {
        EXPECT_EQ(outcome_through(proxy(text)), Outcome::answered) << text << message_;
        EXPECT_EQ(response_.body, "secure");
    }
}

TEST_F(ProxiedTest, EndsInTimeWhereTheProxyIsSilentOrDrips) {
    request_.timeout = 300ms;
    for (const bool drips : {false, true}) {
        const SteadyTime begun = clock_.steady();
        EXPECT_EQ(outcome_through([drips](RawConnection& connection, int) {
                      connection.request();
                      if (drips) connection.drip("HTTP/1.1 200 OK\r\nX: ");
                      connection.wait_until_client_goes();
                  }),
                  Outcome::late)
            << message_;
        EXPECT_LT(clock_.steady() - begun, 5s);
    }
}

TEST_F(ProxiedTest, NamesTheProxyThatCannotBeReached) {
    Proxy proxy = parse_proxy("http://proxy.example:3128");
    PocoHttpClient client(watch_, names_, idle_clock_, ca_file_, proxy);
    EXPECT_EQ(outcome_of(client, request_), Outcome::retryable);
    EXPECT_TRUE(tells("the proxy http://proxy.example:3128: no address of proxy.example"))
        << message_;
    hosts_["proxy.example"] = {Poco::Net::IPAddress("127.0.0.2")};
    {
        const world::RawListener listener(1, "127.0.0.2");
        proxy.port = listener.port();
    }
    PocoHttpClient other(watch_, names_, idle_clock_, ca_file_, proxy);
    EXPECT_EQ(outcome_of(other, request_), Outcome::retryable);
    EXPECT_TRUE(tells("the proxy http://proxy.example:")) << message_;
    EXPECT_TRUE(tells("refused")) << message_;
}

TEST_F(ProxiedTest, GoesDirectlyToLoopbackAndWhatItIsToldNotToProxy) {
    const RawServer proxy_server(proxy());
    const RawServer plain(always(answer("direct")));
    request_ = request_to({false, "127.0.0.1", plain.port()});
    EXPECT_EQ(outcome_through(proxy_server), Outcome::answered) << message_;
    EXPECT_EQ(response_.body, "direct");

    const RawServer direct([this](RawConnection& connection, int) {
        tls_.serve(connection.socket(), answer("direct"));
    });
    hosts_["vod.example"] = {Poco::Net::IPAddress("127.0.0.1")};
    request_ = request_to({true, "vod.example", direct.port()});
    no_proxy_ = {".example"};
    response_.body.clear();
    EXPECT_EQ(outcome_through(proxy_server), Outcome::answered) << message_;
    EXPECT_EQ(response_.body, "direct");
    EXPECT_EQ(proxy_server.accepted(), 0);
}

TEST_F(ProxiedTest, LooksAtNoEnvironmentVariable) {
    const world::RawListener canary(1, "127.0.0.2");
    const std::string there = "http://127.0.0.2:" + std::to_string(canary.port());
    const world::Variable https("https_proxy", there), upper("HTTPS_PROXY", there),
        all("ALL_PROXY", there), http("http_proxy", there);
    const RawServer direct([this](RawConnection& connection, int) {
        tls_.serve(connection.socket(), answer("direct"));
    });
    hosts_["vod.example"] = {Poco::Net::IPAddress("127.0.0.1")};
    PocoHttpClient client(watch_, names_, idle_clock_, ca_file_);
    EXPECT_EQ(outcome_of(client, request_to({true, "vod.example", direct.port()})),
              Outcome::answered)
        << message_;
    EXPECT_FALSE(canary.has_caller());
}

TEST_F(ProxiedTest, ResumesTheSessionWithTheEndpoint) {
    RawServer server([this](RawConnection& connection, int) {
        connection.request();
        connection.send("HTTP/1.1 200 OK\r\n\r\n");
        tls_.serve(connection.socket(), answer("secure", "Connection: close\r\n"), 1, true);
    });
    EXPECT_EQ(outcome_through(server), Outcome::answered) << message_;
    EXPECT_EQ(outcome_of(*client_with_proxy_, request_), Outcome::answered) << message_;
    EXPECT_EQ(tls_.resumed(), 1);
}

}  // namespace
}  // namespace vodcatalog
