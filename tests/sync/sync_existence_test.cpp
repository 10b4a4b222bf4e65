#include "tests/sync/sync_world.h"

namespace vodcatalog {
namespace {

// When an image is suspect, and when it is gone.
class SyncExistenceTest : public SyncWorld {};

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
    std::vector<std::string> ids;
    for (int i = 100; i < 140; ++i) ids.push_back("id" + std::to_string(i));
    load(ids);
    run_for(seconds{2});
    answer_all(true);
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
    std::vector<std::string> ids;
    for (int i = 100; i < 140; ++i) ids.push_back("id" + std::to_string(i));
    load(ids);
    run_for(seconds{2});
    answer_all(true);
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

TEST_F(SyncExistenceTest, HotImagesDoNotKeepASuspectFromItsSecondOpinion) {
    load({"a"});
    run_for(milliseconds{100});
    answer_all(true);
    run_for(hours{1});
    answer_all(false);
    std::vector<std::string> ids{"a"};
    for (int i = 1'000; i < 3'000; ++i) ids.push_back("id" + std::to_string(i));
    load(ids);
    const auto answer_others = [&] {
        int alone = 0;
        std::vector<Call> calls = std::move(calls_);
        calls_.clear();
        for (Call& call : calls) {
            const bool single = call.operation == Operation::get_image_info;
            alone += single ? 1 : 0;
            calls_.push_back(std::move(call));
            answer_all(!single, "Uploading");
        }
        return alone;
    };
    int alone = 0;
    for (int i = 0; i < 3'600; ++i) {
        run_for(milliseconds{100});
        alone += answer_others();
    }
    EXPECT_GE(alone, 1);
    EXPECT_EQ(sql("SELECT state FROM image_info JOIN tracked_image USING (image_key) WHERE "
                  "image_id = 'a'"),
              "gone");
}

}  // namespace
}  // namespace vodcatalog
