#include "daemon/watchdog.h"

#include <thread>

#include "tests/world/fake_clock.h"

namespace vodcatalog {
namespace {

using namespace std::chrono_literals;

class WatchdogTest : public testing::Test {
protected:
    /// Lets time pass as the daemon's timer would, looking every 5 s; what the last look said.
    std::optional<Watchdog::Silence> after(std::chrono::seconds time) {
        std::optional<Watchdog::Silence> last;
        for (; time > 0s; time -= 5s) {
            clock_.advance(5s);
            last = watchdog_.silent();
        }
        return last;
    }

    world::FakeClock clock_;
    Watchdog watchdog_{clock_, 5s};
};

TEST_F(WatchdogTest, NobodyToWatchIsNoSilence) {
    EXPECT_EQ(after(1h), std::nullopt);
}

TEST_F(WatchdogTest, ALoopMayBeSilentForAsLongAsItSaid) {
    Pulse sync(watchdog_, "sync", 30s);
    EXPECT_EQ(after(30s), std::nullopt);
    EXPECT_EQ(after(5s), (Watchdog::Silence{"sync", 35s}));
    EXPECT_EQ(after(10s), (Watchdog::Silence{"sync", 45s}));
    sync.beat();
    EXPECT_EQ(watchdog_.silent(), std::nullopt);
}

TEST_F(WatchdogTest, OneLoopsProgressDoesNotCoverForAnother) {
    Pulse sync(watchdog_, "sync", 30s);
    Pulse courier(watchdog_, "courier", 60s);
    for (int i = 0; i < 12; ++i) {
        sync.beat();
        EXPECT_EQ(after(5s), std::nullopt);
    }
    sync.beat();
    EXPECT_EQ(after(5s), (Watchdog::Silence{"courier", 65s}));
}

TEST_F(WatchdogTest, TheLoopThatIsOverItsLimitTheLongestIsNamed) {
    Pulse patient(watchdog_, "patient", 100s);
    Pulse brisk(watchdog_, "brisk", 10s);
    EXPECT_EQ(after(110s)->loop, "brisk");
    brisk.beat();
    EXPECT_EQ(watchdog_.silent()->loop, "patient");
}

TEST_F(WatchdogTest, ALongStepIsAnnouncedAndHoldsForThatStepOnly) {
    Pulse sync(watchdog_, "sync", 30s);
    sync.beat(10min);
    EXPECT_EQ(after(10min), std::nullopt);
    sync.beat();
    EXPECT_EQ(after(35s), (Watchdog::Silence{"sync", 35s}));
}

TEST_F(WatchdogTest, ALoopThatHasEndedIsNoSilence) {
    {
        const Pulse fetcher(watchdog_, "fetcher", 10s);
        EXPECT_NE(after(15s), std::nullopt);
    }
    EXPECT_EQ(after(5s), std::nullopt);
}

TEST_F(WatchdogTest, AfterASuspendEveryLoopHasItsFullTimeAgain) {
    const Pulse sync(watchdog_, "sync", 30s);
    EXPECT_EQ(after(25s), std::nullopt);
    clock_.advance(8h);
    EXPECT_EQ(watchdog_.silent(), std::nullopt);
    EXPECT_EQ(after(30s), std::nullopt);
    EXPECT_EQ(after(5s), (Watchdog::Silence{"sync", 35s}));
}

TEST_F(WatchdogTest, AStepOfTheWallClockIsNeitherSilenceNorProgress) {
    const Pulse sync(watchdog_, "sync", 30s);
    clock_.jump_wall(24h);
    EXPECT_EQ(after(30s), std::nullopt);
    clock_.jump_wall(-48h);
    EXPECT_NE(after(5s), std::nullopt);
}

TEST_F(WatchdogTest, LoopsComeBeatAndGoWhileItLooks) {
    std::vector<std::jthread> loops;
    for (int i = 0; i < 3; ++i) {
        loops.emplace_back([this] {
            for (int round = 0; round < 50; ++round) {
                Pulse pulse(watchdog_, "loop", 1h);
                for (int step = 0; step < 20; ++step) pulse.beat();
            }
        });
    }
    for (int i = 0; i < 500; ++i) EXPECT_EQ(watchdog_.silent(), std::nullopt);
}

}  // namespace
}  // namespace vodcatalog
