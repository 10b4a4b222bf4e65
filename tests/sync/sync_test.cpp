#include "daemon/sync/image_files.h"
#include "tests/sync/sync_world.h"

namespace vodcatalog {
namespace {

// What becomes of an image that is watched.
class SyncTest : public SyncWorld {};

TEST_F(SyncTest, ANewImageIsAskedForAtOnceAndItsStatusRecordedAndTold) {
    load({"a"});
    run_for(milliseconds{100});
    ASSERT_EQ(calls_.size(), 1U);
    answer(take_call(), {image("a", "Uploading")});
    run_for(milliseconds{300});
    EXPECT_EQ(status_of("a"), "Uploading");
    const auto told = listener_.all<StatusChanged>();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].change.to, "Uploading");
    EXPECT_EQ(sql("SELECT state FROM account"), "up");
}

TEST_F(SyncTest, AnUploadingImageIsAskedAgainAfterTwoSecondsThenLessAndLessOften) {
    load({"a"});
    run_for(milliseconds{100});
    int calls = 0;
    for (int i = 0; i < 600; ++i) {
        run_for(milliseconds{100});
        while (!calls_.empty()) {
            answer(take_call(), {image("a", "Uploading")});
            ++calls;
        }
    }
    EXPECT_GE(calls, 12);
    EXPECT_LE(calls, 30);
}

TEST_F(SyncTest, TellsWhatItIsIn) {
    EXPECT_EQ(sync_->summary(), "0 of 1 accounts up, 1 not answered yet, 0 calls in flight");
    EXPECT_EQ(sync_->status().accounts.at(0).answered_at, std::nullopt);
    load({"a"});
    run_for(milliseconds{100});
    answer(take_call(), {image("a", "Uploading")});
    EXPECT_EQ(sync_->summary(), "1 of 1 accounts up, 0 calls in flight");
    EXPECT_TRUE(sync_->status().accounts.at(0).answered_at);
    EXPECT_EQ(listener_.all<CallEnded>().at(0).error_class, std::nullopt);
    run_for(milliseconds{3'000});
    fail(take_call(), CallErrorClass::credentials);
    EXPECT_EQ(sync_->summary(), "0 of 1 accounts up, 0 calls in flight");
    EXPECT_EQ(sync_->status().accounts.at(0).down, CallErrorClass::credentials);
    EXPECT_EQ(listener_.all<CallEnded>().at(1).error_class, CallErrorClass::credentials);
}

TEST_F(SyncTest, TwentyImagesShareACall) {
    std::vector<std::string> ids;
    for (int i = 100; i < 145; ++i) ids.push_back("id" + std::to_string(i));
    load(ids);
    run_for(milliseconds{500});
    ASSERT_EQ(calls_.size(), 3U);
    EXPECT_EQ(calls_[0].asked.size(), 20U);
    EXPECT_EQ(calls_[1].asked.size(), 20U);
    EXPECT_EQ(calls_[2].asked.size(), 5U);
    run_for(seconds{60});
    EXPECT_EQ(calls_.size(), 3U) << "an image is in two calls at once";
}

TEST_F(SyncTest, ACallIsFilledWithImagesThatAreNotDueYet) {
    load({"a", "b", "c"});
    run_for(milliseconds{100});
    answer(take_call(), {image("a", "Uploading"), image("b", "Normal"), image("c", "Normal")});
    run_for(seconds{3});
    ASSERT_EQ(calls_.size(), 1U);
    EXPECT_EQ(calls_[0].asked.size(), 3U);
    EXPECT_EQ(calls_[0].asked[0].image_id, "a");
}

TEST_F(SyncTest, AnUnchangedAnswerThatOnlyFilledACallIsNotWrittenMoreThanOnceAMinute) {
    load({"a", "b"});
    run_for(milliseconds{100});
    answer(take_call(), {image("a", "Uploading"), image("b", "Normal")});
    run_for(milliseconds{500});
    const std::string before = sql("SELECT last_answered_at FROM poll_queue WHERE tier = 2");
    for (int i = 0; i < 8; ++i) {
        run_for(seconds{5});
        while (!calls_.empty())
            answer(take_call(), {image("a", "Uploading"), image("b", "Normal")});
    }
    run_for(milliseconds{300});
    EXPECT_EQ(sql("SELECT last_answered_at FROM poll_queue WHERE tier = 2"), before);
    for (int i = 0; i < 8; ++i) {
        run_for(seconds{5});
        while (!calls_.empty())
            answer(take_call(), {image("a", "Uploading"), image("b", "Normal")});
    }
    run_for(milliseconds{300});
    EXPECT_NE(sql("SELECT last_answered_at FROM poll_queue WHERE tier = 2"), before);
}

TEST_F(SyncTest, LastSeenIsTheLastAnswerEvenIfThatWasNotWritten) {
    load({"a", "b"});
    run_for(milliseconds{100});
    answer(take_call(), {image("a", "Uploading"), image("b", "Normal")});
    run_for(seconds{3});
    answer(take_call(), {image("a", "Uploading"), image("b", "Normal")});
    const auto seen = catalog::to_ms(clock_.wall());
    run_for(seconds{3});
    answer(take_call(), {image("a", "Uploading"), image("b", "UploadFail")});
    run_for(milliseconds{300});
    EXPECT_EQ(sql("SELECT last_seen_at FROM status_change WHERE to_status = 'UploadFail'"),
              std::to_string(seen));
}

TEST_F(SyncTest, ACallErrorChangesNoImageAndKeepsItDue) {
    load({"a"});
    run_for(milliseconds{100});
    answer(take_call(), {image("a", "Uploading")});
    run_for(seconds{3});
    const std::string before =
        sql("SELECT * FROM image_info") + sql("SELECT due_at FROM poll_queue");
    for (const auto error_class :
         {CallErrorClass::transport, CallErrorClass::server, CallErrorClass::throttled,
          CallErrorClass::request, CallErrorClass::credentials}) {
        fail(take_call(), error_class);
        keep(sync_->on_tick());
        EXPECT_EQ(sql("SELECT * FROM image_info") + sql("SELECT due_at FROM poll_queue"), before);
        run_for(minutes{3});
        ASSERT_EQ(calls_.size(), 1U) << to_string(error_class);
    }
    EXPECT_EQ(status_of("a"), "Uploading");
    EXPECT_EQ(sql("SELECT count(*) FROM status_change"), "1");
}

TEST_F(SyncTest, AnIdThatAGoodAnswerDoesNotNameStaysDue) {
    load({"a", "b"});
    run_for(milliseconds{100});
    answer(take_call(), {image("a", "Normal")});
    run_for(milliseconds{300});
    EXPECT_EQ(sql("SELECT state FROM tracked_image ORDER BY image_key"), "tracked\npending");
    run_for(minutes{1});
    ASSERT_EQ(calls_.size(), 1U);
    EXPECT_EQ(calls_[0].asked[0].image_id, "b");
    ASSERT_EQ(listener_.all<AnswerMismatch>().size(), 1U);
    EXPECT_EQ(listener_.all<AnswerMismatch>()[0].not_answered, 1U);
}

TEST_F(SyncTest, AnImageThatWasNotAskedForIsIgnoredAndCounted) {
    load({"a"});
    run_for(milliseconds{100});
    answer(take_call(), {image("stranger", "UploadFail"), image("a", "Normal")});
    run_for(milliseconds{300});
    EXPECT_EQ(sql("SELECT image_id || status FROM image_info"), "aNormal");
    EXPECT_EQ(listener_.all<AnswerMismatch>()[0].not_asked_for, 1U);
}

TEST_F(SyncTest, AnImageUntrackedWhileItIsInACallIsNotQueuedAgain) {
    load({"a", "b"});
    run_for(milliseconds{100});
    Call call = take_call();
    load({"b"});
    answer(std::move(call), {image("a", "Normal"), image("b", "Normal")});
    run_for(milliseconds{300});
    EXPECT_EQ(sql("SELECT image_id || state FROM image_info JOIN tracked_image USING (image_key) "
                  "ORDER BY image_id"),
              "auntracked\nbtracked");
    EXPECT_EQ(sql("SELECT count(*) FROM poll_queue"), "1");
}

TEST_F(SyncTest, TheMemoryOfARecordedAnswerGoesWithALaterCall) {
    load({"a"});
    run_for(milliseconds{100});
    Call first = take_call();
    EXPECT_TRUE(first.memory.images.empty());
    answer(std::move(first), {image("a", "Uploading")});
    run_for(seconds{60});
    EXPECT_EQ(take_call().memory.images.size(), 1U);
}

TEST_F(SyncTest, AFileThatLostOverHalfOfItsIdsUntracksNone) {
    load({"a", "b", "c"}, Source::file);
    load({"a"}, Source::file);
    EXPECT_EQ(listener_.all<ReleaseHeld>().size(), 1U);
    EXPECT_EQ(sql("SELECT DISTINCT state FROM tracked_image"), "pending");
    load({"a", "b"}, Source::file);
    EXPECT_EQ(sql("SELECT state FROM tracked_image"), "pending\npending\nuntracked");
}

TEST_F(SyncTest, AFileWithOtherIdsThroughoutUntracksNone) {
    load({"a", "b", "c"}, Source::file);
    load({"d", "e", "f", "g"}, Source::file);
    EXPECT_EQ(listener_.all<ReleaseHeld>().size(), 1U);
    EXPECT_EQ(sql("SELECT DISTINCT state FROM tracked_image"), "pending");
}

TEST_F(SyncTest, ALongListTellsHowFarItIsAndAgainUnchangedWritesNothing) {
    std::vector<std::string> ids;
    for (int i = 0; i < 250'000; ++i) ids.push_back("id" + std::to_string(1'000'000 + i * 7));
    load(ids, Source::file);
    const auto progress = listener_.all<IdsProgress>();
    ASSERT_EQ(progress.size(), 2U);
    EXPECT_EQ(progress[0].done, 100'000U);
    EXPECT_EQ(progress[1].done, 200'000U);
    EXPECT_EQ(progress[1].of, 250'000U);
    ASSERT_EQ(listener_.all<IdsLoaded>().size(), 1U);
    EXPECT_EQ(listener_.all<IdsLoaded>()[0].added, 250'000U);

    catalog_->checkpoint();
    sync_->stop_asking();
    load(ids, Source::file);
    EXPECT_EQ(listener_.all<IdsLoaded>()[1].known, 250'000U);
    EXPECT_EQ(listener_.all<IdsProgress>().size(), 2U);
    EXPECT_EQ(catalog_->wal_bytes(), 0U);
    ids.erase(ids.begin() + 1'000);
    ids.push_back("new");
    load(ids, Source::file);
    const IdsLoaded last = listener_.all<IdsLoaded>()[2];
    EXPECT_EQ(last.added, 1U);
    EXPECT_EQ(last.known, 249'999U);
    EXPECT_EQ(last.untracked, 1U);
}

TEST_F(SyncTest, AShortenedListCountsOnceItIsAccepted) {
    load({"a", "b", "c"}, Source::file);
    EXPECT_EQ(sync_->accept_untrack(0), 0U);
    load({"a"}, Source::file);
    EXPECT_EQ(sync_->accept_untrack(0), 2U);
    EXPECT_EQ(sync_->accept_untrack(0), 0U) << "once";
    take_in_lists();
    EXPECT_EQ(sql("SELECT state FROM tracked_image"), "pending\nuntracked\nuntracked");
}

TEST_F(SyncTest, AcceptingAShortenedListIsNotAcceptingAnother) {
    load({"a", "b", "c", "d"}, Source::file);
    load({"a"}, Source::file);
    load({"a", "b", "c", "d"}, Source::file);
    EXPECT_EQ(sync_->accept_untrack(0), 0U);
    load({"a"}, Source::file);
    EXPECT_EQ(listener_.all<ReleaseHeld>().size(), 2U);
    // A list that is known but not taken in yet is the one that counts.
    sync_->load_ids(0, Source::file, make_id_set({"a", "b", "c"}));
    EXPECT_EQ(sync_->accept_untrack(0), 0U);
    take_in_lists();
    EXPECT_EQ(sql("SELECT state FROM tracked_image"), "pending\npending\npending\nuntracked");
}

TEST_F(SyncTest, AJumpOfTheWallClockNeitherSkipsNorBursts) {
    for (const auto jump : {milliseconds{hours{24}}, milliseconds{-hours{24}}}) {
        start();
        calls_.clear();
        load({"a"});
        run_for(seconds{40});
        answer(take_call(), {image("a", "Uploading")});
        clock_.jump_wall(jump);
        int calls = 0;
        for (int i = 0; i < 60; ++i) {
            run_for(seconds{1});
            while (!calls_.empty()) {
                answer(take_call(), {image("a", "Uploading")});
                ++calls;
            }
        }
        EXPECT_GE(calls, 5);
        EXPECT_LE(calls, 30);
        clock_.jump_wall(-jump);
    }
}

TEST_F(SyncTest, ARestartAfterTheClockWasSetBackAsksWhenItWouldHave) {
    load({"a"});
    run_for(milliseconds{100});
    answer(take_call(), {image("a", "Normal")});
    run_for(minutes{2});
    clock_.jump_wall(-hours{240});
    start();
    run_for(hours{1});
    EXPECT_EQ(calls_.size(), 1U);
}

TEST_F(SyncTest, ADueTimeFromBeforeARestartIsKept) {
    load({"a"});
    run_for(milliseconds{100});
    answer(take_call(), {image("a", "Normal")});
    run_for(milliseconds{300});
    const std::string due = sql("SELECT due_at FROM poll_queue");
    start();
    run_for(minutes{1});
    EXPECT_TRUE(calls_.empty());
    EXPECT_EQ(sql("SELECT due_at FROM poll_queue"), due);
}

}  // namespace
}  // namespace vodcatalog
