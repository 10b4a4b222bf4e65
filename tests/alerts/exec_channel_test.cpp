#include "daemon/alerts/exec_channel.h"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <thread>

#include "daemon/alerts/notice_json.h"
#include "tests/alerts/alerts_world.h"
#include "tests/world/file.h"
#include "tests/world/temp_folder.h"
#include "tests/world/variable.h"

namespace vodcatalog {
namespace {

using Kind = Delivery::Kind;

/// A program, written for the test, that is run for a message.
class ExecChannelTest : public AlertsWorld {
protected:
    Delivery run(const std::string& script, std::vector<std::string> arguments = {},
                 std::chrono::milliseconds timeout = std::chrono::seconds{30}) {
        std::vector<std::string> command{
            world::write_file(folder / "program", "#!/bin/bash\n" + script, 0700)};
        command.insert(command.end(), arguments.begin(), arguments.end());
        return ExecChannel({command, timeout}, watch_).deliver(notice_);
    }
    [[nodiscard]] std::string wrote(const std::string& name) const {
        return world::read_text(folder / name);
    }
    /// It was killed before the channel came back; the kernel may need a moment to end it, and
    /// whoever inherits it to bury it.
    static void expect_gone(int pid) {
        const auto patience = std::chrono::steady_clock::now() + std::chrono::minutes{1};
        std::string state;
        do {
            std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
            std::string number;
            std::string name;
            state = "gone";
            in >> number >> name >> state;
            if (state == "gone" || state == "Z" || state == "X") return;
            std::this_thread::yield();
        } while (std::chrono::steady_clock::now() < patience);
        ADD_FAILURE() << pid << " is in state " << state;
    }
    [[nodiscard]] std::string path(const std::string& name) const {
        return (folder / name).string();
    }

    const world::TempFolder folder;
    catalog::Notice notice_ = make_notice();
};

TEST_F(ExecChannelTest, GetsTheNoticeAndItsArgumentsAsTheyAre) {
    EXPECT_EQ(run("cat >" + path("in") + "; printf '%s|' \"$@\" >" + path("arguments"),
                  {"a b", "$HOME; `id`", "*"})
                  .kind,
              Kind::delivered);
    EXPECT_EQ(wrote("in"), notice_json(notice_));
    EXPECT_EQ(wrote("arguments"), "a b|$HOME; `id`|*|");
}

TEST_F(ExecChannelTest, ItMayOpenItsStandardInputByName) {
    EXPECT_EQ(run("cat /dev/stdin >" + path("in")).kind, Kind::delivered);
    EXPECT_EQ(wrote("in"), notice_json(notice_));
}

TEST_F(ExecChannelTest, GetsNothingElseOfOurs) {
    const world::Variable secret{"ALIBABA_CLOUD_ACCESS_KEY_SECRET", "canary"};
    const int leaked = ::open("/dev/null", O_RDONLY);  // as Poco opens its sockets
    EXPECT_EQ(run("env >" + path("env") + "; ls /proc/self/fd >" + path("fds") + "; pwd >" +
                  path("pwd") + "; ps -o pgid= $$ >" + path("group") + "; echo $$ >" + path("pid"))
                  .kind,
              Kind::delivered);
    ::close(leaked);
    EXPECT_EQ(wrote("env").find("canary"), std::string::npos);
    EXPECT_NE(wrote("env").find("PATH=/usr/local/bin:/usr/bin:/bin"), std::string::npos);
    // `ls` has the folder open itself.
    EXPECT_EQ(wrote("fds"), "0\n1\n2\n3\n");
    EXPECT_EQ(wrote("pwd"), "/\n");
    EXPECT_EQ(std::stoi(wrote("group")), std::stoi(wrote("pid")));
}

TEST_F(ExecChannelTest, ItsStatusSaysWhatBecameOfIt) {
    EXPECT_EQ(run("exit 0").kind, Kind::delivered);
    const Delivery later = run("echo no route >&2; exit 7");
    EXPECT_EQ(later.kind, Kind::retry_later);
    EXPECT_EQ(later.error, path("program") + " ended with status 7: no route\n");
    EXPECT_EQ(run("exit 65").kind, Kind::refused);
    const Delivery killed = run("kill -SEGV $$");
    EXPECT_EQ(killed.kind, Kind::retry_later);
    EXPECT_EQ(killed.error, path("program") + " was killed by signal 11");
}

TEST_F(ExecChannelTest, AProgramThatDoesNotReadGetsAsMuchAsItWants) {
    notice_.items[0].detail = std::string(300'000, 'x');
    EXPECT_EQ(run("exit 0").kind, Kind::delivered);
    EXPECT_EQ(run("sleep 0.05; head -c 10 >/dev/null; exit 0").kind, Kind::delivered);
    EXPECT_EQ(run("exec 0<&-; echo done >" + path("done")).kind, Kind::delivered);
    EXPECT_EQ(wrote("done"), "done\n");
}

TEST_F(ExecChannelTest, AFloodOfErrorsIsCut) {
    const Delivery delivery = run("head -c 10000000 /dev/zero | tr '\\0' x >&2; exit 1");
    EXPECT_EQ(delivery.kind, Kind::retry_later);
    EXPECT_LT(delivery.error.size(), 2'000U);
}

TEST_F(ExecChannelTest, OneThatDoesNotEndIsKilledWithAllItStarted) {
    const Delivery delivery =
        run("sleep 1000 & echo $! >" + path("child") + "; trap '' TERM; sleep 1000", {},
            std::chrono::milliseconds{500});
    EXPECT_EQ(delivery.kind, Kind::retry_later);
    EXPECT_EQ(delivery.error, path("program") + " did not end within 500 ms and was killed");
    expect_gone(std::stoi(wrote("child")));
}

TEST_F(ExecChannelTest, WhatItLeavesBehindIsKilledAndNotWaitedFor) {
    EXPECT_EQ(run("sleep 1000 & echo $! >" + path("child") + "; exit 0").kind, Kind::delivered);
    expect_gone(std::stoi(wrote("child")));
}

TEST_F(ExecChannelTest, WhatCannotBeRunIsToldAndTriedAgain) {
    const auto run_program = [this](const std::string& program) {
        return ExecChannel({{program}, std::chrono::seconds{5}}, watch_).deliver(notice_);
    };
    EXPECT_EQ(run_program("/nowhere").error,
              "/nowhere cannot be started: No such file or directory");
    EXPECT_EQ(run_program(folder.path().string()).kind, Kind::retry_later);
}

TEST_F(ExecChannelTest, AtShutdownItIsKilled) {
    std::jthread other;
    {
        const Delivery delivery = [&] {
            other = std::jthread([this] {
                while (!std::filesystem::exists(folder / "begun")) std::this_thread::yield();
                watch_.abort_all();
            });
            return run("echo >" + path("begun") + "; exec sleep 1000");
        }();
        EXPECT_EQ(delivery.error, path("program") + " was killed, for shutdown");
    }
    EXPECT_EQ(run("exit 0").kind, Kind::retry_later) << "nothing is begun any more";
}

}  // namespace
}  // namespace vodcatalog
