#include "daemon/vod/deadline_watch.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <thread>

namespace vodcatalog {
namespace {

using namespace std::chrono_literals;
using Cut = DeadlineWatch::Cut;

/// A connection; what is asked of it is whether it still stands.
class Connection {
public:
    Connection() {
        if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends_.data()) != 0) {
            throw std::runtime_error("socketpair");
        }
    }
    ~Connection() {
        for (const int end : ends_) ::close(end);
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    [[nodiscard]] int descriptor() const { return ends_[0]; }
    /// Waits as a request does: until somebody shuts it down.
    void wait_for_end() const {
        char byte = 0;
        (void)!::recv(ends_[0], &byte, 1, 0);
    }
    [[nodiscard]] bool stands() const { return ::send(ends_[0], "x", 1, MSG_NOSIGNAL) == 1; }

private:
    std::array<int, 2> ends_{-1, -1};
};

class DeadlineWatchTest : public testing::Test {
protected:
    SystemClock clock_;
    DeadlineWatch watch_{clock_};
};

TEST_F(DeadlineWatchTest, EndsWhatOutlivesItsDeadline) {
    DeadlineWatch::Slot slot(watch_);
    const Connection connection;
    slot.begin(50ms);
    slot.use(connection.descriptor());
    connection.wait_for_end();
    EXPECT_EQ(slot.cut(), Cut::late);
    EXPECT_EQ(slot.left(), 0ms);
    EXPECT_EQ(slot.end(), Cut::late);
}

TEST_F(DeadlineWatchTest, EndsAnEarlierDeadlineThatComesLater) {
    DeadlineWatch::Slot patient(watch_), hasty(watch_);
    const Connection first, second;
    patient.begin(1h);
    patient.use(first.descriptor());
    hasty.begin(50ms);
    hasty.use(second.descriptor());
    second.wait_for_end();
    EXPECT_EQ(hasty.end(), Cut::late);
    EXPECT_TRUE(first.stands());
    EXPECT_GT(patient.left(), 50min);
    EXPECT_EQ(patient.end(), Cut::no);
}

TEST_F(DeadlineWatchTest, LeavesAloneWhatHasEnded) {
    DeadlineWatch::Slot ended(watch_), later(watch_);
    const Connection first, second;
    ended.begin(10ms);
    ended.use(first.descriptor());
    if (ended.end() == Cut::late) GTEST_SKIP() << "this machine was too slow";
    later.begin(50ms);
    later.use(second.descriptor());
    second.wait_for_end();
    EXPECT_TRUE(first.stands());
}

TEST_F(DeadlineWatchTest, LeavesAloneWhatIsNoLongerUsed) {
    DeadlineWatch::Slot slot(watch_);
    const Connection first, second;
    slot.begin(500ms);
    slot.use(first.descriptor());
    slot.use(second.descriptor());
    second.wait_for_end();
    EXPECT_EQ(slot.cut(), Cut::late);
    EXPECT_TRUE(first.stands());
}

TEST_F(DeadlineWatchTest, ShutsDownASocketThatComesAfterTheDeadline) {
    DeadlineWatch::Slot slot(watch_), other(watch_);
    const Connection connection, another;
    slot.begin(1ms);
    other.begin(50ms);
    other.use(another.descriptor());
    another.wait_for_end();
    slot.use(connection.descriptor());
    EXPECT_FALSE(connection.stands());
    EXPECT_EQ(slot.end(), Cut::late);
}

TEST_F(DeadlineWatchTest, BeginsAnewAfterACut) {
    DeadlineWatch::Slot slot(watch_);
    const Connection first, second;
    slot.begin(1ms);
    slot.use(first.descriptor());
    first.wait_for_end();
    EXPECT_EQ(slot.end(), Cut::late);
    slot.begin(1h);
    slot.use(second.descriptor());
    EXPECT_EQ(slot.cut(), Cut::no);
    EXPECT_TRUE(second.stands());
}

TEST_F(DeadlineWatchTest, EndsEverythingAtOnceAndForGood) {
    DeadlineWatch::Slot under_way(watch_), idle(watch_);
    const Connection first, second;
    under_way.begin(1h);
    under_way.use(first.descriptor());
    std::thread stopper([this] { watch_.abort_all(); });
    first.wait_for_end();
    stopper.join();
    EXPECT_EQ(under_way.end(), Cut::stopped);
    EXPECT_EQ(idle.end(), Cut::no);
    idle.begin(1h);
    EXPECT_EQ(idle.cut(), Cut::stopped);
    idle.use(second.descriptor());
    EXPECT_FALSE(second.stands());
}

TEST_F(DeadlineWatchTest, OverlooksNoDeadlineOfManyThreads) {
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([this, i] {
            DeadlineWatch::Slot slot(watch_);
            for (int round = 0; round < 50; ++round) {
                const Connection connection;
                slot.begin(std::chrono::milliseconds{(round * 7 + i) % 5});
                slot.use(connection.descriptor());
                connection.wait_for_end();  // for ever, if it was overlooked
                EXPECT_EQ(slot.end(), Cut::late);
                slot.begin(1h);
                EXPECT_EQ(slot.end(), Cut::no);
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace vodcatalog
