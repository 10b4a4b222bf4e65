#include "tests/cli/control_world.h"

namespace vodcatalog {
namespace {

class AcceptTest : public ControlWorld {};

TEST_F(AcceptTest, TellsTheDaemonAndSaysWhatItWasAbout) {
    listen();
    EXPECT_EQ(runs({"accept-gone"}), 0) << err.str();
    EXPECT_TRUE(out.str().starts_with("account main: 7 images ")) << out.str();
    EXPECT_EQ(runs({"accept-untrack", "--account", "other"}), 0) << err.str();
    EXPECT_TRUE(out.str().starts_with("account other: 7 images ")) << out.str();
    target.images = 0;
    EXPECT_EQ(runs({"accept-gone"}), 0);
    EXPECT_NE(out.str().find("nothing to accept"), std::string::npos) << out.str();
    EXPECT_EQ(runs({"accept-untrack"}), 0);
    EXPECT_NE(out.str().find("nothing to accept"), std::string::npos) << out.str();
    EXPECT_EQ(target.told,
              (std::vector<std::string>{"gone ?", "untrack other", "gone ?", "untrack ?"}));
}

TEST_F(AcceptTest, PassesOnWhatTheDaemonComplainsOf) {
    listen();
    EXPECT_EQ(runs({"accept-gone", "--account", "nobody"}), 64);
    EXPECT_EQ(err.str(), "vodcatalog: account nobody: there is none\n");
    target.is_trouble = true;
    EXPECT_EQ(runs({"accept-gone"}), 69);
    EXPECT_EQ(err.str(), "vodcatalog: the disk is full; make room\n");
}

TEST_F(AcceptTest, WithoutADaemonItSaysSo) {
    EXPECT_EQ(runs({"accept-gone"}), 69);
    EXPECT_TRUE(err.str().starts_with("vodcatalog: control socket " + socket.string() +
                                      ": no daemon listens there"))
        << err.str();
    EXPECT_EQ(out.str(), "");
}

}  // namespace
}  // namespace vodcatalog
