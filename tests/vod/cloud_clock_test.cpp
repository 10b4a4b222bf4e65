#include "daemon/vod/cloud_clock.h"

#include <gtest/gtest.h>

#include "tests/world/fake_clock.h"

namespace vodcatalog {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

/// A clock that shows 2026-01-02T03:04:05Z, and an answer whose Date header has that time.
class CloudClockTest : public testing::Test {
protected:
    std::optional<milliseconds> measure(bool compensate = true) {
        cloud_.emplace(clock_, compensate);
        return cloud_->measure(answer_, clock_.steady());
    }

    world::FakeClock clock_;
    HttpResponse answer_{200, {{"Date", "Fri, 02 Jan 2026 03:04:05 GMT"}}, ""};
    std::optional<CloudClock> cloud_;
};

TEST_F(CloudClockTest, AddsHalfASecondSinceTheHeaderHasNoFraction) {
    EXPECT_EQ(measure(), 500ms);
    clock_.jump_wall(500ms);
    EXPECT_EQ(measure(), 0ms);
}

TEST_F(CloudClockTest, TakesHalfTheRoundTripOff) {
    cloud_.emplace(clock_, true);
    const SteadyTime sent_at = clock_.steady();
    clock_.advance(4s);
    EXPECT_EQ(cloud_->measure(answer_, sent_at), -2s + 500ms);
}

TEST_F(CloudClockTest, MeasuresTheRoundTripBySteadyTime) {
    cloud_.emplace(clock_, true);
    const SteadyTime sent_at = clock_.steady();
    clock_.advance(4s);
    clock_.jump_wall(-1h);
    EXPECT_EQ(cloud_->measure(answer_, sent_at), 1h - 2s + 500ms);
}

TEST_F(CloudClockTest, IsNotToldByATripThatTookMinutes) {
    cloud_.emplace(clock_, true);
    const SteadyTime sent_at = clock_.steady();
    clock_.advance(2min + 1s);
    EXPECT_EQ(cloud_->measure(answer_, sent_at), std::nullopt);
    EXPECT_EQ(cloud_->offset(), 0ms);
}

TEST_F(CloudClockTest, KeepsWhatItKnowsWhenAnAnswerHasNoReadableDate) {
    clock_.jump_wall(-20min);
    ASSERT_EQ(measure(), 20min + 500ms);
    answer_.headers = {{"Date", "yesterday"}};
    EXPECT_EQ(cloud_->measure(answer_, clock_.steady()), std::nullopt);
    answer_.headers.clear();
    EXPECT_EQ(cloud_->measure(answer_, clock_.steady()), std::nullopt);
    EXPECT_EQ(cloud_->offset(), 20min + 500ms);
}

TEST_F(CloudClockTest, OffersAnOffsetOverAMinuteAndUpToADay) {
    const std::pair<milliseconds, bool> cases[] = {
        {0ms, false},       {1min, false},       {1min + 1ms, true}, {20min, true},  {24h, true},
        {24h + 1ms, false}, {48h, false},        {-1min, false},     {-20min, true}, {-24h, true},
        {-48h, false},      {-1min - 1ms, true}, {24h * 365, false}};
    for (const auto& [ahead, offered] : cases) {
        world::FakeClock clock;
        clock.jump_wall(500ms - ahead);
        CloudClock cloud(clock, true);
        ASSERT_EQ(cloud.measure(answer_, clock.steady()), ahead);
        EXPECT_EQ(cloud.offset(), offered ? ahead : 0ms) << ahead.count();
    }
}

TEST_F(CloudClockTest, OffersNoneIfItMayNotCompensate) {
    clock_.jump_wall(-20min);
    EXPECT_EQ(measure(false), 20min + 500ms);
    EXPECT_EQ(cloud_->offset(), 0ms);
    EXPECT_EQ(cloud_->deviation(), "this machine's clock is 20 min behind the cloud's");
}

TEST_F(CloudClockTest, SaysInPlainWordsHowFarOffThisMachineIs) {
    const std::pair<milliseconds, const char*> cases[] = {
        {0s, ""},
        {1min, ""},
        {-1min, ""},
        {61s, "this machine's clock is 61 s behind the cloud's"},
        {-90s, "this machine's clock is 90 s ahead of the cloud's"},
        {20min + 29s, "this machine's clock is 20 min behind the cloud's"},
        {-19min - 40s, "this machine's clock is 20 min ahead of the cloud's"},
        {5h, "this machine's clock is 5 h behind the cloud's"},
        {2min - 400ms, "this machine's clock is 2 min behind the cloud's"},
        {-48h + 500ms, "this machine's clock is 2 days ahead of the cloud's"},
        {36h, "this machine's clock is 36 h behind the cloud's"},
        {48h, "this machine's clock is 2 days behind the cloud's"},
        {-24h * 400, "this machine's clock is 400 days ahead of the cloud's"}};
    for (const auto& [ahead, words] : cases) {
        world::FakeClock clock;
        clock.jump_wall(500ms - ahead);
        CloudClock cloud(clock, true);
        EXPECT_EQ(cloud.deviation(), "");
        ASSERT_EQ(cloud.measure(answer_, clock.steady()), ahead);
        EXPECT_EQ(cloud.deviation(), words);
        EXPECT_EQ(cloud.now(), catalog::from_ms(world::FakeClock::kStartMs) + 500ms);
    }
}

}  // namespace
}  // namespace vodcatalog
