#include <map>

#include "tests/sync/sync_world.h"

namespace vodcatalog {
namespace {

// What clocks that jump, a suspended machine and a long absence do to the schedule.
class TimeTest : public SyncWorld {
protected:
    static constexpr int kRate = 3;
    static constexpr int kResting = 1'200;

    void SetUp() override {
        SyncWorld::SetUp();
        std::vector<std::string> ids{"u1", "u2"};
        for (int i = 0; i < kResting; ++i) ids.push_back("n" + std::to_string(10'000 + i));
        load(ids, Source::file);
        live_for(minutes{2});
        EXPECT_EQ(sql("SELECT count(*) FROM tracked_image WHERE state = 'pending'"), "0");
        calls_made_ = 0;
        asked_.clear();
    }
    /// Uploads began now and then; the resting are a year old.
    void live_for(milliseconds time, milliseconds step = milliseconds{250}) {
        int last_second = 0;
        for (milliseconds at{0}; at < time; at += step) {
            clock_.advance(step);
            keep(sync_->on_tick());
            const int calls = static_cast<int>(calls_.size());
            last_second = at % seconds{1} == milliseconds{0} ? calls : last_second + calls;
            most_a_second_ = std::max(most_a_second_, last_second);
            serve();
        }
    }
    void serve() {
        while (!calls_.empty()) {
            Call call = take_call();
            ++calls_made_;
            std::vector<Image> images;
            for (const auto& asked : call.asked) {
                ++asked_[asked.image_id];
                const bool uploading = asked.image_id[0] == 'u';
                images.push_back(image(asked.image_id, uploading ? "Uploading" : "Normal"));
                images.back().creation_time =
                    catalog::to_iso_seconds(uploading ? begun_ : begun_ - hours{24 * 365});
            }
            take_in(std::move(call), images);
        }
    }
    /// As the cloud answers: with a date.
    void take_in(Call call, const std::vector<Image>& images) {
        Answered answered;
        answered.call = std::move(call);
        answered.outcome.answer.images = images;
        answered.outcome.answer.image_count = images.size();
        for (const Image& it : images)
            answered.outcome.answer.content_hashes.push_back(catalog::content_hash(it));
        answered.at = clock_.wall();
        answered.outcome.server_ahead = clock_.undisturbed() - clock_.wall();
        sync_->on_answer(std::move(answered));
    }
    /// No second had more calls than a full bucket and what grew meanwhile.
    void expect_no_burst() { EXPECT_LE(most_a_second_, 2 * kRate); }
    [[nodiscard]] int asked_twice() const {
        return static_cast<int>(std::count_if(asked_.begin(), asked_.end(), [](const auto& it) {
            return it.first[0] == 'n' && it.second > 1;
        }));
    }

    WallTime begun_ = clock_.wall();
    int calls_made_ = 0;
    int most_a_second_ = 0;
    std::map<std::string, int> asked_;
};

TEST_F(TimeTest, AWallClockThatJumpsADayNeitherSkipsNorBursts) {
    live_for(minutes{3});
    const int usual = calls_made_;
    ASSERT_GT(usual, 10);
    for (const auto jump : {hours{24}, hours{-24}, hours{-24}, hours{24}}) {
        clock_.jump_wall(jump);
        calls_made_ = 0;
        asked_.clear();
        live_for(minutes{3});
        EXPECT_GE(calls_made_, usual / 2) << "hours " << jump.count();
        EXPECT_LE(calls_made_, usual * 2) << "hours " << jump.count();
        EXPECT_GE(asked_["u1"], 5);
    }
    expect_no_burst();
}

TEST_F(TimeTest, AnHoursSuspendIsCaughtUpWithinTheRateAndEachImageOnce) {
    clock_.advance(hours{1});
    live_for(seconds{20});
    EXPECT_GE(asked_["u1"], 1);
    EXPECT_LE(asked_["u1"], 20 / 2 + 1) << "missed polls are one";
    EXPECT_LE(calls_made_, 21 * kRate + kRate);
    EXPECT_EQ(asked_twice(), 0);
    expect_no_burst();
}

TEST_F(TimeTest, CallsUnderWayWhenTheMachineIsSuspendedAreAnsweredLateAndAskedOnAsUsual) {
    while (calls_.empty()) {
        clock_.advance(milliseconds{250});
        keep(sync_->on_tick());
    }
    std::vector<Call> under_way;
    under_way.swap(calls_);
    clock_.advance(hours{1});
    for (Call& call : under_way) fail(std::move(call), CallErrorClass::transport);
    begun_ = clock_.wall();
    live_for(seconds{60});
    EXPECT_GE(asked_["u1"], 2);
    expect_no_burst();
}

TEST_F(TimeTest, ARestartAfterAWeekIsCaughtUpWithinTheRate) {
    clock_.advance(hours{24 * 7});
    begun_ = clock_.wall();
    start();
    live_for(seconds{10});
    EXPECT_GE(asked_["u1"], 1) << "hot ones come first";
    EXPECT_EQ(asked_twice(), 0);
    live_for(seconds{15});
    EXPECT_LE(calls_made_, 25 * kRate + kRate);
    expect_no_burst();
    EXPECT_GE(static_cast<int>(asked_.size()), kResting) << "all were due, and 20 fit in a call";
}

TEST_F(TimeTest, ARestartWithAClockADayAheadAndAgainWithTheRightOneKeepsTheSchedule) {
    clock_.jump_wall(hours{24});
    start();
    live_for(minutes{2});
    clock_.jump_wall(-hours{24});
    start();
    calls_made_ = 0;
    asked_.clear();
    live_for(minutes{3});
    EXPECT_GE(asked_["u1"], 5) << "due a day from now";
    expect_no_burst();
    clock_.advance(hours{21});
    live_for(seconds{30});
    EXPECT_GE(static_cast<int>(asked_.size()), kResting);
}

}  // namespace
}  // namespace vodcatalog
