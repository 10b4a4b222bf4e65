#include "daemon/heartbeat.h"

#include <gtest/gtest.h>

#include "tests/world/fake_clock.h"
#include "tests/world/fake_http_client.h"

namespace vodcatalog {
namespace {

class HeartbeatTest : public testing::Test {
protected:
    HeartbeatTest() {
        auto client = std::make_unique<world::FakeHttpClient>();
        network = client.get();
        heartbeat.emplace([this] { return url; }, std::move(client), [this] { return wrong; },
                          redactor, log);
    }

    world::FakeClock clock;
    Redactor redactor;
    std::string lines;
    Log log{clock, LogLevel::information, LogFormat::text,
            [this](std::string& text) { redactor(text); },
            [this](std::string_view line) { lines += line; }};
    std::string url = "https://beats.example/ping/canary-token-0123456789?k=canary-query-0123";
    std::optional<std::string> wrong;
    world::FakeHttpClient* network = nullptr;
    std::optional<Heartbeat> heartbeat;
};

TEST_F(HeartbeatTest, CallsWhileAllIsWell) {
    network->then_answer(200, "OK");
    heartbeat->beat();
    ASSERT_EQ(network->requests().size(), 1U);
    const HttpRequest& request = network->requests()[0];
    EXPECT_EQ(request.method, "GET");
    EXPECT_EQ(request.endpoint.authority(), "beats.example");
    EXPECT_EQ(request.target, "/ping/canary-token-0123456789?k=canary-query-0123");
    EXPECT_EQ(lines, "");
    wrong = "the disk is full";
    heartbeat->beat();
    EXPECT_EQ(network->requests().size(), 1U);
}

TEST_F(HeartbeatTest, TellsOnceThatItDoesNotArriveAndThatItDoesAgain) {
    const auto count = [this](std::string_view what) {
        std::size_t times = 0;
        for (auto at = lines.find(what); at != std::string::npos; at = lines.find(what, at + 1))
            ++times;
        return times;
    };
    network->then_answer(500, "canary-token-0123456789");
    network->then_throw(catalog::Retryable("no answer came"));
    network->then_throw(catalog::Refused("the certificate does not verify"));
    for (int i = 0; i < 3; ++i) heartbeat->beat();
    EXPECT_EQ(count("does not arrive"), 1U) << lines;
    network->then_answer(204, "");
    heartbeat->beat();
    EXPECT_EQ(count("arrives again"), 1U) << lines;
    EXPECT_EQ(count("canary"), 0U) << lines;
}

TEST_F(HeartbeatTest, AStaleConnectionIsTriedOnceMore) {
    network->then_throw(StaleConnection("closed"));
    network->then_answer(200, "");
    heartbeat->beat();
    EXPECT_EQ(lines, "");
}

TEST_F(HeartbeatTest, AUrlThatCannotBeUsedIsToldWithoutIt) {
    url = "http://beats.example/canary-token-0123456789";
    heartbeat->beat();
    EXPECT_TRUE(network->requests().empty());
    EXPECT_NE(lines.find("plain http is for loopback"), std::string::npos) << lines;
    EXPECT_EQ(lines.find("canary"), std::string::npos) << lines;
}

TEST_F(HeartbeatTest, TheWorkerEndsAtOnce) {
    bool aborted = false;
    {
        const HeartbeatWorker worker(std::move(*heartbeat), std::chrono::hours{24},
                                     [&] { aborted = true; });
        EXPECT_TRUE(network->requests().empty());
    }
    EXPECT_TRUE(aborted);
}

}  // namespace
}  // namespace vodcatalog
