// Several accounts of one cloud: who may call what, how often, and sees what.
#include "tests/simulator/account.h"

#include <gtest/gtest.h>

#include <chrono>

#include "tests/simulator/running_simulator.h"

namespace simulator {
namespace {

using AccountTest = RunningSimulator;

TEST_F(AccountTest, EachSeesItsOwnImagesAlone) {
    const std::string theirs = view("third").image_ids.front();
    EXPECT_EQ(code_of(call_as("third", theirs, false)), "(no code)");
    EXPECT_EQ(code_of(call_as("main", theirs, false)), "NoSuchResource 404");
    EXPECT_EQ(code_of(call_as("third", ids[0], false)), "NoSuchResource 404");
    const std::string both = call_as("third", ids[0] + "," + theirs);
    EXPECT_NE(both.find(R"("NonExistImageIds":[")" + ids[0] + R"("])"), std::string::npos) << both;
    EXPECT_NE(both.find(R"("ImageId":")" + theirs), std::string::npos) << both;
}

TEST_F(AccountTest, ImagesAreSeenThroughTheirOwnRegionAlone) {
    const Simulator::AccountView second = view("second");
    EXPECT_NE(second.endpoint, cloud->endpoint());
    EXPECT_EQ(view("third").endpoint, cloud->endpoint());
    const std::string id = second.image_ids.front();
    EXPECT_EQ(code_of(call_as("second", id, false)), "(no code)");
    SignedRequest astray = request(id, false);
    astray.credentials = second.credentials;
    const std::string answer = ask(cloud->endpoint(), astray.text());
    EXPECT_EQ(code_of(answer), "NoSuchResource 404");
    EXPECT_EQ(json_text(body_of(answer), "/HostId"), "vod.cn-shanghai.aliyuncs.com");
    EXPECT_EQ(json_text(body_of(call_as("second", "none", false)), "/HostId"),
              "vod.cn-beijing.aliyuncs.com");
}

TEST_F(AccountTest, ALimitOfItsOwnStandsBeforeTheOneForAll) {
    set(R"({"limits":{"GetImageInfo":{"per_second":1}},"accounts":[
        {"name":"second","limits":{"GetImageInfo":{"per_second":3}},
         "throttle":{"status":429,"code":"Throttling.Api",
                     "hints":["acs_retry_after","rate_limit_user"],"hint":"1500ms"}},
        {"name":"third","limits":{"GetImageInfo":{"per_second":0}}}]})");
    const auto through = [&](const char* account) {
        int count = 0;
        for (int i = 0; i < 6; ++i) {
            count += code_of(call_as(account, "none", false)) == "NoSuchResource 404" ? 1 : 0;
        }
        return count;
    };
    EXPECT_EQ(through("main"), 1);
    EXPECT_EQ(through("second"), 3);
    EXPECT_EQ(through("third"), 6);
    const std::string answer = call_as("second", "none", false);
    EXPECT_EQ(code_of(answer), "Throttling.Api 429");
    EXPECT_EQ(header_of(answer, "x-acs-retry-after"), "1500");
    EXPECT_EQ(header_of(answer, "x-ratelimit-user"), "Limit:1,Remain:0,TimeLeft:1500,Reset:1");
    EXPECT_EQ(header_of(answer, "x-ratelimit-user-api"), "");
    EXPECT_EQ(header_of(answer, "retry-after"), "");
    EXPECT_EQ(code_of(call_as("main", "none", false)), "Throttling.User 400");
    EXPECT_EQ(code_of(call_as("second", "none")),
              "(no code)");  // the other action's bucket is full
}

TEST_F(AccountTest, AHintInSecondsIsRoundedUp) {
    set(R"({"limits":{"GetImageInfo":{"per_second":0.001}},
            "faults":{"throttle_hint":"retry_after","hint":"1001ms",
                      "throttle_code":"Throttling"}})");
    (void)call(ids[0], false);
    const std::string answer = call(ids[0], false);
    EXPECT_EQ(code_of(answer), "Throttling 400");
    EXPECT_EQ(header_of(answer, "retry-after"), "2");
}

TEST_F(AccountTest, AnActionMayBeDenied) {
    set(R"({"accounts":[{"name":"third","denied":["GetImageInfo"]}]})");
    const std::string answer = call_as("third", "none", false);
    EXPECT_EQ(code_of(answer), "Forbidden.RAM 403");
    const std::string body = body_of(answer);
    EXPECT_EQ(json_text(body, "/AccessDeniedDetail/AuthAction"), "vod:GetImageInfo");
    EXPECT_EQ(json_text(body, "/AccessDeniedDetail/AuthPrincipalOwnerId").size(), 16U);
    EXPECT_EQ(code_of(call_as("third", "none")), "(no code)");
    EXPECT_EQ(code_of(call_as("main", "none", false)), "NoSuchResource 404");
    set(R"({"accounts":[{"name":"third","denied_code":"NoPermission"}]})");
    EXPECT_EQ(code_of(call_as("third", "none", false)), "NoPermission 403");
    set(R"({"accounts":[{"name":"third","denied":[]}]})");
    EXPECT_EQ(code_of(call_as("third", "none", false)), "NoSuchResource 404");
}

TEST_F(AccountTest, ASuspensionBeginsByItselfOrByHand) {
    set(R"({"accounts":[{"name":"second","suspended_after":"30s"}]})");
    clock.advance(std::chrono::milliseconds{29'999});
    EXPECT_EQ(code_of(call_as("second", "none")), "(no code)");
    clock.advance(std::chrono::milliseconds{1});
    EXPECT_EQ(code_of(call_as("second", "none")), "OperationDenied.Suspended 403");
    EXPECT_EQ(code_of(call_as("main", "none")), "(no code)");
    set(R"({"accounts":[{"name":"main","suspended":true}]})");
    EXPECT_EQ(code_of(call_as("main", "none")), "OperationDenied.Suspended 403");
    set(R"({"accounts":[{"name":"main","suspended":false}]})");
    EXPECT_EQ(code_of(call_as("main", "none")), "(no code)");
}

TEST_F(AccountTest, AKeyOrAClockMayGoWrong) {
    set(R"({"accounts":[{"name":"second","key":"inactive"},
                        {"name":"third","clock_skew":"-20m"}]})");
    EXPECT_EQ(code_of(call_as("second", "none")), "InvalidAccessKeyId.Inactive 400");
    const std::string late = call_as("third", "none");
    EXPECT_EQ(code_of(late), "InvalidTimeStamp.Expired 400");
    EXPECT_EQ(header_of(late, "date"), "Fri, 02 Jan 2026 02:44:05 GMT");
    EXPECT_EQ(header_of(call_as("main", "none"), "date"), "Fri, 02 Jan 2026 03:04:05 GMT");
}

TEST(Accounts, AreTheSameForTheSameSeedAndDifferFromEachOther) {
    const Scenario scenario = read_scenario("accounts: [{name: b, images: 1}, {name: c}]", "s");
    const Accounts first(3, 1, scenario, 0);
    const Accounts again(3, 1, scenario, 0);
    const Accounts other(4, 1, scenario, 0);
    EXPECT_EQ(first.all()[1].credentials, again.all()[1].credentials);
    EXPECT_NE(first.all()[1].credentials, other.all()[1].credentials);
    EXPECT_NE(first.all()[1].credentials, first.all()[2].credentials);
    EXPECT_EQ(first.with_uid(again.all()[1].uid), &first.all()[1]);
    EXPECT_EQ(first.with_uid(""), nullptr);
    const Scenario given =
        read_scenario("accounts: [{name: b, access_key_id: LTAImine, access_key_secret: s}]", "s");
    const Accounts own(3, 1, given, 0);
    EXPECT_EQ(own.all()[1].credentials, (vodcatalog::Credentials{"LTAImine", "s", ""}));
}

}  // namespace
}  // namespace simulator
