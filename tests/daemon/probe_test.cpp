#include "daemon/probe.h"

#include <gtest/gtest.h>

#include "catalog/error.h"
#include "tests/world/fake_clock.h"
#include "tests/world/fake_http_client.h"
#include "tests/world/fake_random.h"
#include "tests/world/file.h"
#include "tests/world/temp_folder.h"

namespace vodcatalog {
namespace {

constexpr const char* kNone = R"({"RequestId":"r-1","ImageInfo":[],"NonExistImageIds":["x"]})";

class ProbeTest : public testing::Test {
protected:
    ProbeTest() {
        account.name = "main";
        account.region = "cn-shanghai";
        account.endpoint = parse_endpoint("https://vod.cn-shanghai.aliyuncs.com");
        account.images = {"x"};
        account.credentials.chain = {ProviderKind::static_key};
        account.credentials.static_key.access_key_id = "CANARYKEY";
        account.credentials.static_key.access_key_secret =
            SecretFile(world::write_file(folder / "secret", "CANARYSECRET"), folder.path());
    }
    AccountProbe probed() { return probe(account, {http, metadata, clock, random, redactor}); }
    void then_error(int status, const std::string& code, const std::string& message = "Why.") {
        http.then_answer(status, R"({"RequestId":"r-2","Code":")" + code + R"(","Message":")" +
                                     message + R"("})");
    }
    void then_no_such_image() { then_error(404, "NoSuchResource"); }

    world::TempFolder folder;
    world::FakeHttpClient http, metadata;
    world::FakeClock clock;
    world::FakeRandom random;
    Redactor redactor;
    AccountSettings account;
};

TEST_F(ProbeTest, AnAccountThatWorksIsSaidToWork) {
    http.then_answer(200, kNone);
    then_no_such_image();
    const AccountProbe probe = probed();
    EXPECT_EQ(verdict_of(probe), ProbeVerdict::works);
    EXPECT_EQ(to_text(probe),
              "account main: https://vod.cn-shanghai.aliyuncs.com\n"
              "  credentials    from static\n"
              "  clock          the cloud has not told its time\n"
              "  GetImageInfos  works, 0 ms\n"
              "  GetImageInfo   works, 0 ms\n"
              "  result         can be polled, by GetImageInfos and GetImageInfo\n");
    EXPECT_EQ(http.requests().size(), 2U);
}

TEST_F(ProbeTest, OneOperationIsEnoughUnlessTheSettingsWantTheOther) {
    const auto verdict = [this](OperationChoice choice) {
        account.operation = choice;
        then_error(403, "Forbidden.RAM");
        then_no_such_image();
        return verdict_of(probed());
    };
    EXPECT_EQ(verdict(OperationChoice::automatic), ProbeVerdict::works);
    EXPECT_EQ(verdict(OperationChoice::get_image_info), ProbeVerdict::works);
    EXPECT_EQ(verdict(OperationChoice::get_image_infos), ProbeVerdict::refused);
}

TEST_F(ProbeTest, TellsWhichOperationIsNotPermittedAndWhatToDo) {
    then_error(403, "Forbidden.RAM");
    then_no_such_image();
    const std::string text = to_text(probed());
    EXPECT_NE(text.find("GetImageInfos  fails: Forbidden.RAM: vod:GetImageInfos: Why. (request "
                        "r-2); "),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("can be polled, by GetImageInfo\n"), std::string::npos) << text;
}

TEST_F(ProbeTest, WhatMayMendItselfIsToldFromWhatAPersonMustMend) {
    const std::pair<const char*, ProbeVerdict> cases[] = {
        {"ServiceUnavailable", ProbeVerdict::later},
        {"Throttling.User", ProbeVerdict::later},
        {"InvalidAccessKeyId.NotFound", ProbeVerdict::refused},
        {"SignatureDoesNotMatch", ProbeVerdict::refused},
        {"OperationDenied.Suspended", ProbeVerdict::refused}};
    for (const auto& [code, verdict] : cases) {
        then_error(400, code);
        then_error(400, code);
        EXPECT_EQ(verdict_of(probed()), verdict) << code;
    }
    http.then_throw(catalog::Retryable("no route"));
    http.then_throw(catalog::Retryable("no route"));
    EXPECT_EQ(verdict_of(probed()), ProbeVerdict::later);
}

TEST_F(ProbeTest, WithoutCredentialsNothingIsCalled) {
    account.credentials.static_key.access_key_secret = SecretFile("./none", folder.path());
    const AccountProbe probe = probed();
    EXPECT_NE(verdict_of(probe), ProbeVerdict::works);
    EXPECT_TRUE(http.requests().empty());
    const std::string text = to_text(probe);
    EXPECT_NE(text.find("credentials    none: "), std::string::npos) << text;
    EXPECT_EQ(text.find("GetImageInfo"), std::string::npos) << text;
}

TEST_F(ProbeTest, TellsByHowMuchTheClockIsOff) {
    const auto clock_line = [](std::chrono::milliseconds ahead, bool compensate) {
        AccountProbe probe;
        probe.provider = "static";
        probe.server_ahead = ahead;
        probe.compensate_clock = compensate;
        probe.calls.push_back({Operation::get_image_info, {}, {}});
        const std::string text = to_text(probe);
        const std::size_t at = text.find("clock          ") + 15;
        return text.substr(at, text.find('\n', at) - at);
    };
    using std::chrono::hours;
    using std::chrono::seconds;
    EXPECT_EQ(clock_line(seconds{3}, true), "agrees with the cloud's");
    EXPECT_EQ(clock_line(seconds{-600}, true),
              "this machine's is 600s ahead of the cloud's; set it right (timedatectl); calls are "
              "signed by the cloud's meanwhile");
    EXPECT_EQ(clock_line(seconds{600}, false),
              "this machine's is 600s behind the cloud's; set it right (timedatectl)");
    EXPECT_NE(clock_line(hours{25}, true).find("too much"), std::string::npos);
}

TEST_F(ProbeTest, SaysNoSecret) {
    for (int i = 0; i < 2; ++i)
        then_error(400, "SignatureDoesNotMatch", "with CANARYKEY and CANARYSECRET it is not");
    const std::string text = to_text(probed());
    EXPECT_EQ(text.find("CANARY"), std::string::npos) << text;
    EXPECT_NE(text.find("***"), std::string::npos) << text;
}

}  // namespace
}  // namespace vodcatalog
