// The executable and what it leaves behind.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <csignal>

#include "daemon/clock.h"
#include "tests/simulator/command_line.h"
#include "tests/simulator/notice_files.h"
#include "tests/world/file.h"
#include "tests/world/temp_folder.h"

namespace simulator {
namespace {

/// Runs vod-simulator with these arguments. The signals that end it are blocked from its first
/// moment on, so that none comes too early.
pid_t start(std::vector<std::string> arguments) {
    std::string program = VOD_SIMULATOR;
    std::vector<char*> pointers = {program.data()};
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGINT);
    posix_spawnattr_setsigmask(&attributes, &ending);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    pid_t child = 0;
    EXPECT_EQ(posix_spawn(&child, VOD_SIMULATOR, &actions, &attributes, pointers.data(), environ),
              0);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return child;
}

int exit_code(pid_t child) {
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string usage_error(const std::vector<std::string>& arguments) {
    try {
        (void)read_command_line(arguments);
    } catch (const BadUsage& error) {
        return error.what();
    } catch (const BadAddress& error) {
        return error.what();
    }
    return "";
}

bool has_files(const world::TempFolder& folder) {
    return !std::filesystem::is_empty(folder.path());
}

TEST(CommandLineTest, TakesItsOptionsInEitherForm) {
    const CommandLine line =
        read_command_line({"--listen", "127.0.0.1:8080", "--images=3", "--seed", "9",
                           "--ready-file=/tmp/r", "--scenario", "s.yaml"});
    EXPECT_EQ(line.listen.url(), "http://127.0.0.1:8080");
    EXPECT_EQ(line.images, 3U);
    EXPECT_EQ(line.seed, 9U);
    EXPECT_EQ(line.ready_file, "/tmp/r");
    EXPECT_EQ(line.scenario, "s.yaml");
    EXPECT_TRUE(read_command_line({"--help"}).help);
}

TEST(CommandLineTest, SaysWhatIsWrong) {
    EXPECT_EQ(usage_error({}), "--listen is missing");
    EXPECT_EQ(usage_error({"--seed"}), "--seed has no value");
    EXPECT_EQ(usage_error({"--seed", "1", "--seed", "2"}), "--seed is given twice");
    EXPECT_EQ(usage_error({"--speed", "1"}), "unknown option --speed");
    EXPECT_EQ(usage_error({"loud"}), "unexpected argument loud");
    EXPECT_EQ(usage_error({"--images", "many"}),
              "--images many: not a whole number from 0 to 10000000");
    EXPECT_EQ(usage_error({"--listen", "127.0.0.1:0", "--seed", "1", "--ready-file", "r"}),
              "--images is missing");
}

TEST(CommandLineTest, ListensAtLoopbackAlone) {
    for (const char* const good : {"127.0.0.1:0", "127.9.9.9:1", "localhost:1", "[::1]:1"}) {
        EXPECT_EQ(
            usage_error({"--listen", good, "--images", "1", "--seed", "1", "--ready-file", "r"}),
            "");
    }
    for (const char* const bad : {"0.0.0.0:1", "10.0.0.1:1", "[::]:1", "example.com:1", "127.0.0.1",
                                  "127.0.0.1:99999", "127.0.0.1:", "128.0.0.1:1"}) {
        EXPECT_NE(
            usage_error({"--listen", bad, "--images", "1", "--seed", "1", "--ready-file", "r"}),
            "");
    }
}

TEST(NoticeFilesTest, AreForTheirOwnerAndGoWithTheSimulator) {
    const world::TempFolder folder;
    const vodcatalog::SystemClock clock;
    Options options;
    options.listen = parse_loopback("127.0.0.1:0");
    options.images = 3;
    options.scenario =
        read_scenario("images: {arrive_over: 1h}\naccounts: [{name: second, images: 2}]", "s");
    const Simulator cloud(options, clock);
    {
        const NoticeFiles files(cloud, folder / "ready");
        struct stat status {};
        for (const char* const name : {"ready", "ready.ids", "ready.second.ids"}) {
            ASSERT_EQ(stat((folder / name).c_str(), &status), 0);
            EXPECT_EQ(status.st_mode & 0777U, 0600U);
        }
        const std::string ready = world::read_text(folder / "ready");
        EXPECT_NE(ready.find("\"endpoint\":\"" + cloud.endpoint() + "\""), std::string::npos)
            << ready;
        EXPECT_NE(ready.find("\"ids_file\":\"" + (folder / "ready.ids").string()),
                  std::string::npos);
        std::string ids;
        for (const std::string& id : cloud.image_ids()) ids += id + "\n";
        EXPECT_EQ(world::read_text(folder / "ready.ids"), ids);
        const Simulator::AccountView second = cloud.accounts().at(1);
        ids.clear();
        for (const std::string& id : second.image_ids) ids += id + "\n";
        EXPECT_EQ(world::read_text(folder / "ready.second.ids"), ids);
        EXPECT_NE(ready.find("\"access_key_id\":\"" + second.credentials.access_key_id),
                  std::string::npos);
    }
    EXPECT_FALSE(has_files(folder));
    EXPECT_THROW(NoticeFiles(cloud, folder / "none" / "ready"), std::runtime_error);
}

TEST(ProgramTest, EndsOnASignalAndLeavesNothingBehind) {
    const world::TempFolder folder;
    for (const int signal : {SIGTERM, SIGINT}) {
        const pid_t child = start({"--listen", "127.0.0.1:0", "--images", "5", "--seed", "1",
                                   "--ready-file", (folder / "ready").string()});
        kill(child, signal);
        EXPECT_EQ(exit_code(child), 0);
        EXPECT_FALSE(has_files(folder));
    }
}

TEST(ProgramTest, EndsWithTheCodeOfWhatIsWrong) {
    const world::TempFolder folder;
    const std::string ready = (folder / "ready").string();
    EXPECT_EQ(exit_code(start({"--seed", "1"})), 64);
    EXPECT_EQ(exit_code(start({"--listen", "0.0.0.0:0", "--images", "5", "--seed", "1",
                               "--ready-file", ready})),
              64);
    world::write_file(folder / "bad.yaml", "color: red");
    EXPECT_EQ(
        exit_code(start({"--listen", "127.0.0.1:0", "--images", "5", "--seed", "1", "--ready-file",
                         ready, "--scenario", (folder / "bad.yaml").string()})),
        78);
    EXPECT_EQ(exit_code(start({"--help"})), 0);
}

}  // namespace
}  // namespace simulator
