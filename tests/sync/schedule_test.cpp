#include <map>
#include <set>

#include "daemon/sync/image_files.h"
#include "tests/sync/sync_world.h"

namespace vodcatalog {
namespace {

// In which order, how densely and in which company images are asked.
class ScheduleTest : public SyncWorld {
protected:
    static std::vector<std::string> names(const std::string& prefix, int count) {
        std::vector<std::string> ids;
        for (int i = 0; i < count; ++i) ids.push_back(prefix + std::to_string(10'000 + i));
        return ids;
    }
    /// IDs of a source are added; those it named before stay.
    void add(const std::vector<std::string>& ids, Source source) {
        auto set = make_id_set(ids);
        set->incomplete = true;
        sync_->load_ids(0, source, std::move(set));
        take_in_lists();
    }
    /// Answers every call there is; IDs that begin with u are Uploading, others Normal. Counts
    /// them.
    int serve() {
        int calls = 0;
        for (; !calls_.empty(); ++calls) {
            Call call = take_call();
            std::vector<Image> images;
            for (const auto& asked : call.asked) {
                ++asked_[asked.image_id[0]];
                images.push_back(
                    image(asked.image_id, asked.image_id[0] == 'u' ? "Uploading" : "Normal"));
                images.back().creation_time = catalog::to_iso_seconds(created_);
            }
            answer(std::move(call), images);
        }
        return calls;
    }
    void live_for(seconds time) {
        for (milliseconds at{0}; at < time; at += milliseconds{500}) {
            run_for(milliseconds{500});
            serve();
        }
    }
    WallTime created_ = clock_.wall();
    std::map<char, int> asked_;  ///< By the first letter of the ID.
};

TEST_F(ScheduleTest, AnUploadThatIsNotKnownYetIsAskedForAgainSoonAndForLonger) {
    add({"u"}, Source::track_endpoint);
    EXPECT_EQ(sql("SELECT tier FROM poll_queue"), "0");
    int calls = 0;
    for (int i = 0; i < 120; ++i) {
        run_for(milliseconds{500});
        for (; !calls_.empty(); ++calls) answer(take_call(), {}, {"u"});
    }
    // 0.7 * sqrt(age), and not under two seconds: by the minute about 17 polls; by a tenth of the
    // age and five seconds there would be 10.
    EXPECT_GE(calls, 14);
    EXPECT_LE(calls, 21);
    EXPECT_EQ(sql("SELECT tier FROM poll_queue"), "0");
    for (int i = 0; i < 1'200; ++i) {
        run_for(milliseconds{500});
        while (!calls_.empty()) answer(take_call(), {}, {"u"});
    }
    EXPECT_EQ(sql("SELECT tier FROM poll_queue"), "1") << "warm after ten minutes";
}

TEST_F(ScheduleTest, AnUploadThatIsNotKnownYetFillsACallOnceItIsASecondOld) {
    load({"x"});
    run_for(milliseconds{300});
    answer(take_call(), {image("x", "Uploading")});
    run_for(milliseconds{1'700});
    add({"u"}, Source::command);
    run_for(milliseconds{300});
    ASSERT_EQ(calls_.size(), 1U);
    EXPECT_EQ(calls_[0].asked.size(), 1U) << "u is not a second old";
    answer(take_call(), {image("x", "Uploading")});
    add({"y"}, Source::settings);
    run_for(milliseconds{800});
    calls_.clear();
    add({"z"}, Source::settings);
    run_for(milliseconds{100});
    ASSERT_EQ(calls_.size(), 1U);
    std::set<std::string> asked;
    for (const auto& it : calls_[0].asked) asked.insert(it.image_id);
    EXPECT_TRUE(asked.contains("z"));
    EXPECT_TRUE(asked.contains("u")) << "due only in a second";
}

TEST_F(ScheduleTest, APollThatCameEarlyCountsForAHotImage) {
    add({"u1", "u2", "u3"}, Source::settings);
    created_ = clock_.wall() - minutes{5};  // a gap of 12 seconds
    int calls = 0;
    for (int i = 0; i < 600; ++i) {
        run_for(milliseconds{200});
        calls += serve();
    }
    EXPECT_GE(calls, 8);
    EXPECT_LE(calls, 15) << "each image has calls of its own";
}

TEST_F(ScheduleTest, NoneIsAskedWithinASecondOfItsAnswerToFillACall) {
    add(names("n", 5), Source::settings);
    run_for(milliseconds{100});
    serve();
    add({"m"}, Source::settings);
    run_for(milliseconds{200});
    ASSERT_EQ(calls_.size(), 1U);
    EXPECT_EQ(calls_[0].asked.size(), 1U);
    serve();
    run_for(seconds{2});
    add({"o"}, Source::settings);
    run_for(milliseconds{100});
    ASSERT_EQ(calls_.size(), 1U);
    EXPECT_EQ(calls_[0].asked.size(), 7U);
}

TEST_F(ScheduleTest, HotImagesAreServedBeforeWarmOnesAndWarmOnesBeforeColdOnes) {
    settings_.accounts[0].get_image_infos_per_second = 1;
    start();
    add(names("u", 10), Source::settings);
    add(names("n", 10), Source::settings);
    created_ = clock_.wall() - hours{24 * 365};
    live_for(seconds{2});
    ASSERT_EQ(sql("SELECT tier || ' ' || count(*) FROM poll_queue GROUP BY tier"), "2 20");
    add(names("w", 10), Source::track_endpoint);  // hot
    add(names("x", 15), Source::settings);        // warm
    clock_.advance(hours{20});
    keep(sync_->on_tick());
    ASSERT_EQ(calls_.size(), 1U);
    std::string order;
    for (const auto& asked : calls_[0].asked) order += asked.image_id[0];
    EXPECT_EQ(order, "wwwwwwwwwwxxxxxxxxxx");
}

TEST_F(ScheduleTest, AQuarterOfTheCallsGoesToColdImagesThatAreLate) {
    settings_.accounts[0].get_image_infos_per_second = 2;
    start();
    created_ = clock_.wall() - hours{24 * 365};
    add(names("n", 2'000), Source::settings);
    live_for(seconds{60});
    created_ = clock_.wall();
    add(names("u", 400), Source::settings);  // more than the rate allows for
    live_for(seconds{15});
    clock_.advance(hours{21});
    created_ = clock_.wall();
    live_for(seconds{15});
    asked_.clear();
    live_for(seconds{100});
    const double share = static_cast<double>(asked_['n']) / (asked_['n'] + asked_['u']);
    EXPECT_GE(share, 0.2);
    EXPECT_LE(share, 0.3);
}

TEST_F(ScheduleTest, AnImportIsAskedAsFastAsTheRateAllowsAndThenSpreadOverHours) {
    settings_.accounts[0].get_image_infos_per_second = 10;
    start();
    created_ = clock_.wall() - hours{24 * 365};
    add(names("n", 9'000), Source::file);
    live_for(seconds{55});
    EXPECT_EQ(sql("SELECT count(*) FROM tracked_image WHERE state = 'pending'"), "0");
    const std::string most =
        sql("SELECT max(images) FROM (SELECT count(*) AS images FROM poll_queue GROUP BY due_at / "
            "3600000)");
    EXPECT_LE(std::stoi(most), 6'100) << "the sweep passes 6,000 keys an hour";
    EXPECT_EQ(sql("SELECT count(*) FROM (SELECT image_key, lag(image_key) OVER (ORDER BY due_at, "
                  "image_key) AS passed FROM poll_queue) WHERE image_key < passed"),
              "0")
        << "not in key order";
}

}  // namespace
}  // namespace vodcatalog
