#include <gtest/gtest.h>

#include <sstream>

#include "cli/program.h"
#include "daemon/clock.h"
#include "daemon/web/control_socket.h"
#include "tests/web/fake_control_target.h"
#include "tests/world/file.h"
#include "tests/world/temp_folder.h"

namespace vodcatalog {
namespace {

class AcceptTest : public testing::Test {
protected:
    int runs(const std::vector<std::string>& arguments) {
        std::vector<const char*> argv{"vodcatalog", "--config", settings.c_str()};
        for (const std::string& argument : arguments) argv.push_back(argument.c_str());
        out.str("");
        err.str("");
        return run(static_cast<int>(argv.size()), argv.data(), out, err);
    }
    void listen() { daemon = std::make_unique<ControlSocket>(socket, target, log); }

    world::TempFolder folder;
    const std::filesystem::path socket = folder / "control.sock";
    /// Of no use to a daemon: the socket's path is all that a command reads.
    const std::string settings = world::write_file(folder / "vodcatalog.yaml",
                                                   "control: {socket: " + socket.string() + "}\n");
    const SystemClock clock{};
    Log log{clock, LogLevel::information, LogFormat::text, [](std::string&) {},
            [](std::string_view) {}};
    FakeControlTarget target;
    std::unique_ptr<ControlSocket> daemon;
    std::ostringstream out, err;
};

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
