// What the schedule demands of the calls that may be made, and when that is too much.
#include "daemon/sync/capacity_check.h"

#include "tests/world/catalog_fixture.h"

namespace {

using catalog::PollLoad;
using catalog::Source;
using catalog::Tier;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using vodcatalog::CallBudget;
using vodcatalog::CapacityCheck;
using vodcatalog::CapacityWatch;
using vodcatalog::demand;
using vodcatalog::Demand;
using vodcatalog::SteadyTime;

/// So many images of a tier that are asked so far apart.
struct Group {
    Tier tier;
    std::int64_t images;
    milliseconds gap;  ///< 0: never answered.
};

PollLoad load_of(const std::vector<Group>& groups, std::int64_t suspects = 0) {
    PollLoad load;
    load.suspects = suspects;
    for (const Group& group : groups) {
        auto& tier = load.tiers.at(static_cast<std::size_t>(group.tier));
        tier.images += group.images;
        if (group.gap == milliseconds{0}) {
            tier.unanswered += group.images;
        } else {
            tier.asked_per_second +=
                1000.0 * static_cast<double>(group.images) / static_cast<double>(group.gap.count());
        }
    }
    return load;
}

struct Case {
    const char* what;
    std::vector<Group> groups;
    std::int64_t suspects;
    CallBudget budget;
    double calls;
    double of;
    const char* limit;
};

constexpr const char* kBatches = "calls_per_second.GetImageInfos";
constexpr const char* kSingles = "calls_per_second.GetImageInfo";

TEST(DemandTest, IsWhatTheGapsOfAllTiersComeToBesideTheNearestLimit) {
    const CallBudget usual;
    const CallBudget singles{false, 3, 20, {}};
    const CallBudget capped{true, 3, 20, 8'640};
    const Case cases[] = {
        {"nothing", {}, 0, usual, 0, 3, kBatches},
        {"hot, every 10 s", {{Tier::hot, 100, seconds{10}}}, 0, usual, 0.5, 3, kBatches},
        {"a million that rest", {{Tier::cold, 1'000'000, hours{20}}}, 0, usual, 0.694, 3, kBatches},
        {"five million that rest",
         {{Tier::cold, 5'000'000, hours{20}}},
         0,
         usual,
         3.472,
         3,
         kBatches},
        {"five million that are new", {{Tier::warm, 5'000'000, {}}}, 0, usual, 3.472, 3, kBatches},
        {"tiers add up",
         {{Tier::hot, 20, seconds{10}}, {Tier::warm, 72'000, {}}, {Tier::cold, 72'000, hours{20}}},
         0,
         usual,
         0.2,
         3,
         kBatches},
        {"one by one", {{Tier::hot, 20, seconds{10}}}, 0, singles, 2, 20, kSingles},
        {"suspects are asked alone",
         {{Tier::warm, 6'000, minutes{5}}},
         6'000,
         usual,
         20,
         20,
         kSingles},
        {"few suspects are not the matter",
         {{Tier::hot, 200, seconds{10}}, {Tier::warm, 30, minutes{5}}},
         30,
         usual,
         1,
         3,
         kBatches},
        {"more suspects than the queue has",
         {{Tier::warm, 3, minutes{5}}},
         3'000,
         usual,
         0.01,
         20,
         kSingles},
        {"a daily cap", {{Tier::hot, 20, seconds{10}}}, 0, capped, 0.1, 0.1, "calls_per_day"},
        {"a daily cap for both together",
         {{Tier::hot, 20, seconds{10}}, {Tier::warm, 30, minutes{5}}},
         30,
         capped,
         0.2,
         0.1,
         "calls_per_day"},
    };
    for (const Case& it : cases) {
        const Demand result = demand(load_of(it.groups, it.suspects), hours{20}, it.budget);
        EXPECT_NEAR(result.calls_per_second, it.calls, 0.001) << it.what;
        EXPECT_NEAR(result.budget, it.of, 0.001) << it.what;
        EXPECT_EQ(result.limit, it.limit) << it.what;
    }
}

TEST(DemandTest, TellsHowLongTheFirstPassTakes) {
    const PollLoad load = load_of({{Tier::warm, 1'000'000, {}}, {Tier::cold, 10, hours{20}}});
    EXPECT_EQ(demand(load, hours{20}, {}).first_pass, seconds{16'667});
    EXPECT_EQ(demand(load, hours{20}, {false, 3, 20, {}}).first_pass, seconds{50'000});
    EXPECT_EQ(demand(load, hours{20}, {true, 3, 20, 86'400}).first_pass, seconds{50'000});
    EXPECT_EQ(demand(load, hours{20}, {}).images, 1'000'010);
    EXPECT_EQ(demand(load, hours{20}, {}).unanswered, 1'000'000);
}

class CapacityWatchTest : public testing::Test {
protected:
    void demands(double share) {
        Demand demand;
        demand.images = 9;
        demand.calls_per_second = 3 * share;
        demand.budget = 3;
        demand.limit = kBatches;
        watch_.on_demand(demand, now_);
    }
    void lags(milliseconds lag) { watch_.on_lag(lag, now_); }
    std::string verdict() const {
        const auto is_over = watch_.is_over(now_);
        return !is_over ? "as it was" : *is_over ? "over" : "fits";
    }

    SteadyTime now_{hours{1}};
    CapacityWatch watch_{catalog::CapacityLimit{}};
};

TEST_F(CapacityWatchTest, NobodyKnowsBeforeItWasCountedAndLookedAt) {
    EXPECT_EQ(verdict(), "as it was");
    demands(0.1);
    EXPECT_EQ(verdict(), "as it was");
    lags(seconds{0});
    EXPECT_EQ(verdict(), "fits");
}

TEST_F(CapacityWatchTest, OverFourFifthsForAnHourIsTooMuch) {
    demands(0.81);
    lags(seconds{0});
    EXPECT_EQ(verdict(), "as it was");
    now_ += minutes{59};
    demands(0.81);
    EXPECT_EQ(verdict(), "as it was");
    now_ += minutes{1};
    EXPECT_EQ(verdict(), "over");
    EXPECT_EQ(watch_.words(),
              "9 images take 2.43 of the 3.00 calls a second that "
              "calls_per_second.GetImageInfos allows (81 %).");
    demands(0.79);
    EXPECT_EQ(verdict(), "fits");
    demands(0.9);
    EXPECT_EQ(verdict(), "as it was") << "the hour begins anew";
}

TEST_F(CapacityWatchTest, LateAndNotCatchingUpIsTooMuchWhateverWasCounted) {
    demands(0.1);
    for (int minute = 0; minute < 10; ++minute, now_ += minutes{1}) {
        lags(minutes{16 + minute});
        EXPECT_EQ(verdict(), "as it was") << minute;
    }
    lags(minutes{26});
    EXPECT_EQ(verdict(), "over");
    EXPECT_NE(watch_.words().find("The first that is due is 26 minutes late."), std::string::npos);
    lags(minutes{14});
    EXPECT_EQ(verdict(), "over") << "it flaps";
    lags(minutes{7});
    EXPECT_EQ(verdict(), "fits");
}

TEST_F(CapacityWatchTest, CatchingUpAfterANightIsNotTooMuch) {
    demands(0.1);
    for (int minute = 0; minute < 240; ++minute, now_ += minutes{1}) {
        lags(minutes{480 - 2 * minute});
        EXPECT_NE(verdict(), "over") << minute;
    }
    lags(seconds{10});
    EXPECT_EQ(verdict(), "fits");
}

TEST_F(CapacityWatchTest, WhatIsLateForWantOfAnswersIsNotJudged) {
    demands(0.1);
    lags(minutes{20});
    now_ += minutes{9};
    watch_.on_outage();
    now_ += hours{2};
    lags(minutes{140});
    EXPECT_EQ(verdict(), "as it was") << "it has just begun to catch up";
}

class CapacityCheckTest : public world::CatalogFixture {
protected:
    CapacityCheckTest() : CatalogFixture(world::memory_folder()) {}
    void SetUp() override { open(); }

    void track(int images) {
        std::vector<std::string> ids;
        std::vector<std::string_view> views;
        for (int i = 0; i < images; ++i) ids.push_back("image-" + std::to_string(i));
        views.assign(ids.begin(), ids.end());
        (void)catalog_->track(account_, Source::file, views, Tier::warm, at(0), at(0));
    }
    CapacityCheck::Moment moment(milliseconds cloud_ahead = {}) {
        return {now_, at(0), cloud_ahead, false};
    }
    std::optional<Demand> step(milliseconds cloud_ahead = {}) {
        return check_->step(*catalog_, moment(cloud_ahead), hours{20}, {});
    }

    SteadyTime now_{hours{1}};
    std::optional<CapacityCheck> check_;
};

TEST_F(CapacityCheckTest, CountsALittleAtATimeAnHourApartAndWhenItIsTold) {
    track(2 * CapacityCheck::kSlice + 1);
    check_.emplace(account_, catalog::CapacityLimit{});
    EXPECT_FALSE(step());
    EXPECT_FALSE(step());
    const auto counted = step();
    ASSERT_TRUE(counted);
    EXPECT_EQ(counted->images, 2 * CapacityCheck::kSlice + 1);
    EXPECT_EQ(counted->unanswered, counted->images);
    EXPECT_FALSE(step());
    now_ += minutes{59};
    EXPECT_FALSE(step());
    now_ += minutes{1};
    int steps = 1;
    for (; !step(); ++steps) ASSERT_LT(steps, 9);
    EXPECT_EQ(steps, 3);
    check_->count_soon();
    for (steps = 1; !step(); ++steps) ASSERT_LT(steps, 9);
    EXPECT_EQ(steps, 3);
}

TEST_F(CapacityCheckTest, TheGapOfEachImageIsReadFromTheQueueWhateverTheCloudsClockSays) {
    track(3);
    // An hour's, ten seconds' and none.
    catalog::Database(file(), catalog::Database::Mode::write)
        .execute(
            "UPDATE poll_queue SET tier = 2, last_answered_at = due_at - 3600000 WHERE "
            "image_key = 1; UPDATE poll_queue SET tier = 0, last_answered_at = due_at - 10000 "
            "WHERE image_key = 2");
    check_.emplace(account_, catalog::CapacityLimit{});
    const double calls = (1.0 / 3'600 + 0.1 + 1.0 / 72'000) / 20;
    EXPECT_NEAR(step().value().calls_per_second, calls, 1e-9);
    catalog::Database(file(), catalog::Database::Mode::write)
        .execute("UPDATE poll_queue SET last_answered_at = last_answered_at + 86400000");
    check_->count_soon();
    EXPECT_NEAR(step(hours{24}).value().calls_per_second, calls, 1e-9);
    check_->count_soon();
    EXPECT_EQ(step().value().unanswered, 3) << "a gap under zero is taken for one";
}

TEST_F(CapacityCheckTest, ALongListThatIsNewIsNotLate) {
    track(10);
    check_.emplace(account_, catalog::CapacityLimit{});
    (void)check_->step(*catalog_, {now_, at(86'400), {}, false}, hours{20}, {});
    EXPECT_EQ(check_->watch().is_over(now_), false);
    catalog::Database(file(), catalog::Database::Mode::write)
        .execute("UPDATE poll_queue SET tier = 2 WHERE image_key = 1");
    for (int minute = 0; minute < 12; ++minute, now_ += minutes{1}) {
        (void)check_->step(*catalog_, {now_, at(86'400 + 60 * minute), {}, false}, hours{20}, {});
    }
    EXPECT_EQ(check_->watch().is_over(now_), true);
}

}  // namespace
