#include "daemon/web/health.h"

#include <gtest/gtest.h>

namespace vodcatalog {
namespace {

TEST(HealthTest, SaysWhatIsWrong) {
    std::optional<std::string> sick;
    std::optional<std::string> early = "the daemon is starting";
    RouteTable routes;
    add_health_routes(
        routes, [&] { return sick; }, [&] { return early; });
    const auto ask = [&](const std::string& path) {
        const WebReply reply = routes.answer({"GET", path, "", {}, ""});
        return std::to_string(reply.status) + " " + reply.body;
    };
    EXPECT_EQ(ask("/-/healthy"), "200 healthy\n");
    EXPECT_EQ(ask("/-/ready"), "503 the daemon is starting\n");
    sick = "the disk is full";
    early.reset();
    EXPECT_EQ(ask("/-/healthy"), "503 the disk is full\n");
    EXPECT_EQ(ask("/-/ready"), "200 ready\n");
}

}  // namespace
}  // namespace vodcatalog
