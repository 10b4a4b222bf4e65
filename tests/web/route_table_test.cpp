#include "daemon/web/route_table.h"

#include <gtest/gtest.h>

#include "catalog/error.h"

namespace vodcatalog {
namespace {

class RouteTableTest : public testing::Test {
protected:
    RouteTableTest() {
        const auto says = [](const std::string& what) {
            return [what](const WebRequest& request) {
                return WebReply{200, "text/plain", what + request.query + request.body};
            };
        };
        routes.add({"GET", "/a", says("got ")});
        routes.add({"POST", "/a", says("posted "), 10});
        routes.add({"POST", "/b", says("b")});
        routes.add({"GET", "/busy",
                    [](const WebRequest&) -> WebReply { throw catalog::Retryable("try again"); }});
        routes.add({"GET", "/no",
                    [](const WebRequest&) -> WebReply { throw WebRefusal(403, "not for you"); }});
    }
    /// "STATUS BODY".
    std::string answer(const std::string& method, const std::string& path) const {
        const WebReply reply = routes.answer({method, path, "?", {}, "!"});
        return std::to_string(reply.status) + " " + reply.body;
    }
    RouteTable routes;
};

TEST_F(RouteTableTest, FindsByMethodAndWholePath) {
    EXPECT_EQ(answer("GET", "/a"), "200 got ?!");
    EXPECT_EQ(answer("HEAD", "/a"), "200 got ?!");
    EXPECT_EQ(answer("POST", "/a"), "200 posted ?!");
    EXPECT_EQ(routes.find({"POST", "/a", "", {}, ""}).body_bytes_max, 10U);
    EXPECT_EQ(routes.find({"GET", "/a", "", {}, ""}).body_bytes_max, 0U);
}

TEST_F(RouteTableTest, KnowsNoOthers) {
    for (const char* path : {"/", "/A", "/a/", "/a/b", "//a", "/%61", "/a?"})
        EXPECT_EQ(answer("GET", path), "404 there is no such page\n") << path;
}

TEST_F(RouteTableTest, TellsWhatAPathTakes) {
    EXPECT_EQ(answer("PUT", "/a"), "405 this page takes GET, HEAD, POST\n");
    EXPECT_EQ(answer("get", "/a"), "405 this page takes GET, HEAD, POST\n");
    EXPECT_EQ(answer("HEAD", "/b"), "405 this page takes POST\n");
    const WebReply reply = routes.answer({"GET", "/b", "", {}, ""});
    EXPECT_EQ(to_bytes(reply, true).find("Allow: POST\r\n") != std::string::npos, true);
}

TEST_F(RouteTableTest, HandlersRefuseByThrowing) {
    EXPECT_EQ(answer("GET", "/no"), "403 not for you\n");
    EXPECT_EQ(answer("GET", "/busy"), "503 try again\n");
}

TEST(WebReplyTest, OnTheWire) {
    const WebReply reply{404, "text/plain", "none", {{"X-More", "1"}}};
    const std::string head =
        "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n"
        "Connection: close\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
        "X-More: 1\r\n\r\n";
    EXPECT_EQ(to_bytes(reply, false), head + "none");
    EXPECT_EQ(to_bytes(reply, true), head);
}

}  // namespace
}  // namespace vodcatalog
