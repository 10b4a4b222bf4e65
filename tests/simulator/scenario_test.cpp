#include "tests/simulator/scenario.h"

#include <gtest/gtest.h>

#include "tests/world/file.h"
#include "tests/world/temp_folder.h"

namespace simulator {
namespace {

const std::string kExample = std::string{SIMULATOR_SOURCE} + "/example.yaml";

std::string refusal(const std::string& text) {
    try {
        (void)read_scenario(text, "s.yaml");
    } catch (const BadScenario& error) {
        return error.what();
    }
    return "";
}

TEST(Scenario, TheExampleIsReadWithEveryKey) {
    const Scenario scenario = load_scenario(kExample);
    EXPECT_EQ(scenario.images, 300U);
    EXPECT_EQ(scenario.lives.arrive_over, Milliseconds{20'000});
    EXPECT_EQ(scenario.lives.edits_per_second, 2);
    EXPECT_EQ(scenario.lives.freeze_after, Milliseconds{55'000});
    EXPECT_EQ(scenario.limits.at("GetImageInfos").per_second, 10);
    EXPECT_EQ(scenario.faults.shares[Fault::hang], 0.001);
    EXPECT_EQ(scenario.faults.drip_every, Milliseconds{500});
    EXPECT_EQ(scenario.quirks.lists, ListForm::flat);
    ASSERT_EQ(scenario.accounts.size(), 2U);
    const AccountSettings& second = scenario.accounts[1];
    EXPECT_EQ(second.region, "cn-beijing");
    EXPECT_EQ(second.suspended_after, Milliseconds{45'000});
    EXPECT_EQ(second.limits.at("GetImageInfos").burst, 5);
    ASSERT_TRUE(second.throttle);
    EXPECT_EQ(second.throttle->code, "Throttling.Api");
    EXPECT_EQ(second.throttle->hints.size(), 2U);
    ASSERT_EQ(scenario.faults.rules.size(), 2U);
    EXPECT_EQ(scenario.faults.rules[0].until, Milliseconds{20'000});
    EXPECT_EQ(scenario.faults.rules[1].affliction.refusal.http_status, 403);
}

TEST(Scenario, AnEmptyFileIsTheDefault) {
    const Scenario scenario = read_scenario("", "s.yaml");
    EXPECT_EQ(scenario.lives.normal, 1);
    EXPECT_EQ(scenario.keep_alive, Milliseconds{25'000});
    EXPECT_TRUE(scenario.limits.empty());
    ASSERT_EQ(scenario.accounts.size(), 1U);
    EXPECT_EQ(scenario.accounts[0].name, "main");
}

TEST(Scenario, WhatIsLeftOutKeepsItsValue) {
    const Scenario before =
        read_scenario("faults: {hang: 0.5, hang_for: 3s}\nlatency: {fixed: 20ms}", "a");
    const Scenario after =
        read_scenario(R"({"faults": {"hang": 0}, "clock_skew": "-20m"})", "b", before);
    EXPECT_EQ(after.faults.shares[Fault::hang], 0);
    EXPECT_EQ(after.faults.hang_for, Milliseconds{3'000});
    EXPECT_EQ(after.latency_fixed, Milliseconds{20});
    EXPECT_EQ(after.clock_skew, Milliseconds{-1'200'000});
}

TEST(Scenario, ALimitOfNothingPerSecondTakesItAway) {
    const Scenario limited = read_scenario("limits: {GetImageInfo: {per_second: 4}}", "a");
    EXPECT_EQ(limited.limits.at("GetImageInfo").burst, 4);
    const Scenario free = read_scenario("limits: {GetImageInfo: {per_second: 0}}", "b", limited);
    EXPECT_EQ(free.limits.at("GetImageInfo").per_second, 0);
}

TEST(Scenario, WhatIsWrongIsNamedWithItsLine) {
    EXPECT_EQ(refusal("images:\n  arive_over: 3s"), "s.yaml:2: images: unknown key arive_over");
    EXPECT_EQ(refusal("color: red"), "s.yaml:1: unknown key color");
    EXPECT_EQ(refusal("latency:\n  fixed: 1s\n  fixed: 2s"),
              "s.yaml:3: latency: key fixed stands here twice");
    EXPECT_EQ(refusal("quirks: {lists: round}"),
              "s.yaml:1: quirks: lists is none of flat, wrapped, mixed");
    EXPECT_EQ(refusal("faults: {hang: 0.6, drip: 0.6}"),
              "s.yaml:1: faults: the shares are more than 1 together");
    EXPECT_EQ(refusal("faults: 3"), "s.yaml:1: faults: is not a mapping");
    EXPECT_EQ(refusal("outcomes: {normal: 0}"),
              "s.yaml:1: outcomes: at least one outcome must be above 0");
}

TEST(Scenario, OnlyAGoodValueIsTaken) {
    for (const char* const bad :
         {"latency: {fixed: 10}", "latency: {fixed: 10 parsecs}", "latency: {fixed: -1s}",
          "latency: {fixed: }", "latency: {fixed: [1s]}", "faults: {hang: 1.5}",
          "faults: {hang: -0.1}", "faults: {hang: .nan}", "faults: {throttle_status: 418}",
          "images: {count: -3}", "quirks: {legacy_members: perhaps}", "a: [", "a: b\n---\nc: d",
          "{a"}) {
        EXPECT_NE(refusal(bad), "") << bad;
    }
}

TEST(Scenario, TheExampleNamesEveryFault) {
    const std::string example = world::read_text(kExample);
    for (std::size_t i = 1; i < kFaultCount; ++i) {
        const std::string name{to_string(static_cast<Fault>(i))};
        EXPECT_NE(example.find(name), std::string::npos) << name;
    }
}

TEST(Scenario, AccountsAreNamedOnceAndKeepWhatIsLeftOut) {
    const Scenario before = read_scenario("accounts: [{name: b, images: 3, suspended: true}]", "a");
    const Scenario after =
        read_scenario(R"({"accounts":[{"name":"b","key":"deleted"}]})", "b", before);
    ASSERT_EQ(after.accounts.size(), 2U);
    EXPECT_TRUE(after.accounts[1].suspended);
    EXPECT_EQ(after.accounts[1].images, 3U);
    EXPECT_EQ(after.accounts[1].key, KeyState::deleted);
    EXPECT_EQ(refusal("accounts: [{name: b}, {name: b}]"),
              "s.yaml:1: accounts[1]: name stands here twice");
    for (const char* const bad :
         {"accounts: [{}]", "accounts: [{name: a/b}]", "accounts: {name: b}", "accounts: [b]",
          "accounts: [{name: b, key: lost}]", "accounts: [{name: b, denied: [Dance]}]",
          "accounts: [{name: b, throttle: {status: 418}}]", "accounts: [{name: b, colour: red}]",
          "temporary: {role_account: nobody}", "temporary: {sts_life: 20}",
          "faults: {rules: [{fault: hang, account: nobody}]}", "faults: {rules: [{fault: none}]}",
          "faults: {rules: [{action: Dance, fault: hang}]}", "faults: {rules: [{fault: code}]}",
          "faults: {rules: [{fault: code, code: InternalError, http_status: 99}]}",
          "faults: {code: 0.5}", "faults: {huge_bytes: -1}", "limits: {Dance: {per_second: 1}}",
          "quirks: {cdn_urls: d}"}) {
        EXPECT_NE(refusal(bad), "") << bad;
    }
}

TEST(Scenario, AFileThatIsNotThereIsNamed) {
    const world::TempFolder folder;
    EXPECT_THROW((void)load_scenario(folder / "none.yaml"), BadScenario);
    EXPECT_THROW((void)load_scenario(folder.path()), BadScenario);
}

}  // namespace
}  // namespace simulator
