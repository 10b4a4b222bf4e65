#include "daemon/web/web_server.h"

#include <Poco/Net/StreamSocket.h>
#include <gtest/gtest.h>

#include <future>

#include "catalog/error.h"
#include "tests/world/fake_clock.h"

namespace vodcatalog {
namespace {

using Poco::Net::SocketAddress;
using Poco::Net::StreamSocket;

class WebServerTest : public testing::Test {
protected:
    WebServerTest() {
        routes.add({"GET", "/hello", [](const WebRequest&) { return WebReply{.body = "hello"}; }});
        routes.add({"GET", "/big", [](const WebRequest&) {
                        return WebReply{.body = std::string(8'000'000, 'x')};
                    }});
        routes.add({"POST", "/echo",
                    [](const WebRequest& request) { return WebReply{.body = request.body}; },
                    20'000});
        routes.add({"GET", "/bug", [](const WebRequest&) -> WebReply {
                        throw std::logic_error("of all things");
                    }});
        routes.add({"GET", "/slow", [this](const WebRequest&) {
                        begun.set_value();
                        released.wait();
                        return WebReply{.body = "at last"};
                    }});
    }
    void start() {
        server.emplace(WebServer::Settings{{"127.0.0.1", 0}, {"catalog.example"}}, routes, clock,
                       log);
    }
    [[nodiscard]] StreamSocket connect() const {
        StreamSocket socket(SocketAddress("127.0.0.1", server->address().port));
        socket.setReceiveTimeout(Poco::Timespan(60, 0));
        return socket;
    }
    static void send(StreamSocket& socket, const std::string& bytes) {
        std::size_t sent = 0;
        while (sent < bytes.size()) {
            sent += static_cast<std::size_t>(
                socket.sendBytes(bytes.data() + sent, static_cast<int>(bytes.size() - sent)));
        }
    }
    /// All that comes until the server hangs up.
    static std::string receive(StreamSocket& socket) {
        std::string all;
        char bytes[65'536];
        for (int count = 1; count > 0; all.append(bytes, static_cast<std::size_t>(count)))
            count = socket.receiveBytes(bytes, sizeof bytes);
        return all;
    }
    static std::string get(const std::string& path, const std::string& host = "localhost",
                           const std::string& method = "GET") {
        return method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
    }
    [[nodiscard]] std::string ask(const std::string& bytes) const {
        StreamSocket socket = connect();
        send(socket, bytes);
        return receive(socket);
    }
    static std::string body(const std::string& reply) {
        return reply.substr(0, 12) + reply.substr(std::min(reply.find("\r\n\r\n"), reply.size()));
    }

    world::FakeClock clock;
    std::string lines;
    Log log{clock, LogLevel::information, LogFormat::text, [](std::string&) {},
            [this](std::string_view line) { lines += line; }};
    std::promise<void> begun;
    std::promise<void> release;
    std::shared_future<void> released = release.get_future().share();
    RouteTable routes;
    std::optional<WebServer> server;
};

TEST_F(WebServerTest, AnswersOneRequestAConnection) {
    start();
    EXPECT_EQ(body(ask(get("/hello") + get("/hello"))), "HTTP/1.1 200\r\n\r\nhello");
    EXPECT_EQ(body(ask(get("/hello", "localhost", "HEAD"))), "HTTP/1.1 200\r\n\r\n");
    EXPECT_EQ(body(ask(get("/none"))), "HTTP/1.1 404\r\n\r\nthere is no such page\n");
    EXPECT_EQ(body(ask("nonsense\r\n\r\n")),
              "HTTP/1.1 400\r\n\r\nthe first line is no request of HTTP\n");
}

TEST_F(WebServerTest, TakesARequestThatTrickles) {
    start();
    StreamSocket socket = connect();
    socket.setNoDelay(true);
    for (const char each : get("/hello")) send(socket, std::string(1, each));
    EXPECT_EQ(body(receive(socket)), "HTTP/1.1 200\r\n\r\nhello");
}

TEST_F(WebServerTest, AnswersToItsOwnNamesOnly) {
    start();
    EXPECT_EQ(body(ask(get("/hello", "catalog.example:80"))), "HTTP/1.1 200\r\n\r\nhello");
    EXPECT_TRUE(ask(get("/hello", "evil.example")).starts_with("HTTP/1.1 421 "));
    EXPECT_TRUE(ask(get("/none", "evil.example")).starts_with("HTTP/1.1 421 "));
    EXPECT_TRUE(ask("GET /hello HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 400 "));
}

TEST_F(WebServerTest, BodiesComeAndGoWhole) {
    start();
    const std::string text(20'000, 'b');
    EXPECT_EQ(
        body(ask("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20000\r\n\r\n" + text)),
        "HTTP/1.1 200\r\n\r\n" + text);
    EXPECT_EQ(body(ask(get("/big"))).size(), 8'000'000U + 16U);
}

TEST_F(WebServerTest, ABodyThatIsTooLongIsRefusedAndTheRefusalArrives) {
    start();
    const std::string text(200'000, 'b');
    EXPECT_EQ(body(ask("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200000\r\n\r\n" +
                       text)),
              "HTTP/1.1 413\r\n\r\nthe body of the request is too long\n");
}

TEST_F(WebServerTest, HalfOpenConnectionsKeepNobodyOut) {
    start();
    std::vector<StreamSocket> half_open;
    for (std::size_t i = 0; i < 3 * WebServer::kConnectionsMax; ++i) {
        half_open.push_back(connect());
        send(half_open.back(), "GET /hello HTT");
    }
    EXPECT_EQ(body(ask(get("/hello"))), "HTTP/1.1 200\r\n\r\nhello");
}

TEST_F(WebServerTest, ARequestHasItsTimeAsAWhole) {
    start();
    StreamSocket slow = connect();
    StreamSocket silent = connect();
    send(slow, "GET /hel");
    EXPECT_TRUE(ask(get("/hello")).starts_with("HTTP/1.1 200 "));  // by now it has read the other
    clock.advance(WebServer::kRequestMax - std::chrono::milliseconds{1});
    send(slow, "lo");
    EXPECT_TRUE(ask(get("/hello")).starts_with("HTTP/1.1 200 "));
    clock.advance(std::chrono::milliseconds{1});
    EXPECT_TRUE(ask(get("/hello")).starts_with("HTTP/1.1 200 "));
    EXPECT_TRUE(receive(slow).starts_with("HTTP/1.1 408 "));
    EXPECT_EQ(receive(silent), "");
}

TEST_F(WebServerTest, WhoDoesNotReadOrHangUpIsLeft) {
    start();
    StreamSocket deaf = connect();
    send(deaf, get("/big"));
    char byte = 0;
    ASSERT_EQ(deaf.receiveBytes(&byte, 1), 1);  // the reply has begun
    clock.advance(WebServer::kReplyMax);
    EXPECT_TRUE(ask(get("/hello")).starts_with("HTTP/1.1 200 "));
    std::size_t got = 0;
    try {
        got = receive(deaf).size();
    } catch (const Poco::Exception&) {
        got = 1;  // reset
    }
    EXPECT_LT(got, 8'000'000U);
}

TEST_F(WebServerTest, ASlowPageKeepsNobodyFromOthers) {
    start();
    StreamSocket slow = connect();
    send(slow, get("/slow"));
    begun.get_future().wait();
    clock.advance(std::chrono::hours{1});
    EXPECT_EQ(body(ask(get("/hello"))), "HTTP/1.1 200\r\n\r\nhello");
    release.set_value();
    EXPECT_EQ(body(receive(slow)), "HTTP/1.1 200\r\n\r\nat last");
}

TEST_F(WebServerTest, WhoHangsUpMeanwhileHarmsNobody) {
    start();
    {
        StreamSocket slow = connect();
        send(slow, get("/slow"));
        begun.get_future().wait();
    }
    EXPECT_EQ(body(ask(get("/hello"))), "HTTP/1.1 200\r\n\r\nhello");
    release.set_value();
    EXPECT_EQ(body(ask(get("/hello"))), "HTTP/1.1 200\r\n\r\nhello");
}

TEST_F(WebServerTest, ABugOfAPageIsToldToTheLogAndNotToThePeer) {
    start();
    const std::string said = ask(get("/bug"));
    EXPECT_TRUE(said.starts_with("HTTP/1.1 500 ")) << said;
    EXPECT_EQ(said.find("of all things"), std::string::npos);
    EXPECT_NE(lines.find("path=/bug error=\"of all things\""), std::string::npos) << lines;
}

TEST_F(WebServerTest, SharesItsPortWithNobody) {
    start();
    try {
        const WebServer second({server->address(), {}}, routes, clock, log);
        FAIL() << "shared";
    } catch (const catalog::Unusable& error) {
        EXPECT_TRUE(
            std::string_view(error.what())
                .starts_with("web server " + to_text(server->address()) + ": cannot listen there"))
            << error.what();
    }
    const ListenAddress same = server->address();
    EXPECT_TRUE(ask(get("/hello")).starts_with("HTTP/1.1 200 "));
    server.reset();
    server.emplace(WebServer::Settings{same, {}}, routes, clock, log);  // at once
    EXPECT_TRUE(ask(get("/hello")).starts_with("HTTP/1.1 200 "));
}

TEST_F(WebServerTest, EndsWithConnectionsOpen) {
    start();
    StreamSocket half = connect();
    send(half, "GET");
    EXPECT_TRUE(ask(get("/hello")).starts_with("HTTP/1.1 200 "));
    server.reset();
    std::string rest;
    try {
        rest = receive(half);
    } catch (const Poco::Exception&) {
        rest = "";  // reset
    }
    EXPECT_EQ(rest, "");
}

}  // namespace
}  // namespace vodcatalog
