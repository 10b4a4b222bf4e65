#include "tests/sync/sync_world.h"

namespace vodcatalog {
namespace {

// When an image is suspect, and when it is gone.
class SyncExistenceTest : public SyncWorld {
protected:
    void load_and_see_forty() {
        std::vector<std::string> ids;
        for (int i = 100; i < 140; ++i) ids.push_back("id" + std::to_string(i));
        load(ids);
        run_for(seconds{2});
        answer_all(true);
    }
};

TEST_F(SyncExistenceTest, ADeletedImageIsGoneOnlyAfterASecondOpinionGivenAlone) {
    load({"a"});
    run_for(milliseconds{100});
    answer(take_call(), {image("a", "Normal")});
    run_for(hours{1});
    answer(take_call(), {}, {"a"});
    run_for(milliseconds{300});
    EXPECT_EQ(sql("SELECT state FROM tracked_image"), "suspect");
    EXPECT_EQ(sql("SELECT ifnull(gone_at, '') FROM image_info"), "");
    run_for(minutes{4});
    EXPECT_TRUE(calls_.empty());
    run_for(minutes{2});
    ASSERT_EQ(calls_.size(), 1U);
    EXPECT_EQ(calls_[0].operation, Operation::get_image_info);
    answer(take_call(), {}, {"a"});
    run_for(milliseconds{300});
    EXPECT_EQ(sql("SELECT state FROM tracked_image"), "gone");
    EXPECT_NE(sql("SELECT ifnull(gone_at, '') FROM image_info"), "");
    EXPECT_EQ(status_of("a"), "Normal") << "its rows stay as they were";
}

TEST_F(SyncExistenceTest, ANotExistAnswerSoonAfterFirstSightMeansNothing) {
    load({"a"});
    run_for(milliseconds{100});
    answer(take_call(), {}, {"a"});
    run_for(seconds{10});
    answer(take_call(), {image("a", "Uploading")});
    run_for(seconds{5});
    answer(take_call(), {}, {"a"});
    run_for(milliseconds{300});
    EXPECT_EQ(sql("SELECT state FROM tracked_image"), "tracked");
}

TEST_F(SyncExistenceTest, NoneIsBelievedGoneWhileATenthOfTheAccountIsSuspect) {
    load_and_see_forty();
    for (int i = 0; i < 90; ++i) {
        run_for(minutes{1});
        answer_all(false);
    }
    EXPECT_EQ(sql("SELECT DISTINCT state FROM tracked_image"), "suspect");
    EXPECT_FALSE(listener_.all<GoneHeld>().empty());
    for (int i = 0; i < 10; ++i) {
        run_for(minutes{1});
        answer_all(true);
    }
    run_for(seconds{1});
    EXPECT_EQ(sql("SELECT DISTINCT state FROM tracked_image"), "tracked");
}

TEST_F(SyncExistenceTest, ManySuspectsAreGoneOnceThatIsAccepted) {
    load_and_see_forty();
    for (int i = 0; i < 90; ++i) {
        run_for(minutes{1});
        answer_all(false);
    }
    ASSERT_EQ(sql("SELECT DISTINCT state FROM tracked_image"), "suspect");
    ASSERT_EQ(listener_.all<GoneHeld>().size(), 1U) << "told once";
    EXPECT_EQ(sync_->accept_gone(0), 40);
    for (int i = 0; i < 120; ++i) {
        run_for(seconds{10});
        answer_all(false);
    }
    EXPECT_EQ(sql("SELECT DISTINCT state FROM tracked_image"), "gone");
}

TEST_F(SyncExistenceTest, ThatNoneIsBelievedGoneIsToldThoughTheTransactionFailed) {
    bool full = false;
    sync_.reset();
    open([&full](std::string_view where) {
        if (full && where == "before_commit") throw catalog::Retryable("the disk is full");
    });
    start();
    load_and_see_forty();
    for (int i = 0; i < 90; ++i) {
        run_for(minutes{1});
        full = sql("SELECT count(*) >= 20 FROM tracked_image WHERE state = 'suspect'") == "1" &&
               listener_.all<CatalogTrouble>().empty();
        answer_all(false);
    }
    EXPECT_EQ(listener_.all<CatalogTrouble>().size(), 1U);
    EXPECT_EQ(listener_.all<GoneHeld>().size(), 1U);
}

TEST_F(SyncExistenceTest, HotImagesDoNotKeepASuspectFromItsSecondOpinion) {
    std::vector<std::string> ids{"a"};
    for (int i = 100; i < 300; ++i) ids.push_back("id" + std::to_string(i));
    int alone = 0, together = 0;
    const auto run_and_answer_for = [&](seconds time) {
        for (int i = 0; i < time / milliseconds{100}; ++i) {
            run_for(milliseconds{100});
            while (!calls_.empty()) {
                Call call = take_call();
                std::vector<Image> images;
                std::vector<std::string> missing;
                call.operation == Operation::get_image_info ? ++alone : ++together;
                for (const auto& asked : call.asked) {
                    if (asked.image_id == "a") {
                        missing.push_back("a");
                        continue;
                    }
                    images.push_back(image(asked.image_id, "Uploading"));
                    images.back().creation_time.reset();  // As old as its first sight: hot.
                }
                answer(std::move(call), images, missing);
            }
        }
    };
    load({"a"});
    run_for(milliseconds{100});
    answer_all(true);
    run_for(hours{1});
    load(ids);
    run_and_answer_for(seconds{30});
    ASSERT_EQ(sql("SELECT count(*) FROM tracked_image WHERE state = 'suspect'"), "1");
    settings_.poll.uploading_root = 0.05;
    settings_.poll.uploading_min = seconds{1};
    start();
    together = 0;
    run_and_answer_for(seconds{400});
    EXPECT_GE(together, 1'150) << "the hot images do not take every call";
    EXPECT_GE(alone, 1);
    EXPECT_EQ(sql("SELECT state FROM image_info JOIN tracked_image USING (image_key) WHERE "
                  "image_id = 'a'"),
              "gone");
}

}  // namespace
}  // namespace vodcatalog
