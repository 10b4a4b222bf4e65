#include "daemon/alert_settings.h"

#include "daemon/settings.h"
#include "tests/daemon/settings_world.h"

namespace vodcatalog {
namespace {

using namespace std::chrono_literals;
using catalog::Rule;

class AlertSettingsTest : public SettingsWorld {
protected:
    AlertSettings alerts(const std::string& text) { return load(account() + text).alerts; }
    std::string fault(const std::string& text) const { return problem(account() + text); }
};

TEST_F(AlertSettingsTest, EverythingHasADefault) {
    const AlertSettings settings = alerts("");
    EXPECT_EQ(settings.failure_rate.window, 1h);
    EXPECT_EQ(settings.failure_rate.floor, 5);
    EXPECT_EQ(settings.failure_rate.share, 0.2);
    EXPECT_EQ(settings.no_completions.after, 30min);
    EXPECT_EQ(settings.no_completions.in_flight, 5);
    EXPECT_EQ(settings.over_capacity.share, 0.8);
    EXPECT_EQ(settings.over_capacity.lasting, 1h);
    EXPECT_EQ(settings.over_capacity.due_lag, 15min);
    EXPECT_TRUE(settings.individually.empty());
    EXPECT_EQ(settings.group_wait, 30s);
    EXPECT_EQ(settings.digest_every, 15min);
    EXPECT_EQ(settings.group_max, 20);
    EXPECT_EQ(settings.reminder_every, 0s);
    EXPECT_TRUE(settings.channels.empty());
}

TEST_F(AlertSettingsTest, EveryKeyIsTakenAndReachesThePolicy) {
    world::write_file(folder / "url", "https://example.com/hook\n");
    const AlertSettings settings = alerts(
        "alerts:\n"
        "  failure_rate: {window: 2h, floor: 9, share: 0.5}\n"
        "  no_completions: {after: 10m, in_flight: 2}\n"
        "  over_capacity: {share: 0.5, lasting: 2h, due_lag: 1h}\n"
        "  individually: [upload_failed, image_gone]\n"
        "  group_wait: 1m\n"
        "  digest_every: 1h\n"
        "  group_max: 3\n"
        "  reminder_every: 4h\n"
        "  channels:\n"
        "    - name: oncall\n"
        "      type: webhook\n"
        "      url_file: ./url\n"
        "      filters: {accounts: [main], categories: [Products, 商品], tags: [red],\n"
        "                storage_locations: [bucket.oss]}\n"
        "    - {name: mail, type: exec, command: [/bin/true]}\n");
    EXPECT_EQ(settings.failure_rate.window, 2h);
    EXPECT_EQ(settings.failure_rate.floor, 9);
    EXPECT_EQ(settings.failure_rate.share, 0.5);
    EXPECT_EQ(settings.no_completions.after, 10min);
    EXPECT_EQ(settings.no_completions.in_flight, 2);
    EXPECT_EQ(settings.over_capacity.share, 0.5);
    EXPECT_EQ(settings.over_capacity.lasting, 2h);
    EXPECT_EQ(settings.over_capacity.due_lag, 1h);
    EXPECT_EQ(settings.group_max, 3);
    ASSERT_EQ(settings.channels.size(), 2U);
    EXPECT_EQ(settings.channels[0].type, ChannelType::webhook);
    EXPECT_EQ(settings.channels[0].url_file.read(), "https://example.com/hook");
    EXPECT_FALSE(settings.channels[1].url_file.given());
    const catalog::AlertPolicy policy = settings.policy();
    EXPECT_EQ(policy.individually, (std::set<Rule>{Rule::upload_failed, Rule::image_gone}));
    EXPECT_EQ(policy.group_wait, 1min);
    EXPECT_EQ(policy.digest_every, 1h);
    EXPECT_EQ(policy.reminder_every, 4h);
    ASSERT_EQ(policy.channels.size(), 2U);
    EXPECT_EQ(policy.channels[0].name, "oncall");
    const catalog::AlertFilter& filter = policy.channels[0].filter;
    EXPECT_EQ(filter.accounts, std::set<std::string>{"main"});
    EXPECT_EQ(filter.categories, (std::set<std::string>{"Products", "商品"}));
    EXPECT_EQ(filter.tags, std::set<std::string>{"red"});
    EXPECT_EQ(filter.storage_locations, std::set<std::string>{"bucket.oss"});
    EXPECT_EQ(policy.channels[1].name, "mail");
}

TEST_F(AlertSettingsTest, WhatIsWrongIsToldWithItsPlace) {
    EXPECT_EQ(fault("alerts: {individually: [upload_fail]}\n"),
              "4:10: individually names \"upload_fail\"; did you mean upload_failed?");
    EXPECT_EQ(fault("alerts: {individually: [account_down]}\n"),
              "4:10: individually names \"account_down\"; there are image_gone, never_existed, "
              "unexpected_change, upload_failed, upload_stuck");
    EXPECT_EQ(fault("alerts: {heartbeat_every: 1s}\n").substr(0, 22), "4:10: heartbeat_every ");
    EXPECT_EQ(fault("alerts: {heartbeat_url: 'https://a.example/token'}\n"),
              "4:10: heartbeat_url must not be in this file, since it mostly holds a token; put it "
              "into a file of its own (chmod 600) and name that with heartbeat_url_file");
    world::write_file(folder / "beat", "http://a.example/token\n");
    EXPECT_EQ(fault("alerts: {heartbeat_url_file: ./beat}\n"),
              "4:10: heartbeat_url_file holds what cannot be used: plain http is for loopback "
              "(127.0.0.0/8, [::1], localhost) alone; use https");
    EXPECT_EQ(fault("alerts: {reminder_every: 5m}\n"),
              "4:10: reminder_every is under 10m; give 0s for no reminders");
}

}  // namespace
}  // namespace vodcatalog
