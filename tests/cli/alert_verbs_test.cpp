// The verbs about alerts: what they ask of the daemon, and what they make of its answer.
#include "tests/cli/control_world.h"

namespace vodcatalog {
namespace {

class AlertVerbsTest : public ControlWorld {
protected:
    void SetUp() override { listen(); }
};

TEST_F(AlertVerbsTest, ASilenceNamesWhatItCoversAndEnds) {
    EXPECT_EQ(runs({"silence", "--rule", "account_down", "--account", "main", "--for", "2h",
                    "--comment", "Ann: the line is being moved"}),
              0)
        << err.str();
    EXPECT_TRUE(out.str().starts_with("silence 3: ")) << out.str();
    EXPECT_EQ(runs({"silence", "--image", "a1", "--category", "商品", "--tag", "red",
                    "--storage-location", "bucket.oss", "--for", "90s", "--comment", "why"}),
              0)
        << err.str();
    EXPECT_EQ(runs({"unsilence", "3"}), 0) << err.str();
    EXPECT_EQ(target.told, (std::vector<std::string>{
                               "silence account_down/main/?/?/?/? 7200 Ann: the line is being "
                               "moved",
                               "silence ?/?/a1/商品/red/bucket.oss 90 why", "unsilence 3"}));
    target.is_there = false;
    EXPECT_EQ(runs({"unsilence", "4"}), 64);
    EXPECT_EQ(
        err.str(),
        "vodcatalog: 4: there is no such silence, or it is over; the table silence has all\n");
}

TEST_F(AlertVerbsTest, ASilenceOfEverythingOrForEverIsNone) {
    EXPECT_EQ(runs({"silence", "--for", "2h", "--comment", "why"}), 64);
    EXPECT_EQ(runs({"silence", "--rule", "account_down", "--comment", "why"}), 64);
    EXPECT_EQ(runs({"silence", "--rule", "account_down", "--for", "2h"}), 64);
    EXPECT_EQ(runs({"silence", "--rule", "account_down", "--for", "31d", "--comment", "why"}), 64);
    EXPECT_EQ(runs({"silence", "--rule", "account_down", "--for", "1s", "--comment", "why"}), 64);
    EXPECT_EQ(runs({"silence", "--rule", "no_such", "--for", "2h", "--comment", "why"}), 64);
    EXPECT_EQ(runs({"silence", "--rule", "account_down", "--for", "soon", "--comment", "why"}), 64);
    EXPECT_TRUE(err.str().starts_with("vodcatalog: --for soon: ")) << err.str();
    EXPECT_TRUE(target.told.empty());
}

TEST_F(AlertVerbsTest, AnIncidentIsAcknowledgedByItsNumber) {
    EXPECT_EQ(runs({"ack", "17"}), 0) << err.str();
    EXPECT_EQ(out.str(), "incident 17 is closed as acknowledged\n");
    EXPECT_EQ(target.told, std::vector<std::string>{"ack 17"});
    target.is_there = false;
    EXPECT_EQ(runs({"ack", "17"}), 64);
    EXPECT_NE(err.str().find("open_incident"), std::string::npos) << err.str();
    EXPECT_EQ(runs({"ack", "seventeen"}), 64);
}

TEST_F(AlertVerbsTest, AChannelIsTriedAndWhatBecameOfItIsTold) {
    EXPECT_EQ(runs({"alert", "test", "oncall"}), 0) << err.str();
    EXPECT_EQ(out.str(), "channel oncall: delivered\n");
    target.trial = {false, false, "HTTP 503: busy\x1b"};
    EXPECT_EQ(runs({"alert", "test", "oncall"}), 69);
    EXPECT_EQ(err.str(), "vodcatalog: channel oncall: not delivered: HTTP 503: busy\\u001b\n");
    target.trial = {false, true, "HTTP 400: no such field"};
    EXPECT_EQ(runs({"alert", "test", "oncall"}), 65);
    EXPECT_EQ(runs({"alert", "test", "nobody"}), 64);
    EXPECT_EQ(runs({"alert"}), 64);
    EXPECT_EQ(target.told, (std::vector<std::string>{"test oncall", "test oncall", "test oncall",
                                                     "test nobody"}));
}

}  // namespace
}  // namespace vodcatalog
