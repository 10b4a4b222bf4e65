#include <set>

#include "tests/sync/sync_world.h"

namespace vodcatalog {
namespace {

// What the sync step makes of an account as a whole: its permissions, limits and errors.
class SyncAccountTest : public SyncWorld {};

TEST_F(SyncAccountTest, AThrottledCallHalvesTheRate) {
    load({"a"});
    run_for(milliseconds{100});
    fail(take_call(), CallErrorClass::throttled, "Throttling.User");
    ASSERT_EQ(listener_.all<Throttled>().size(), 1U);
    EXPECT_DOUBLE_EQ(listener_.all<Throttled>()[0].calls_per_second, 1.5);
    EXPECT_TRUE(listener_.all<AccountDown>().empty());
}

TEST_F(SyncAccountTest, EveryRequestOfACallCountsAgainstTheRate) {
    settings_.accounts[0].get_image_infos_per_second = 1;
    start();
    std::vector<std::string> ids;
    for (int i = 0; i < 100; ++i) ids.push_back("image-" + std::to_string(100 + i));
    load(ids);
    run_for(seconds{1});
    Answered lost;
    lost.call = take_call();
    calls_.clear();
    lost.outcome.error = CallError{};
    lost.outcome.requests = 3;
    sync_->on_answer(std::move(lost));
    run_for(milliseconds{2'400});
    EXPECT_EQ(calls_.size(), 1U) << "two more requests were sent: two seconds' worth";
}

TEST_F(SyncAccountTest, AWrongKeyIsToldOnceAndTriedAgainUntilItIsMended) {
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
    EXPECT_EQ(listener_.all<AccountDown>().size(), 1U);
    EXPECT_EQ(sql("SELECT state || ' ' || last_error FROM account"),
              "down InvalidAccessKeyId.NotFound: ");
    run_for(minutes{2});
    Call call = take_call();
    answer(std::move(call), {image("a", "Normal"), image("b", "Normal")});
    run_for(milliseconds{300});
    EXPECT_EQ(sql("SELECT state || ifnull(last_error, '') FROM account"), "up");
    ASSERT_EQ(listener_.all<AccountUp>().size(), 1U);
    EXPECT_GE(listener_.all<AccountUp>()[0].down_for, minutes{10});
}

TEST_F(SyncAccountTest, CredentialsThatComeWithinSecondsKeepTheAccountUp) {
    load({"a"});
    run_for(milliseconds{100});
    for (int i = 0; i < 20; ++i) {
        run_for(milliseconds{200});
        while (!calls_.empty()) fail(take_call(), CallErrorClass::session, "NoCredentials");
    }
    sync_->on_new_credentials(0);
    run_for(seconds{8});
    ASSERT_FALSE(calls_.empty());
    answer_all(true);
    run_for(milliseconds{300});
    EXPECT_TRUE(listener_.all<AccountDown>().empty());
    EXPECT_EQ(status_of("a"), "Normal");
}

TEST_F(SyncAccountTest, AnAccountWithoutCredentialsIsToldOnceAndAskedAsSoonAsItHasSome) {
    load({"a", "b"});
    int calls = 0;
    for (int i = 0; i < 3'600; ++i) {
        run_for(seconds{1});
        while (!calls_.empty()) {
            fail(take_call(), CallErrorClass::session, "NoCredentials");
            ++calls;
        }
    }
    EXPECT_LE(calls, 400);
    EXPECT_EQ(listener_.all<AccountDown>().size(), 1U);
    while (calls_.empty()) run_for(milliseconds{100});
    fail(take_call(), CallErrorClass::session, "NoCredentials");
    load({"a", "b", "c"});
    ASSERT_TRUE(calls_.empty()) << "c is due, but the account was tried just now";
    sync_->on_new_credentials(0);
    keep(sync_->on_tick());
    ASSERT_EQ(calls_.size(), 1U);
    answer_all(true);
    run_for(milliseconds{300});
    EXPECT_EQ(status_of("c"), "Normal");
    EXPECT_EQ(listener_.all<AccountUp>().size(), 1U);
}

TEST_F(SyncAccountTest, AClockThatIsFarOffIsToldOnceAndAgainWhenItIsOver) {
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
    const auto told = listener_.all<ClockSkew>();
    ASSERT_EQ(told.size(), 2U);
    EXPECT_FALSE(told[0].over);
    EXPECT_TRUE(told[1].over);
}

TEST_F(SyncAccountTest, WithGetImageInfoAloneEachImageHasItsOwnCall) {
    settings_.accounts[0].operation = OperationChoice::get_image_info;
    start();
    load({"a", "b", "c"});
    run_for(milliseconds{200});
    ASSERT_EQ(calls_.size(), 3U);
    for (const Call& call : calls_) {
        EXPECT_EQ(call.operation, Operation::get_image_info);
        EXPECT_EQ(call.asked.size(), 1U);
    }
}

TEST_F(SyncAccountTest, WithoutPermissionForGetImageInfosImagesAreAskedOneByOneUntilItIsGranted) {
    load({"a", "b"});
    run_for(milliseconds{100});
    fail(take_call(), CallErrorClass::permission, "Forbidden.RAM");
    run_for(milliseconds{200});
    ASSERT_EQ(calls_.size(), 2U) << "at once, by the other operation";
    for (const std::string id : {"a", "b"}) {
        EXPECT_EQ(calls_[0].operation, Operation::get_image_info);
        answer(take_call(), {image(id, "Uploading")});
    }
    EXPECT_TRUE(listener_.all<AccountDown>().empty());
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
    EXPECT_EQ(listener_.all<OperationRefused>().size(), 1U);
    for (int i = 0; i < 3'600 && listener_.all<OperationAllowed>().empty(); ++i) {
        run_for(seconds{2});
        answer_all(true, "Uploading");
    }
    EXPECT_EQ(listener_.all<OperationAllowed>().size(), 1U);
}

TEST_F(SyncAccountTest, WithoutPermissionForEitherOperationTheAccountIsDownOnce) {
    load({"a", "b"});
    int calls = 0;
    for (int i = 0; i < 600; ++i) {
        run_for(seconds{1});
        while (!calls_.empty()) {
            fail(take_call(), CallErrorClass::permission, "Forbidden.RAM");
            ++calls;
        }
    }
    EXPECT_EQ(listener_.all<AccountDown>().size(), 1U);
    EXPECT_LE(listener_.all<OperationRefused>().size(), 1U);
    EXPECT_GE(calls, 10);
    EXPECT_LE(calls, 50);
    for (int i = 0; i < 120 && listener_.all<AccountUp>().empty(); ++i) {
        run_for(seconds{1});
        answer_all(true);
    }
    EXPECT_EQ(listener_.all<AccountUp>().size(), 1U) << "noticed within two minutes";
}

TEST_F(SyncAccountTest, WithoutPermissionForGetImageInfoSuspectsStayAndAreAskedWithTheOthers) {
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
    EXPECT_EQ(listener_.all<OperationRefused>().size(), 1U);
    answer(take_call(), {image("a", "Normal")});
    run_for(seconds{1});
    EXPECT_EQ(sql("SELECT state FROM tracked_image"), "tracked");
}

TEST_F(SyncAccountTest, AnImageThatSpoilsItsCallIsFoundBySplittingAndSetApart) {
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
    ASSERT_EQ(listener_.all<ImageQuarantined>().size(), 1U);
    EXPECT_EQ(listener_.all<ImageQuarantined>()[0].error.code, "InvalidParameter");
    EXPECT_TRUE(listener_.all<AccountDown>().empty());

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
    EXPECT_EQ(listener_.all<ImageQuarantined>().size(), 1U);
    EXPECT_EQ(status_of("id17"), "NULL") << "a call error is no status";
}

TEST_F(SyncAccountTest, WhenEveryCallIsRefusedNoImageIsToBlame) {
    load({"a", "b", "c"});
    for (int i = 0; i < 600; ++i) {
        run_for(seconds{1});
        while (!calls_.empty()) fail(take_call(), CallErrorClass::request, "InvalidVersion");
    }
    EXPECT_EQ(sql("SELECT DISTINCT state FROM tracked_image"), "pending");
    EXPECT_EQ(listener_.all<AccountDown>().size(), 1U);
    EXPECT_TRUE(listener_.all<ImageQuarantined>().empty());
}

TEST_F(SyncAccountTest, AQuarantinedImageThatIsAnsweredIsWatchedAsBefore) {
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

TEST_F(SyncAccountTest, AnAccountThatHasNoneOfItsImagesNamesItsEndpointOnce) {
    load({"a", "b"});
    run_for(milliseconds{100});
    answer(take_call(), {}, {"a", "b"});
    run_for(milliseconds{300});
    ASSERT_EQ(listener_.all<WrongEndpoint>().size(), 1U);
    EXPECT_EQ(listener_.all<WrongEndpoint>()[0].endpoint, "https://vod.cn-shanghai.aliyuncs.com");
    run_for(seconds{10});
    answer(take_call(), {}, {"a", "b"});
    run_for(seconds{10});
    EXPECT_EQ(listener_.all<WrongEndpoint>().size(), 1U);
    answer(take_call(), {image("a", "Normal")}, {"b"});
    run_for(seconds{1});
    ASSERT_EQ(listener_.all<WrongEndpoint>().size(), 2U);
    EXPECT_TRUE(listener_.all<WrongEndpoint>()[1].over);
}

TEST_F(SyncAccountTest, AnAccountThatHasOneOfItsImagesHasTheRightEndpoint) {
    load({"a", "b"});
    run_for(milliseconds{100});
    answer(take_call(), {image("a", "Normal")}, {"b"});
    run_for(milliseconds{300});
    start();
    load({"a", "b", "c"});
    run_for(seconds{1});
    answer_all(false);
    run_for(seconds{1});
    EXPECT_TRUE(listener_.all<WrongEndpoint>().empty());
}

TEST_F(SyncAccountTest, ADailyCapIsSpreadOverTheDay) {
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

TEST_F(SyncAccountTest, AnAccountThatHangsHoldsUpNoOther) {
    SyncAccount other = settings_.accounts[0];
    other.name = "other";
    settings_.accounts.push_back(other);
    settings_.calls_in_flight_max = 4;
    start();
    std::vector<std::string> ids;
    for (int i = 100; i < 400; ++i) ids.push_back("id" + std::to_string(i));
    load(ids);
    auto set = std::make_shared<IdSet>();
    set->text = "z";
    set->image_ids.push_back(set->text);
    sync_->load_ids(1, Source::settings, set);
    int answered = 0;
    for (int i = 0; i < 300; ++i) {
        run_for(seconds{1});
        while (!calls_.empty()) {
            Call call = take_call();
            if (call.account == 0) continue;  // It never comes back.
            answer(std::move(call), {image("z", "Uploading")});
            ++answered;
        }
    }
    EXPECT_GE(answered, 30);
}

TEST_F(SyncAccountTest, AGoodAnswerThatAsksForAPauseGetsOne) {
    load({"a"});
    run_for(milliseconds{100});
    Answered answered;
    answered.call = take_call();
    answered.outcome.answer.images = {image("a", "Uploading")};
    answered.outcome.answer.image_count = 1;
    answered.outcome.answer.content_hashes = {1};
    answered.outcome.wait_hint = seconds{30};
    answered.at = clock_.wall();
    sync_->on_answer(std::move(answered));
    run_for(seconds{29});
    EXPECT_TRUE(calls_.empty());
    run_for(seconds{2});
    EXPECT_EQ(calls_.size(), 1U);
}

}  // namespace
}  // namespace vodcatalog
