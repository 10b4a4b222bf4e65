#include "daemon/sd_notify.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "daemon/clock.h"
#include "tests/world/temp_folder.h"

namespace vodcatalog {
namespace {

using namespace std::chrono_literals;

/// Stands for systemd: a datagram socket in a folder of the test's own, named by NOTIFY_SOCKET.
class SdNotifyTest : public testing::Test {
protected:
    SdNotifyTest() {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const std::string path = (folder_ / "notify").string();
        std::memcpy(address.sun_path, path.c_str(), path.size());
        EXPECT_EQ(bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        setenv("NOTIFY_SOCKET", path.c_str(), 1);
    }
    ~SdNotifyTest() override {
        unsetenv("NOTIFY_SOCKET");
        unsetenv("WATCHDOG_USEC");
        unsetenv("WATCHDOG_PID");
        close(socket_);
    }

    /// The oldest message not yet received; "" if there is none.
    std::string received() {
        std::string message(4096, '\0');
        const ssize_t size = recv(socket_, message.data(), message.size(), MSG_DONTWAIT);
        message.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
        return message;
    }

    const SdNotify notify_{};

private:
    const world::TempFolder folder_;
    const int socket_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
};

TEST_F(SdNotifyTest, EachThingIsSaidInSystemdsWords) {
    EXPECT_TRUE(notify_.ready());
    EXPECT_EQ(received(), "READY=1");
    EXPECT_TRUE(notify_.status("300 images tracked"));
    EXPECT_EQ(received(), "STATUS=300 images tracked");
    EXPECT_TRUE(notify_.watchdog());
    EXPECT_EQ(received(), "WATCHDOG=1");
    EXPECT_TRUE(notify_.extend_timeout(90s));
    EXPECT_EQ(received(), "EXTEND_TIMEOUT_USEC=90000000");
    EXPECT_TRUE(notify_.stopping());
    EXPECT_EQ(received(), "STOPPING=1");
    EXPECT_EQ(received(), "");
}

TEST_F(SdNotifyTest, AReloadCarriesTheMonotonicTime) {
    const auto before = monotonic_for_systemd().count();
    EXPECT_TRUE(notify_.reloading());
    const auto after = monotonic_for_systemd().count();
    const std::string message = received(), start = "RELOADING=1\nMONOTONIC_USEC=";
    ASSERT_EQ(message.substr(0, start.size()), start);
    const long long said = std::stoll(message.substr(start.size()));
    EXPECT_GE(said, before);
    EXPECT_LE(said, after);
}

TEST_F(SdNotifyTest, AStatusCannotSmuggleInAnotherAssignment) {
    EXPECT_TRUE(notify_.status("down\nMAINPID=1\nREADY=1\x1b[2J"));
    EXPECT_EQ(received(), "STATUS=down\\nMAINPID=1\\nREADY=1\\u001b[2J");
}

TEST_F(SdNotifyTest, ALongStatusIsCut) {
    EXPECT_TRUE(notify_.status(std::string(1'000'000, 'x')));
    EXPECT_EQ(received(), "STATUS=" + std::string(512, 'x'));
}

TEST_F(SdNotifyTest, NothingHappensWithoutAServiceManager) {
    unsetenv("NOTIFY_SOCKET");
    EXPECT_FALSE(notify_.ready());
    EXPECT_FALSE(notify_.status("x"));
    EXPECT_FALSE(notify_.reloading());
    EXPECT_EQ(received(), "");
}

TEST_F(SdNotifyTest, AManagerThatHasGoneIsNoError) {
    setenv("NOTIFY_SOCKET", "/nonexistent/notify", 1);
    EXPECT_FALSE(notify_.ready());
    EXPECT_FALSE(notify_.watchdog());
}

TEST_F(SdNotifyTest, TheWatchdogIntervalIsKnownOnlyWhenItIsMeantForUs) {
    EXPECT_EQ(notify_.watchdog_interval(), std::nullopt);
    setenv("WATCHDOG_USEC", "60000000", 1);
    EXPECT_EQ(notify_.watchdog_interval(), 60s);
    setenv("WATCHDOG_PID", std::to_string(getpid()).c_str(), 1);
    EXPECT_EQ(notify_.watchdog_interval(), 60s);
    setenv("WATCHDOG_PID", "1", 1);
    EXPECT_EQ(notify_.watchdog_interval(), std::nullopt);
    unsetenv("WATCHDOG_PID");
    setenv("WATCHDOG_USEC", "soon", 1);
    EXPECT_EQ(notify_.watchdog_interval(), std::nullopt);
}

}  // namespace
}  // namespace vodcatalog
