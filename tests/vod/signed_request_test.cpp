#include <future>

#include "tests/vod/http_world.h"

namespace vodcatalog {
namespace {

/// Where a signature may go, whatever the client is told.
class SignedRequestTest : public HttpWorld {
protected:
    SignedRequestTest() { hosts_["vod.example"] = {Poco::Net::IPAddress("127.0.0.2")}; }

    /// What of that request reaches its server.
    std::string received(HttpRequest request) {
        std::promise<std::string> seen;
        const RawServer server(
            [&](RawConnection& connection, int) {
                seen.set_value(connection.request());
                connection.send(answer(""));
            },
            request.endpoint.host == "vod.example" ? "127.0.0.2" : request.endpoint.host);
        request.endpoint.port = server.port();
        for (auto& [name, value] : request.headers) {
            if (value == "right") value = request.endpoint.authority();
        }
        PocoHttpClient client(watch_, names_, idle_clock_, "");
        outcome_ = outcome_of(client, request);
        return seen.get_future().get();
    }
    static HttpRequest plain(const std::string& host, const Headers& headers,
                             const std::string& target = "/", const std::string& body = "") {
        HttpRequest request;
        request.endpoint = {false, host, 0};
        request.target = target;
        request.headers = headers;
        request.body = body;
        return request;
    }

    Outcome outcome_ = Outcome::answered;
};

TEST_F(SignedRequestTest, GoesOverPlainHttpToLoopbackAlone) {
    const Headers v3{{"Host", "right"}, {"Authorization", "ACS3-HMAC-SHA256 x"}};
    const Headers host{{"Host", "right"}};
    for (const HttpRequest& request :
         {plain("vod.example", v3), plain("vod.example", {{"Host", "right"}, {"X-Acs-Date", "x"}}),
          plain("vod.example", host, "/?Action=x&Signature=x"),
          plain("vod.example", host, "/", "Action=x&Signature=x")}) {
        EXPECT_EQ(received(request), "");
        EXPECT_EQ(outcome_, Outcome::refused);
        EXPECT_TRUE(tells("plain HTTP to vod.example")) << message_;

        HttpRequest local = request;
        local.endpoint.host = "127.0.0.1";
        EXPECT_NE(received(local), "");
        EXPECT_EQ(outcome_, Outcome::answered) << message_;
    }
    EXPECT_NE(received(plain("vod.example", host)), "") << "is not signed";
}

TEST_F(SignedRequestTest, GoesToNoHostItWasNotSignedFor) {
    const std::pair<std::string, std::string> signature{"Authorization", "x"};
    for (const HttpRequest& request :
         {plain("127.0.0.1", {signature, {"Host", "vod.example"}}), plain("127.0.0.1", {signature}),
          plain("127.0.0.1", {signature, {"Host", "right"}, {"host", "right"}}),
          plain("127.0.0.1", {signature, {"Host", "right"}}, "http://vod.example/")}) {
        EXPECT_EQ(received(request), "");
        EXPECT_EQ(outcome_, Outcome::refused);
        EXPECT_TRUE(tells("another host must not go to 127.0.0.1")) << message_;
    }
    EXPECT_NE(received(plain("127.0.0.1", {signature, {"Host", "right"}})), "");
    EXPECT_EQ(outcome_, Outcome::answered) << message_;
}

}  // namespace
}  // namespace vodcatalog
