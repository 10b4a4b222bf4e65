#include "daemon/vod/credentials/session_slot.h"

#include <gtest/gtest.h>

#include "tests/world/fake_clock.h"

namespace vodcatalog {
namespace {

using namespace std::chrono_literals;

class SessionSlotTest : public testing::Test {
protected:
    world::FakeClock clock;
    std::shared_ptr<Bell> bell = std::make_shared<Bell>();
    SessionSlot slot{clock, bell};
    std::shared_ptr<const Session> a = std::make_shared<const Session>();
    std::shared_ptr<const Session> b = std::make_shared<const Session>();
};

TEST_F(SessionSlotTest, GivesWhatWasPutUntilItsEnd) {
    EXPECT_EQ(slot.current(), nullptr);
    slot.put(a, clock.steady() + 20s);
    EXPECT_EQ(slot.current(), a);
    clock.advance(19'999ms);
    EXPECT_EQ(slot.current(), a);
    clock.advance(1ms);
    EXPECT_EQ(slot.current(), nullptr);
    slot.put(b, std::nullopt);
    clock.advance(1000h);
    EXPECT_EQ(slot.current(), b);
}

TEST_F(SessionSlotTest, SaysWhyThereIsNone) {
    EXPECT_EQ(slot.missing_because(), "they are being fetched");
    slot.put(nullptr, std::nullopt, "oidc: no network");
    EXPECT_EQ(slot.missing_because(), "oidc: no network");
    slot.put(a, clock.steady() + 20s, "oidc: no network");
    clock.advance(20s);
    EXPECT_EQ(slot.current(), nullptr);
    EXPECT_EQ(slot.missing_because(), "they came to their end and are being renewed");
}

TEST_F(SessionSlotTest, ARefusalOfTheCurrentSessionRingsAndIsTakenOnce) {
    slot.put(b, std::nullopt);
    slot.refused(a);
    slot.refused(nullptr);
    EXPECT_EQ(slot.take_refused(), nullptr);
    slot.refused(b);
    bell->wait({}, 1h);  // returns at once, since it has rung
    EXPECT_EQ(slot.take_refused(), b);
    EXPECT_EQ(slot.take_refused(), nullptr);
}

TEST_F(SessionSlotTest, AStopEndsTheWait) {
    std::stop_source stop;
    stop.request_stop();
    bell->wait(stop.get_token(), 1h);
}

}  // namespace
}  // namespace vodcatalog
