// Who called what, when, and what became of it: GET /record.
#include "tests/simulator/call_record.h"

#include <gtest/gtest.h>

#include "tests/simulator/running_simulator.h"

namespace simulator {
namespace {

class CallRecordTest : public RunningSimulator {
protected:
    /// "second account action status code fault", a line each.
    [[nodiscard]] std::string lines(const std::string& query = "") const {
        simdjson::dom::parser parser;
        const std::string text = control("GET", "/record" + query);
        std::string out;
        for (const simdjson::dom::element call :
             simdjson::dom::array{parser.parse(text)["calls"]}) {
            EXPECT_EQ(std::int64_t{call["at"]} / 1'000, std::int64_t{call["second"]});
            out += std::to_string(std::int64_t{call["second"]} - kStartSecond);
            for (const char* const member : {"account", "action"}) {
                out += " " + std::string{std::string_view{call[member]}};
            }
            out += " " + std::to_string(std::int64_t{call["http_status"]});
            out += " " + std::string{std::string_view{call["code"]}};
            out += " " + std::string{std::string_view{call["fault"]}} + "\n";
        }
        return out;
    }
    static constexpr std::int64_t kStartSecond = 1'767'323'045;
};

TEST_F(CallRecordTest, SaysAccountAndSecondOfEveryCall) {
    (void)call(ids[0]);
    clock.advance(std::chrono::milliseconds{1'500});
    (void)call_as("second", "none", false);
    order(R"({"fault":"proxy_502"})");
    (void)call("none", false);
    order(R"({"fault":"code","code":"InternalError"})");
    (void)call(ids[0]);
    EXPECT_EQ(lines(),
              "0 main GetImageInfos 200  none\n"
              "1 second GetImageInfo 404 NoSuchResource none\n"
              "1 main GetImageInfo 502  proxy_502\n"
              "1 main GetImageInfos 500 InternalError code\n");
    EXPECT_EQ(lines("?account=second"), "1 second GetImageInfo 404 NoSuchResource none\n");
    EXPECT_EQ(lines("?account=third"), "");
    EXPECT_EQ(lines("?account=second&since=1767323046501"), "");
    EXPECT_EQ(lines("?since=1767323046500").size(),
              lines().size() - lines("?since=0").find('\n') - 1);
}

TEST_F(CallRecordTest, KnowsWhoseCallWasRefused) {
    set(R"({"limits":{"GetImageInfos":{"per_second":1}}})");
    SignedRequest bad = request(ids[0]);
    bad.credentials.access_key_secret = "x";
    (void)ask(cloud->endpoint(), bad.text());
    bad.credentials.access_key_id = "x";
    (void)ask(cloud->endpoint(), bad.text());
    bad = request(ids[0]);
    bad.action = "Delete\"Image";
    (void)ask(cloud->endpoint(), bad.text());
    (void)call(ids[0]);
    (void)call(ids[0]);
    EXPECT_EQ(lines(),
              "0 main GetImageInfos 400 SignatureDoesNotMatch none\n"
              "0  GetImageInfos 404 InvalidAccessKeyId.NotFound none\n"
              "0  unknown 404 InvalidAction.NotFound none\n"
              "0 main GetImageInfos 200  none\n"
              "0 main GetImageInfos 400 Throttling.User none\n");
}

TEST_F(CallRecordTest, RefusesAnAccountOrATimeThatThereIsNot) {
    EXPECT_EQ(control("GET", "/record?account=nobody"), R"({"error":"there is no such account"})");
    EXPECT_EQ(control("GET", "/record?since=today"),
              R"({"error":"since is no number of milliseconds"})");
}

TEST(CallRecord, ForgetsTheOldestAndSaysSo) {
    CallRecord record;
    for (std::size_t i = 0; i <= CallRecord::kCallsMax; ++i) {
        record.add({static_cast<std::int64_t>(i), "main", "GetFile", 200, "", Fault::none});
    }
    const std::string text = record.json(5, "", 0);
    EXPECT_TRUE(text.starts_with(R"({"now":5,"forgotten":1,"calls":[{"at":1,)"))
        << text.substr(0, 100);
}

}  // namespace
}  // namespace simulator
