#include "tests/simulator/cloud.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/simulator/history.h"
#include "tests/simulator/members.h"

namespace simulator {
namespace {

constexpr std::int64_t kStart = 1'767'323'045'000;

Scenario lively() {
    Scenario scenario;
    scenario.lives.arrive_over = Milliseconds{20'000};
    scenario.lives.uploading_median = Milliseconds{5'000};
    scenario.lives.normal = 0.7;
    scenario.lives.upload_fail = 0.2;
    scenario.lives.never = 0.1;
    scenario.lives.edits_per_second = 20;
    scenario.lives.deletes_per_second = 2;
    return scenario;
}

bool same(const std::vector<Standing>& a, const std::vector<Standing>& b) {
    return std::equal(
        a.begin(), a.end(), b.begin(), b.end(), [](const Standing& x, const Standing& y) {
            return x.sight.image == y.sight.image && x.exists == y.exists &&
                   x.changed_at == y.changed_at && x.status_changed_at == y.status_changed_at &&
                   x.arrived_at == y.arrived_at;
        });
}

std::string status_in(Cloud& cloud, const std::string& id, std::int64_t now_ms) {
    const Cloud::Looked looked = cloud.look({id}, now_ms);
    return looked.found.empty() ? "" : looked.found.front().image.status.value_or("(none)");
}

TEST(Cloud, TheSameSeedLivesTheSameLifeWhoeverLooksAndWhen) {
    Cloud one(7, 300, lively(), kStart);
    Cloud other(7, 300, lively(), kStart);
    for (int second = 1; second < 60; second += 7) (void)other.standings(kStart + second * 1'000);
    EXPECT_TRUE(same(one.standings(kStart + 60'000), other.standings(kStart + 60'000)));
}

TEST(Cloud, AnotherSeedLivesAnother) {
    Cloud one(7, 300, lively(), kStart);
    Cloud other(8, 300, lively(), kStart);
    EXPECT_NE(one.planned_ids(), other.planned_ids());
    EXPECT_FALSE(same(one.standings(kStart + 60'000), other.standings(kStart + 60'000)));
}

TEST(Cloud, AnImageDoesNotExistBeforeItsArrival) {
    Cloud cloud(7, 50, lively(), kStart);
    const std::vector<std::string> ids = cloud.planned_ids();
    ASSERT_EQ(ids.size(), 50U);
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const History history = plan_history(7, i, lively().lives);
        const std::int64_t arrives = kStart + history.arrives.count();
        Cloud fresh(7, 50, lively(), kStart);
        EXPECT_EQ(status_in(fresh, ids[i], arrives - 1), "");
        EXPECT_EQ(status_in(fresh, ids[i], arrives), catalog::kUploading);
    }
}

TEST(Cloud, UploadsEndAsPlannedAndInTheSharesAskedFor) {
    Scenario scenario = lively();
    scenario.lives.edits_per_second = scenario.lives.deletes_per_second = 0;
    Cloud cloud(7, 2'000, scenario, kStart);
    auto counts = cloud.count_by_status(kStart + 3'600'000);
    EXPECT_NEAR(static_cast<double>(counts["Normal"]), 1'400, 100);
    EXPECT_NEAR(static_cast<double>(counts["UploadFail"]), 400, 80);
    EXPECT_NEAR(static_cast<double>(counts["Uploading"]), 200, 60);
}

TEST(Cloud, EditsChangeOnlyTextsOfNormalImages) {
    Scenario scenario;
    scenario.lives.uploading_median = Milliseconds{0};
    scenario.lives.edits_per_second = 10;
    Cloud cloud(7, 20, scenario, kStart);
    const std::vector<Standing> before = cloud.standings(kStart);
    const std::vector<Standing> after = cloud.standings(kStart + 10'000);
    std::size_t changed = 0;
    for (std::size_t i = 0; i < before.size(); ++i) {
        catalog::Image expected = after[i].sight.image;
        if (expected != before[i].sight.image) ++changed;
        expected.title = before[i].sight.image.title;
        expected.tags = before[i].sight.image.tags;
        expected.description = before[i].sight.image.description;
        EXPECT_EQ(expected, before[i].sight.image);
    }
    EXPECT_GT(changed, 10U);
}

TEST(Cloud, AnEditAlwaysChangesSomething) {
    Dice dice(7, "test");
    catalog::Image image =
        make_members(7, 0, TitleProfile::hostile, catalog::from_ms(kStart), "cn-shanghai");
    for (int i = 0; i < 200; ++i) {
        const catalog::Image before = image;
        edit_members(image, TitleProfile::hostile, dice);
        EXPECT_NE(image, before);
    }
}

TEST(Cloud, NothingChangesAfterTheFreeze) {
    Scenario scenario = lively();
    scenario.lives.freeze_after = Milliseconds{15'000};
    Cloud cloud(7, 300, scenario, kStart);
    const std::vector<Standing> frozen = cloud.standings(kStart + 15'000);
    EXPECT_TRUE(same(frozen, cloud.standings(kStart + 600'000)));
    EXPECT_EQ(cloud.frozen_at(), kStart + 15'000);

    Cloud other(7, 300, lively(), kStart);
    other.freeze(kStart + 15'000);
    EXPECT_TRUE(same(frozen, other.standings(kStart + 600'000)));
}

TEST(Cloud, ADeletedImageDoesNotExistAnyMore) {
    Cloud cloud(7, 3, Scenario{}, kStart);
    const std::string id = cloud.planned_ids().front();
    EXPECT_TRUE(cloud.remove(id, kStart + 1'000));
    EXPECT_EQ(status_in(cloud, id, kStart + 1'000), "");
    EXPECT_FALSE(cloud.remove(id, kStart + 1'000));
    const std::vector<Standing> all = cloud.standings(kStart + 1'000);
    ASSERT_EQ(all.size(), 3U);
    EXPECT_FALSE(all.front().exists);
}

TEST(Cloud, AStatusSetByHandStays) {
    Cloud cloud(7, 1, Scenario{}, kStart);
    const std::string id = cloud.planned_ids().front();
    const auto set = [](const char* status) {
        return [status](catalog::Image& image) { image.status = status; };
    };
    EXPECT_TRUE(cloud.change(id, set("Normal"), kStart + 1));
    EXPECT_TRUE(cloud.change(id, set("Blocked"), kStart + 2));
    EXPECT_EQ(status_in(cloud, id, kStart + 3'600'000), "Blocked");
    EXPECT_EQ(cloud.standings(kStart + 3'600'000).front().status_changed_at, kStart + 2);
    EXPECT_FALSE(cloud.change("nobody", set("Normal"), kStart + 3));
}

TEST(Cloud, AnImageAddedLaterLivesFromThenOn) {
    Cloud cloud(7, 5, Scenario{}, kStart);
    const std::string id = cloud.add(kStart + 50'000);
    EXPECT_EQ(status_in(cloud, id, kStart + 50'000), "Uploading");
    EXPECT_EQ(status_in(cloud, id, kStart + 600'000), "Normal");
    EXPECT_TRUE(cloud.add("a-name-of-ones-own", kStart + 60'000));
    EXPECT_FALSE(cloud.add("a-name-of-ones-own", kStart + 60'000));
    EXPECT_EQ(cloud.planned_ids().size(), 5U);
}

TEST(Cloud, RatesMayBeSetWhileItRuns) {
    Scenario scenario;
    scenario.lives.uploading_median = Milliseconds{0};
    Cloud cloud(7, 20, scenario, kStart);
    const std::vector<Standing> before = cloud.standings(kStart + 10'000);
    EXPECT_TRUE(same(before, cloud.standings(kStart + 20'000)));
    scenario.lives.deletes_per_second = 5;
    cloud.follow(scenario, kStart + 20'000);
    auto counts = cloud.count_by_status(kStart + 60'000);
    EXPECT_EQ(counts["(deleted)"], 20U);
}

}  // namespace
}  // namespace simulator
