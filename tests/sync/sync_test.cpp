#include "daemon/sync/sync.h"

#include <set>

#include "tests/world/catalog_fixture.h"
#include "tests/world/fake_clock.h"
#include "tests/world/fake_random.h"

namespace {

using catalog::Image;
using catalog::Source;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using vodcatalog::Answered;
using vodcatalog::Call;
using vodcatalog::CallError;
using vodcatalog::CallErrorClass;
using vodcatalog::Operation;
using vodcatalog::Sync;
using vodcatalog::SyncEvent;

struct Listener final : vodcatalog::SyncListener {
    void on_event(const SyncEvent& event) override { events.push_back(event); }
    template <typename Event>
    [[nodiscard]] std::vector<Event> all() const {
        std::vector<Event> found;
        for (const SyncEvent& event : events) {
            if (const auto* it = std::get_if<Event>(&event)) found.push_back(*it);
        }
        return found;
    }
    std::vector<SyncEvent> events;
};

class SyncTest : public world::CatalogFixture {
protected:
    void SetUp() override {
        open();
        vodcatalog::SyncAccount account;
        account.name = "main";
        account.region = "cn-shanghai";
        account.endpoint = "https://vod.cn-shanghai.aliyuncs.com";
        settings_.accounts.push_back(account);
        start();
    }
    void start() {
        sync_.reset();
        sync_ = std::make_unique<Sync>(*catalog_, clock_, random_, listener_, settings_);
    }
    void load(const std::vector<std::string>& ids, Source source = Source::settings) {
        auto set = std::make_shared<vodcatalog::IdSet>();
        for (const auto& id : ids) set->text += id;
        std::size_t at = 0;
        for (const auto& id : ids) {
            set->image_ids.push_back(std::string_view(set->text).substr(at, id.size()));
            at += id.size();
        }
        std::sort(set->image_ids.begin(), set->image_ids.end());
        sync_->load_ids(0, source, std::move(set));
        while (sync_->is_loading()) keep(sync_->on_tick());
    }
    void keep(Sync::Step step) {
        for (Call& call : step.calls) calls_.push_back(std::move(call));
    }
    /// Ticks whenever something is due until `time` has passed; calls made are in calls_.
    void run_for(milliseconds time) {
        for (milliseconds at{0}; at < time; at += milliseconds{100}) {
            clock_.advance(milliseconds{100});
            keep(sync_->on_tick());
        }
    }
    Call take_call() {
        EXPECT_FALSE(calls_.empty());
        Call call = std::move(calls_.front());
        calls_.erase(calls_.begin());
        return call;
    }
    static Image image(const std::string& image_id, const std::string& status) {
        Image image;
        image.image_id = image_id;
        image.status = status;
        image.creation_time = "2026-01-02T03:04:05Z";
        return image;
    }
    void answer(Call call, const std::vector<Image>& images,
                const std::vector<std::string>& not_exist = {}) {
        Answered answered;
        answered.call = std::move(call);
        auto& answer = answered.outcome.answer;
        answer.request_id = "REQ";
        answer.images = images;
        answer.image_count = images.size();
        for (const Image& it : images) answer.content_hashes.push_back(catalog::content_hash(it));
        answer.not_exist = not_exist;
        answered.at = clock_.wall();
        sync_->on_answer(std::move(answered));
    }
    void fail(Call call, CallErrorClass error_class, const std::string& code = "Code") {
        Answered answered;
        answered.call = std::move(call);
        answered.outcome.error = CallError{};
        answered.outcome.error->error_class = error_class;
        answered.outcome.error->code = code;
        answered.at = clock_.wall();
        sync_->on_answer(std::move(answered));
    }
    std::string status_of(const std::string& image_id) {
        return sql("SELECT ifnull(status, 'NULL') FROM image_info WHERE image_id = '" + image_id +
                   "'");
    }

    world::FakeClock clock_;
    world::FakeRandom random_;
    Listener listener_;
    vodcatalog::SyncSettings settings_;
    std::unique_ptr<Sync> sync_;
    std::vector<Call> calls_;
};

TEST_F(SyncTest, ANewImageIsAskedForAtOnceAndItsStatusRecordedAndTold) {
    load({"a"});
    run_for(milliseconds{100});
    ASSERT_EQ(calls_.size(), 1U);
    answer(take_call(), {image("a", "Uploading")});
    run_for(milliseconds{300});
    EXPECT_EQ(status_of("a"), "Uploading");
    const auto told = listener_.all<vodcatalog::StatusChanged>();
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

TEST_F(SyncTest, AThrottledCallHalvesTheRate) {
    load({"a"});
    run_for(milliseconds{100});
    fail(take_call(), CallErrorClass::throttled, "Throttling.User");
    ASSERT_EQ(listener_.all<vodcatalog::Throttled>().size(), 1U);
    EXPECT_DOUBLE_EQ(listener_.all<vodcatalog::Throttled>()[0].calls_per_second, 1.5);
    EXPECT_TRUE(listener_.all<vodcatalog::AccountDown>().empty());
}

TEST_F(SyncTest, AWrongKeyIsToldOnceAndTriedAgainUntilItIsMended) {
    load({"a", "b"});
    run_for(milliseconds{100});
    int calls = 0;
    for (int i = 0; i < 600; ++i) {
        run_for(seconds{1});
        while (!calls_.empty()) {
            fail(take_call(), CallErrorClass::credentials, "InvalidAccessKeyId.NotFound");
            ++calls;
        }
    }
    EXPECT_GE(calls, 8);
    EXPECT_LE(calls, 60);
    EXPECT_EQ(listener_.all<vodcatalog::AccountDown>().size(), 1U);
    EXPECT_EQ(sql("SELECT state || ' ' || last_error FROM account"),
              "down InvalidAccessKeyId.NotFound: ");
    run_for(minutes{2});
    Call call = take_call();
    answer(std::move(call), {image("a", "Normal"), image("b", "Normal")});
    run_for(milliseconds{300});
    EXPECT_EQ(sql("SELECT state || ifnull(last_error, '') FROM account"), "up");
    ASSERT_EQ(listener_.all<vodcatalog::AccountUp>().size(), 1U);
    EXPECT_GE(listener_.all<vodcatalog::AccountUp>()[0].down_for, minutes{10});
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
    ASSERT_EQ(listener_.all<vodcatalog::AnswerMismatch>().size(), 1U);
    EXPECT_EQ(listener_.all<vodcatalog::AnswerMismatch>()[0].not_answered, 1U);
}

TEST_F(SyncTest, AnImageThatWasNotAskedForIsIgnoredAndCounted) {
    load({"a"});
    run_for(milliseconds{100});
    answer(take_call(), {image("stranger", "UploadFail"), image("a", "Normal")});
    run_for(milliseconds{300});
    EXPECT_EQ(sql("SELECT image_id || status FROM image_info"), "aNormal");
    EXPECT_EQ(listener_.all<vodcatalog::AnswerMismatch>()[0].not_asked_for, 1U);
}

TEST_F(SyncTest, ADeletedImageIsGoneOnlyAfterASecondOpinionGivenAlone) {
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

TEST_F(SyncTest, ANotExistAnswerSoonAfterFirstSightMeansNothing) {
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

TEST_F(SyncTest, NoneIsBelievedGoneWhileATenthOfTheAccountIsSuspect) {
    std::vector<std::string> ids;
    for (int i = 100; i < 140; ++i) ids.push_back("id" + std::to_string(i));
    load(ids);
    const auto everything = [&](bool exist) {
        while (!calls_.empty()) {
            Call call = take_call();
            std::vector<Image> images;
            std::vector<std::string> missing;
            for (const auto& asked : call.asked) {
                exist ? images.push_back(image(asked.image_id, "Normal"))
                      : missing.push_back(asked.image_id);
            }
            answer(std::move(call), images, missing);
        }
    };
    run_for(seconds{2});
    everything(true);
    for (int i = 0; i < 90; ++i) {
        run_for(minutes{1});
        everything(false);
    }
    EXPECT_EQ(sql("SELECT DISTINCT state FROM tracked_image"), "suspect");
    EXPECT_FALSE(listener_.all<vodcatalog::GoneHeld>().empty());
    for (int i = 0; i < 10; ++i) {
        run_for(minutes{1});
        everything(true);
    }
    run_for(seconds{1});
    EXPECT_EQ(sql("SELECT DISTINCT state FROM tracked_image"), "tracked");
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

TEST_F(SyncTest, AFileThatLostOverHalfOfItsIdsUntracksNone) {
    load({"a", "b", "c"}, Source::file);
    load({"a"}, Source::file);
    EXPECT_EQ(listener_.all<vodcatalog::ReleaseHeld>().size(), 1U);
    EXPECT_EQ(sql("SELECT DISTINCT state FROM tracked_image"), "pending");
    load({"a", "b"}, Source::file);
    EXPECT_EQ(sql("SELECT state FROM tracked_image"), "pending\npending\nuntracked");
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

TEST_F(SyncTest, AClockThatIsFarOffIsToldOnceAndAgainWhenItIsOver) {
    load({"a"});
    run_for(milliseconds{100});
    for (const int ahead_minutes : {60, 60, 0, 0}) {
        Answered answered;
        answered.call = take_call();
        answered.outcome.error = CallError{};
        answered.outcome.server_ahead = minutes{ahead_minutes};
        sync_->on_answer(std::move(answered));
        run_for(minutes{1});
    }
    const auto told = listener_.all<vodcatalog::ClockSkew>();
    ASSERT_EQ(told.size(), 2U);
    EXPECT_FALSE(told[0].over);
    EXPECT_TRUE(told[1].over);
}

TEST_F(SyncTest, WithGetImageInfoAloneEachImageHasItsOwnCall) {
    settings_.accounts[0].operation = vodcatalog::OperationChoice::get_image_info;
    start();
    load({"a", "b", "c"});
    run_for(milliseconds{200});
    ASSERT_EQ(calls_.size(), 3U);
    for (const Call& call : calls_) {
        EXPECT_EQ(call.operation, Operation::get_image_info);
        EXPECT_EQ(call.asked.size(), 1U);
    }
}

TEST_F(SyncTest, WithoutPermissionForGetImageInfosImagesAreAskedOneByOneUntilItIsGranted) {
    load({"a", "b"});
    run_for(milliseconds{100});
    fail(take_call(), CallErrorClass::permission, "Forbidden.RAM");
    run_for(milliseconds{200});
    ASSERT_EQ(calls_.size(), 2U) << "at once, by the other operation";
    for (const std::string id : {"a", "b"}) {
        EXPECT_EQ(calls_[0].operation, Operation::get_image_info);
        answer(take_call(), {image(id, "Uploading")});
    }
    EXPECT_TRUE(listener_.all<vodcatalog::AccountDown>().empty());
    int tries = 0;
    for (int i = 0; i < 600; ++i) {
        run_for(seconds{1});
        while (!calls_.empty()) {
            Call call = take_call();
            const bool batch = call.operation == Operation::get_image_infos;
            tries += batch ? 1 : 0;
            const std::string id = call.asked[0].image_id;
            batch ? fail(std::move(call), CallErrorClass::permission, "Forbidden.RAM")
                  : answer(std::move(call), {image(id, "Uploading")});
        }
    }
    EXPECT_GE(tries, 2);
    EXPECT_LE(tries, 10);
    EXPECT_EQ(listener_.all<vodcatalog::OperationRefused>().size(), 1U);
    for (int i = 0; i < 3'600 && listener_.all<vodcatalog::OperationAllowed>().empty(); ++i) {
        run_for(seconds{2});
        while (!calls_.empty()) {
            Call call = take_call();
            std::vector<Image> images;
            for (const auto& asked : call.asked)
                images.push_back(image(asked.image_id, "Uploading"));
            answer(std::move(call), images);
        }
    }
    EXPECT_EQ(listener_.all<vodcatalog::OperationAllowed>().size(), 1U);
}

TEST_F(SyncTest, WithoutPermissionForEitherOperationTheAccountIsDownOnce) {
    load({"a", "b"});
    int calls = 0;
    for (int i = 0; i < 600; ++i) {
        run_for(seconds{1});
        while (!calls_.empty()) {
            fail(take_call(), CallErrorClass::permission, "Forbidden.RAM");
            ++calls;
        }
    }
    EXPECT_EQ(listener_.all<vodcatalog::AccountDown>().size(), 1U);
    EXPECT_LE(listener_.all<vodcatalog::OperationRefused>().size(), 1U);
    EXPECT_GE(calls, 10);
    EXPECT_LE(calls, 50);
    for (int i = 0; i < 120 && listener_.all<vodcatalog::AccountUp>().empty(); ++i) {
        run_for(seconds{1});
        while (!calls_.empty()) {
            Call call = take_call();
            std::vector<Image> images;
            for (const auto& asked : call.asked) images.push_back(image(asked.image_id, "Normal"));
            answer(std::move(call), images);
        }
    }
    EXPECT_EQ(listener_.all<vodcatalog::AccountUp>().size(), 1U) << "noticed within two minutes";
}

TEST_F(SyncTest, WithoutPermissionForGetImageInfoSuspectsStayAndAreAskedWithTheOthers) {
    load({"a"});
    run_for(milliseconds{100});
    answer(take_call(), {image("a", "Normal")});
    run_for(hours{1});
    answer(take_call(), {}, {"a"});
    run_for(minutes{6});
    ASSERT_EQ(calls_.size(), 1U);
    ASSERT_EQ(calls_[0].operation, Operation::get_image_info);
    fail(take_call(), CallErrorClass::permission, "Forbidden.RAM");
    run_for(seconds{1});
    for (int i = 0; i < 3; ++i) {
        ASSERT_EQ(calls_.size(), 1U);
        EXPECT_EQ(calls_[0].operation, Operation::get_image_infos);
        answer(take_call(), {}, {"a"});
        run_for(minutes{6});
        while (!calls_.empty() && calls_[0].operation == Operation::get_image_info)
            fail(take_call(), CallErrorClass::permission, "Forbidden.RAM");
        run_for(seconds{1});
    }
    EXPECT_EQ(sql("SELECT state FROM tracked_image"), "suspect");
    EXPECT_EQ(listener_.all<vodcatalog::OperationRefused>().size(), 1U);
    answer(take_call(), {image("a", "Normal")});
    run_for(seconds{1});
    EXPECT_EQ(sql("SELECT state FROM tracked_image"), "tracked");
}

TEST_F(SyncTest, AnImageThatSpoilsItsCallIsFoundBySplittingAndSetApart) {
    std::vector<std::string> ids;
    for (int i = 10; i < 30; ++i) ids.push_back("id" + std::to_string(i));
    load(ids);
    std::set<std::string> answered;
    int refused = 0;
    const auto serve = [&] {
        while (!calls_.empty()) {
            Call call = take_call();
            std::vector<Image> images;
            for (const auto& asked : call.asked)
                images.push_back(
                    image(asked.image_id, asked.image_id < "id15" ? "Uploading" : "Normal"));
            const bool bad = std::any_of(images.begin(), images.end(),
                                         [](const Image& it) { return it.image_id == "id17"; });
            if (bad) {
                ++refused;
                fail(std::move(call), CallErrorClass::request, "InvalidParameter");
                continue;
            }
            for (const Image& it : images) answered.insert(it.image_id);
            answer(std::move(call), images);
        }
    };
    for (int i = 0; i < 100; ++i) {
        run_for(milliseconds{200});
        serve();
    }
    EXPECT_EQ(answered.size(), 19U);
    EXPECT_LE(refused, 8);
    EXPECT_EQ(sql("SELECT image_id FROM image_info JOIN tracked_image USING (image_key) WHERE "
                  "state = 'quarantined'"),
              "id17");
    ASSERT_EQ(listener_.all<vodcatalog::ImageQuarantined>().size(), 1U);
    EXPECT_EQ(listener_.all<vodcatalog::ImageQuarantined>()[0].error.code, "InvalidParameter");
    EXPECT_TRUE(listener_.all<vodcatalog::AccountDown>().empty());

    for (int i = 0; i < 900; ++i) {
        run_for(seconds{6});
        for (const Call& call : calls_) {
            const bool has = std::any_of(call.asked.begin(), call.asked.end(),
                                         [](const auto& it) { return it.image_id == "id17"; });
            EXPECT_TRUE(!has || call.asked.size() == 1) << "asked with others";
        }
        serve();
    }
    EXPECT_GE(refused, 6);
    EXPECT_LE(refused, 20) << "no backoff";
    EXPECT_EQ(listener_.all<vodcatalog::ImageQuarantined>().size(), 1U);
    EXPECT_EQ(status_of("id17"), "NULL") << "a call error is no status";
}

TEST_F(SyncTest, WhenEveryCallIsRefusedNoImageIsToBlame) {
    load({"a", "b", "c"});
    for (int i = 0; i < 600; ++i) {
        run_for(seconds{1});
        while (!calls_.empty()) fail(take_call(), CallErrorClass::request, "InvalidVersion");
    }
    EXPECT_EQ(sql("SELECT DISTINCT state FROM tracked_image"), "pending");
    EXPECT_EQ(listener_.all<vodcatalog::AccountDown>().size(), 1U);
    EXPECT_TRUE(listener_.all<vodcatalog::ImageQuarantined>().empty());
}

TEST_F(SyncTest, AQuarantinedImageThatIsAnsweredIsWatchedAsBefore) {
    load({"a", "b"});
    run_for(milliseconds{100});
    fail(take_call(), CallErrorClass::request);
    for (int i = 0; i < 30; ++i) {
        run_for(milliseconds{500});
        while (!calls_.empty()) {
            Call call = take_call();
            const std::string id = call.asked[0].image_id;
            id == "a" ? fail(std::move(call), CallErrorClass::request)
                      : answer(std::move(call), {image(id, "Uploading")});
        }
    }
    ASSERT_EQ(sql("SELECT state FROM tracked_image ORDER BY image_key"), "quarantined\ntracked");
    for (int i = 0; i < 120; ++i) {
        run_for(seconds{10});
        while (!calls_.empty()) {
            Call call = take_call();
            const std::string id = call.asked[0].image_id;
            answer(std::move(call), {image(id, "Normal")});
        }
    }
    EXPECT_EQ(sql("SELECT DISTINCT state FROM tracked_image"), "tracked");
    EXPECT_EQ(status_of("a"), "Normal");
}

TEST_F(SyncTest, AnAccountThatHasNoneOfItsImagesNamesItsEndpointOnce) {
    load({"a", "b"});
    run_for(milliseconds{100});
    answer(take_call(), {}, {"a", "b"});
    run_for(milliseconds{300});
    ASSERT_EQ(listener_.all<vodcatalog::WrongEndpoint>().size(), 1U);
    EXPECT_EQ(listener_.all<vodcatalog::WrongEndpoint>()[0].endpoint,
              "https://vod.cn-shanghai.aliyuncs.com");
    run_for(seconds{10});
    answer(take_call(), {}, {"a", "b"});
    run_for(seconds{10});
    EXPECT_EQ(listener_.all<vodcatalog::WrongEndpoint>().size(), 1U);
    answer(take_call(), {image("a", "Normal")}, {"b"});
    run_for(seconds{1});
    ASSERT_EQ(listener_.all<vodcatalog::WrongEndpoint>().size(), 2U);
    EXPECT_TRUE(listener_.all<vodcatalog::WrongEndpoint>()[1].over);
}

TEST_F(SyncTest, AnAccountThatHasOneOfItsImagesHasTheRightEndpoint) {
    load({"a", "b"});
    run_for(milliseconds{100});
    answer(take_call(), {image("a", "Normal")}, {"b"});
    run_for(milliseconds{300});
    start();
    load({"a", "b", "c"});
    run_for(seconds{1});
    while (!calls_.empty()) {
        Call call = take_call();
        std::vector<std::string> missing;
        for (const auto& asked : call.asked) missing.push_back(asked.image_id);
        answer(std::move(call), {}, missing);
    }
    run_for(seconds{1});
    EXPECT_TRUE(listener_.all<vodcatalog::WrongEndpoint>().empty());
}

TEST_F(SyncTest, ManySuspectsAreGoneOnceThatIsAccepted) {
    std::vector<std::string> ids;
    for (int i = 100; i < 140; ++i) ids.push_back("id" + std::to_string(i));
    load(ids);
    const auto deny = [&](bool exist) {
        while (!calls_.empty()) {
            Call call = take_call();
            std::vector<Image> images;
            std::vector<std::string> missing;
            for (const auto& asked : call.asked) {
                exist ? images.push_back(image(asked.image_id, "Normal"))
                      : missing.push_back(asked.image_id);
            }
            answer(std::move(call), images, missing);
        }
    };
    run_for(seconds{2});
    deny(true);
    for (int i = 0; i < 90; ++i) {
        run_for(minutes{1});
        deny(false);
    }
    ASSERT_EQ(sql("SELECT DISTINCT state FROM tracked_image"), "suspect");
    ASSERT_EQ(listener_.all<vodcatalog::GoneHeld>().size(), 1U) << "told once";
    EXPECT_EQ(sync_->accept_gone(0), 40);
    for (int i = 0; i < 120; ++i) {
        run_for(seconds{10});
        deny(false);
    }
    EXPECT_EQ(sql("SELECT DISTINCT state FROM tracked_image"), "gone");
}

TEST_F(SyncTest, ADailyCapIsSpreadOverTheDay) {
    settings_.accounts[0].calls_per_day = 1'440;
    start();
    load({"a"});
    int calls = 0;
    for (int i = 0; i < 3'600; ++i) {
        run_for(seconds{1});
        while (!calls_.empty()) {
            answer(take_call(), {image("a", "Uploading")});
            ++calls;
        }
    }
    EXPECT_GE(calls, 50);
    EXPECT_LE(calls, 61);
}

TEST_F(SyncTest, AnAccountThatHangsHoldsUpNoOther) {
    vodcatalog::SyncAccount other = settings_.accounts[0];
    other.name = "other";
    settings_.accounts.push_back(other);
    settings_.calls_in_flight_max = 4;
    start();
    std::vector<std::string> ids;
    for (int i = 100; i < 400; ++i) ids.push_back("id" + std::to_string(i));
    load(ids);
    auto set = std::make_shared<vodcatalog::IdSet>();
    set->text = "z";
    set->image_ids.push_back(set->text);
    sync_->load_ids(1, Source::settings, set);
    int answered = 0;
    for (int i = 0; i < 300; ++i) {
        run_for(seconds{1});
        std::vector<Call> hanging;
        while (!calls_.empty()) {
            Call call = take_call();
            if (call.account == 0) continue;  // It never comes back.
            answer(std::move(call), {image("z", "Uploading")});
            ++answered;
        }
    }
    EXPECT_GE(answered, 30);
}

}  // namespace
