#include "catalog/incident_book.h"

#include "tests/world/catalog_fixture.h"

namespace {

using catalog::AlertPolicy;
using catalog::CloseReason;
using catalog::DeliveryTick;
using catalog::Notice;
using catalog::NoticeKind;
using catalog::Recording;
using catalog::Rule;
using catalog::Source;
using catalog::Tier;
using std::chrono::hours;
using namespace std::string_literals;

/// The book over a real catalog, with the channels "chat" and "mail". kNow is 03:04:05Z, so the
/// digest's first window ends 655 s after the beginning.
class IncidentBookTest : public world::CatalogFixture {
protected:
    static constexpr std::int64_t kDigest = 655;

    void SetUp() override {
        policy_.channels = {{"chat", {}}, {"mail", {}}};
        reopen();
        const std::string_view ids[] = {"a", "b", "c"};
        (void)catalog_->track(account_, Source::track_endpoint, ids, Tier::hot, at(0), at(0));
    }
    void reopen() {
        open();
        catalog_->set_alert_policy(policy_);
    }
    template <typename Work>
    void in_transaction(Work work) {
        Recording recording = catalog_->record();
        work(recording);
        recording.commit();
    }
    bool open_one(Rule rule, std::int64_t seconds, std::optional<std::int64_t> image_key = {}) {
        bool opened = false;
        in_transaction([&](Recording& recording) {
            opened = recording.incidents().open({rule, account_, image_key, at(seconds)});
        });
        return opened;
    }
    bool close_one(Rule rule, std::int64_t seconds, CloseReason reason = CloseReason::resolved,
                   std::optional<std::int64_t> image_key = {}) {
        bool closed = false;
        in_transaction([&](Recording& recording) {
            closed = recording.incidents().close(rule, account_, image_key, reason, at(seconds));
        });
        return closed;
    }
    std::vector<Notice> due(std::int64_t seconds, int items = 10) {
        std::vector<Notice> notices;
        in_transaction([&](Recording& recording) {
            notices = recording.notices().due(at(seconds), 100, items);
        });
        return notices;
    }
    /// Each due message: "chat closed account_down:resolved(untold)".
    std::string lines(std::int64_t seconds) {
        std::string text;
        for (const Notice& notice : due(seconds)) {
            text += notice.channel + " " + std::string(to_string(notice.kind));
            for (const auto& item : notice.items) {
                text += " " + std::string(to_string(item.rule)) +
                        (item.image_id.empty() ? "" : "/" + item.image_id);
                if (item.kind != NoticeKind::closed) continue;
                text += ":" + std::string(to_string(item.reason)) + (item.told ? "" : "(untold)");
            }
            text += "\n";
        }
        return text;
    }
    void deliver_all(std::int64_t seconds) {
        for (const Notice& notice : due(seconds))
            tick(notice, DeliveryTick::Kind::delivered, seconds);
    }
    void tick(const Notice& notice, DeliveryTick::Kind kind, std::int64_t seconds,
              std::int64_t retry_in = 0) {
        in_transaction([&](Recording& recording) {
            recording.notices().tick({notice.notice_id, "", kind, "HTTP 500", at(seconds),
                                      std::chrono::seconds{retry_in}},
                                     at(seconds));
        });
    }
    std::int64_t silence(const std::string& rule, std::int64_t from, std::int64_t to) {
        catalog::Silence silence;
        silence.rule = rule;
        silence.starts_at = at(from);
        silence.ends_at = at(to);
        silence.comment = "a test";
        std::int64_t id = 0;
        in_transaction(
            [&](Recording& recording) { id = recording.incidents().add_silence(silence); });
        return id;
    }
    void keep_up(std::int64_t seconds) {
        in_transaction([&](Recording& recording) { recording.incidents().keep_up(at(seconds)); });
    }

    AlertPolicy policy_;
};

TEST_F(IncidentBookTest, AnIncidentIsOpenOnceAndTellsEachChannelAfterTheGroupWait) {
    EXPECT_TRUE(open_one(Rule::account_down, 0));
    EXPECT_FALSE(open_one(Rule::account_down, 5));
    EXPECT_EQ(lines(29), "");
    EXPECT_EQ(lines(30), "chat firing account_down\nmail firing account_down\n");
    EXPECT_EQ(sql("SELECT rule || ' ' || severity || ' ' || ifnull(image_key, '-') FROM incident"),
              "account_down critical -");
}

TEST_F(IncidentBookTest, WhatWasDeliveredIsNotDueAgainAndItsEndIsTold) {
    open_one(Rule::account_down, 0);
    deliver_all(30);
    EXPECT_EQ(lines(10'000), "");
    EXPECT_TRUE(close_one(Rule::account_down, 600));
    EXPECT_FALSE(close_one(Rule::account_down, 601));
    EXPECT_EQ(lines(630), "chat closed account_down:resolved\nmail closed account_down:resolved\n");
    EXPECT_EQ(sql("SELECT close_reason FROM incident"), "resolved");
}

TEST_F(IncidentBookTest, AFiringThatNeverWentOutIsFollowedByOneThatTellsAllOfIt) {
    open_one(Rule::account_down, 0);
    const auto first = due(30);
    tick(first.at(0), DeliveryTick::Kind::delivered, 31);
    tick(first.at(1), DeliveryTick::Kind::retry, 31, 269);
    close_one(Rule::account_down, 60);
    EXPECT_EQ(lines(10'000),
              "chat closed account_down:resolved\nmail closed account_down:resolved(untold)\n");
    EXPECT_EQ(sql("SELECT state FROM notice WHERE channel = 'mail' ORDER BY notice_id"),
              "superseded\npending");
}

TEST_F(IncidentBookTest, AFiringThatWasGivenUpIsFollowedByOneThatTellsAllOfIt) {
    open_one(Rule::account_down, 0);
    for (const Notice& notice : due(30)) tick(notice, DeliveryTick::Kind::dead, 31);
    close_one(Rule::account_down, 60);
    EXPECT_EQ(lines(90),
              "chat closed account_down:resolved(untold)\n"
              "mail closed account_down:resolved(untold)\n");
    EXPECT_EQ(sql("SELECT DISTINCT last_error FROM notice WHERE state = 'dead'"), "HTTP 500");
}

TEST_F(IncidentBookTest, AMessageOnItsWayWhenItsCauseEndsHasBeenTold) {
    open_one(Rule::account_down, 0);
    const auto on_its_way = due(30);
    close_one(Rule::account_down, 31);
    EXPECT_EQ(lines(60), "") << "its end waits for others like it";
    for (const Notice& notice : on_its_way) tick(notice, DeliveryTick::Kind::delivered, 32);
    EXPECT_EQ(lines(61), "chat closed account_down:resolved\nmail closed account_down:resolved\n");
}

TEST_F(IncidentBookTest, ImagesWaitForTheDigestWhichTellsBeginningsAndEndsTogether) {
    open_one(Rule::upload_failed, 0, 1);
    open_one(Rule::upload_stuck, 10, 2);
    deliver_all(kDigest);
    open_one(Rule::image_gone, kDigest + 1, 3);
    close_one(Rule::upload_stuck, kDigest + 2, CloseReason::resolved, 2);
    EXPECT_EQ(lines(kDigest + 899), "");
    EXPECT_EQ(lines(kDigest + 900),
              "chat digest upload_stuck/b:resolved image_gone/c\n"
              "mail digest upload_stuck/b:resolved image_gone/c\n");
}

TEST_F(IncidentBookTest, WhatComesAndGoesWithinOneDigestIsOneLine) {
    open_one(Rule::upload_failed, 0, 1);
    open_one(Rule::upload_failed, 0, 2);
    close_one(Rule::upload_failed, 60, CloseReason::resolved, 1);
    EXPECT_EQ(lines(kDigest),
              "chat digest upload_failed/a:resolved(untold) upload_failed/b\n"
              "mail digest upload_failed/a:resolved(untold) upload_failed/b\n");
}

TEST_F(IncidentBookTest, IndividuallyToldImagesShareAMessageWithinTheGroupWait) {
    policy_.individually = {Rule::upload_failed};
    policy_.channels = {{"chat", {}}};
    reopen();
    open_one(Rule::upload_failed, 0, 1);
    open_one(Rule::upload_failed, 29, 2);
    open_one(Rule::upload_failed, 30, 3);
    EXPECT_EQ(lines(60),
              "chat firing upload_failed/a upload_failed/b\n"
              "chat firing upload_failed/c\n");
}

TEST_F(IncidentBookTest, NothingJoinsAMessageThatMayBeOnItsWay) {
    policy_.channels = {{"chat", {}}};
    reopen();
    open_one(Rule::upload_failed, 0, 1);
    ASSERT_EQ(due(kDigest).size(), 1U);
    open_one(Rule::upload_failed, 5, 2);  // the clock was set back
    EXPECT_EQ(lines(kDigest), "chat digest upload_failed/a\nchat digest upload_failed/b\n");
}

TEST_F(IncidentBookTest, MessagesWaitByTheSchedulesTimeAndIncidentsAreDatedByTheCloud) {
    in_transaction([&](Recording& recording) {
        recording.incidents().set_time(at(10'000));
        recording.incidents().open({Rule::account_down, account_, std::nullopt, at(0)});
    });
    EXPECT_EQ(lines(10'029), "");
    EXPECT_EQ(lines(10'030), "chat firing account_down\nmail firing account_down\n");
    EXPECT_EQ(sql("SELECT opened_at - 1767323045000 FROM incident"), "0");
}

TEST_F(IncidentBookTest, AClockThatWasSetBackBeforeAStartTakesTheMessagesWithIt) {
    in_transaction([&](Recording& recording) { recording.schedule_at(at(0)); });
    open_one(Rule::account_down, 0);
    EXPECT_EQ(catalog_->follow_clock(at(-3'600)), hours{1});
    EXPECT_EQ(lines(-3'571), "");
    EXPECT_EQ(lines(-3'570), "chat firing account_down\nmail firing account_down\n");
}

TEST_F(IncidentBookTest, AChannelWithALongQueueDoesNotHoldUpTheOthers) {
    policy_.group_wait = std::chrono::seconds{0};
    reopen();
    for (const Rule rule : {Rule::account_down, Rule::throttled, Rule::clock_skew}) {
        open_one(rule, 0);
    }
    std::vector<Notice> notices;
    in_transaction([&](Recording& recording) { notices = recording.notices().due(at(0), 1, 10); });
    ASSERT_EQ(notices.size(), 2U);
    EXPECT_EQ(notices[0].channel, "chat");
    EXPECT_EQ(notices[1].channel, "mail");
}

TEST_F(IncidentBookTest, AMessageListsSomeAndCountsAll) {
    for (std::int64_t key = 1; key <= 3; ++key) open_one(Rule::upload_failed, 0, key);
    const auto notices = due(kDigest, 2);
    ASSERT_EQ(notices.size(), 2U);
    EXPECT_EQ(notices[0].items.size(), 2U);
    EXPECT_EQ(notices[0].incidents(), 3);
    EXPECT_EQ(notices[0].counts.at(0),
              (catalog::NoticeCount{NoticeKind::firing, Rule::upload_failed, 3, 0}));
}

TEST_F(IncidentBookTest, TheKeyOfAMessageStaysAndNoTwoAreAlike) {
    open_one(Rule::account_down, 0);
    open_one(Rule::throttled, 0);
    const auto first = due(30);
    for (const Notice& notice : first) tick(notice, DeliveryTick::Kind::retry, 31, 9);
    EXPECT_TRUE(due(39).empty());
    const auto again = due(40);
    ASSERT_EQ(again.size(), 4U);
    std::set<std::string> keys;
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(again[i].key, first[i].key);
        EXPECT_EQ(again[i].attempts, 1);
        keys.insert(again[i].key);
    }
    EXPECT_EQ(keys.size(), 4U);
    EXPECT_EQ(sql("SELECT DISTINCT attempts || ' ' || last_error FROM notice"), "1 HTTP 500");
}

TEST_F(IncidentBookTest, AChannelHearsOfWhatItsFilterLetsThrough) {
    policy_.channels[0].filter.accounts = {"other"};
    policy_.channels[1].filter.categories = {"Products"};
    reopen();
    catalog::Database(file(), catalog::Database::Mode::write)
        .execute("UPDATE image_info SET cate_name = 'Products' WHERE image_id = 'b'");
    open_one(Rule::upload_failed, 0, 1);
    open_one(Rule::upload_failed, 0, 2);
    EXPECT_EQ(lines(kDigest), "mail digest upload_failed/b\n");
    close_one(Rule::upload_failed, 1, CloseReason::resolved, 1);
    EXPECT_EQ(sql("SELECT count(*) FROM notice WHERE kind = 'closed'"), "0");
}

TEST_F(IncidentBookTest, WhatIsSilencedIsRecordedAndToldWhenTheSilenceEnds) {
    silence("account_down", 0, 3'600);
    open_one(Rule::account_down, 10);
    open_one(Rule::throttled, 10);
    EXPECT_EQ(lines(3'000), "chat firing throttled\nmail firing throttled\n");
    deliver_all(3'000);
    keep_up(3'599);
    EXPECT_EQ(lines(3'700), "");
    keep_up(3'600);
    EXPECT_EQ(lines(3'630), "chat firing account_down\nmail firing account_down\n");
}

TEST_F(IncidentBookTest, WhatBeginsAndEndsInASilenceIsNotToldAtAll) {
    silence("account_down", 0, 3'600);
    open_one(Rule::account_down, 10);
    close_one(Rule::account_down, 20);
    keep_up(3'600);
    EXPECT_EQ(sql("SELECT count(*) FROM notice"), "0");
}

TEST_F(IncidentBookTest, ASilenceSurvivesARestartAndCanBeEndedEarly) {
    const auto id = silence("account_down", 0, 3'600);
    reopen();
    open_one(Rule::account_down, 10);
    keep_up(60);
    EXPECT_EQ(sql("SELECT count(*) FROM notice"), "0");
    in_transaction([&](Recording& recording) {
        EXPECT_TRUE(recording.incidents().end_silence(id, at(100)));
        EXPECT_FALSE(recording.incidents().end_silence(id, at(101)));
    });
    keep_up(120);
    EXPECT_EQ(lines(150), "chat firing account_down\nmail firing account_down\n");
}

TEST_F(IncidentBookTest, RemindersAreOffUnlessAskedForAndThenComeOnlyWhereItWasTold) {
    open_one(Rule::account_down, 0);
    tick(due(30).at(0), DeliveryTick::Kind::delivered, 30);
    keep_up(100'000);
    EXPECT_EQ(sql("SELECT count(*) FROM notice WHERE kind = 'reminder'"), "0");
    policy_.reminder_every = hours{4};
    catalog_->set_alert_policy(policy_);
    keep_up(14'399);
    EXPECT_EQ(sql("SELECT count(*) FROM notice WHERE kind = 'reminder'"), "0");
    keep_up(14'400);
    keep_up(14'460);
    EXPECT_EQ(sql("SELECT channel FROM notice WHERE kind = 'reminder'"), "chat");
}

TEST_F(IncidentBookTest, AChannelThatTheSettingsHaveNoMoreIsToldNothingFurther) {
    policy_.reminder_every = hours{1};
    reopen();
    open_one(Rule::account_down, 0);
    deliver_all(30);
    policy_.channels.pop_back();
    catalog_->set_alert_policy(policy_);
    keep_up(3'600);
    EXPECT_EQ(lines(3'700), "chat reminder account_down\n");
    deliver_all(3'700);
    close_one(Rule::account_down, 3'800);
    EXPECT_EQ(lines(3'900), "chat closed account_down:resolved\n");
    EXPECT_EQ(sql("SELECT count(*) FROM undelivered_notice WHERE channel = 'mail'"), "0");
}

TEST_F(IncidentBookTest, AStartWithTheSameSettingsWritesNothing) {
    reopen();
    catalog::Database watcher(file(), catalog::Database::Mode::read);
    const auto before = watcher.text("PRAGMA data_version");
    {
        Recording recording = catalog_->record();
        recording.facts().set_stuck_after(std::chrono::minutes{60});
        recording.commit();
    }
    (void)catalog_->enroll("main", "cn-shanghai", "https://vod.cn-shanghai.aliyuncs.com", at(9));
    EXPECT_EQ(watcher.text("PRAGMA data_version"), before);
    (void)catalog_->enroll("main", "cn-beijing", "https://vod.cn-beijing.aliyuncs.com", at(9));
    EXPECT_NE(watcher.text("PRAGMA data_version"), before);
    EXPECT_EQ(sql("SELECT region FROM account"), "cn-beijing");
}

TEST_F(IncidentBookTest, ImagesIncidentsExpireAfterSevenDaysButNotWhileTheAccountIsDown) {
    constexpr std::int64_t kWeek = 7 * 24 * 3'600;
    open_one(Rule::upload_failed, 0, 1);
    open_one(Rule::throttled, 0);
    keep_up(kWeek);
    EXPECT_EQ(sql("SELECT count(*) FROM open_incident"), "2");
    in_transaction(
        [&](Recording& recording) { recording.account_state(account_, "down", "x", at(kWeek)); });
    keep_up(kWeek + 60);
    EXPECT_EQ(sql("SELECT count(*) FROM open_incident"), "2");
    in_transaction(
        [&](Recording& recording) { recording.account_state(account_, "up", "", at(kWeek)); });
    keep_up(kWeek + 60);
    EXPECT_EQ(sql("SELECT rule FROM open_incident"), "throttled");
    EXPECT_EQ(sql("SELECT close_reason FROM incident WHERE image_key = 1"), "expired");
}

TEST_F(IncidentBookTest, APersonCanAcknowledgeWhatIsOpen) {
    open_one(Rule::upload_stuck, 0, 1);
    in_transaction([&](Recording& recording) {
        EXPECT_TRUE(recording.incidents().acknowledge(1, at(5)));
        EXPECT_FALSE(recording.incidents().acknowledge(1, at(6)));
        EXPECT_FALSE(recording.incidents().acknowledge(99, at(6)));
        EXPECT_TRUE(recording.incidents().knows_stuck(1)) << "it would be alerted again";
    });
    EXPECT_EQ(sql("SELECT close_reason FROM incident"), "acknowledged");
}

TEST_F(IncidentBookTest, WhichUploadsAreKnownToBeStuckIsReadAgainAfterARestart) {
    open_one(Rule::upload_stuck, 0, 1);
    open_one(Rule::upload_stuck, 0, 2);
    in_transaction([&](Recording& recording) {
        EXPECT_TRUE(recording.incidents().acknowledge(2, at(5)));
        recording.incidents().open({Rule::upload_stuck, account_, 3, at(5)});
        recording.incidents().close(Rule::upload_stuck, account_, 3, CloseReason::resolved, at(6));
    });
    reopen();
    in_transaction([&](Recording& recording) {
        EXPECT_TRUE(recording.incidents().knows_stuck(1));
        EXPECT_TRUE(recording.incidents().knows_stuck(2));
        EXPECT_FALSE(recording.incidents().knows_stuck(3));
    });
}

TEST_F(IncidentBookTest, WhatIsRolledBackIsNeitherOpenNorKnownNorSilenced) {
    {
        Recording recording = catalog_->record();
        recording.incidents().open({Rule::upload_stuck, account_, 1, at(0)});
        catalog::Silence silence;
        silence.ends_at = at(1'000);
        (void)recording.incidents().add_silence(silence);
    }
    in_transaction(
        [&](Recording& recording) { EXPECT_FALSE(recording.incidents().knows_stuck(1)); });
    EXPECT_TRUE(open_one(Rule::account_down, 0));
    EXPECT_EQ(sql("SELECT count(*) FROM incident"), "1");
    EXPECT_EQ(sql("SELECT count(*) FROM notice"), "2");
}

TEST_F(IncidentBookTest, LettingGoOfAnImageClosesItsIncidentsInOneMessage) {
    const std::string_view ids[] = {"a", "b"};
    (void)catalog_->track(account_, Source::file, ids, Tier::cold, at(0), at(0));
    policy_.channels = {{"chat", {}}};
    reopen();
    open_one(Rule::upload_failed, 0, 1);
    open_one(Rule::upload_failed, 0, 2);
    deliver_all(kDigest);
    const std::int64_t keys[] = {1, 2};
    (void)catalog_->let_go(Source::track_endpoint, keys, at(700));
    EXPECT_EQ(sql("SELECT count(*) FROM open_incident"), "2") << "the file still wants them";
    EXPECT_EQ(catalog_->let_go(Source::file, keys, at(700)), 2U);
    EXPECT_EQ(lines(kDigest + 900),
              "chat digest upload_failed/a:untracked upload_failed/b:untracked\n");
}

TEST_F(IncidentBookTest, AnImportIsOneIncidentThatIsOverWhenItIsTold) {
    in_transaction([&](Recording& recording) {
        recording.incidents().announce(
            {Rule::import_ended, account_, std::nullopt, at(0), false, "Of 10 images, 2."});
    });
    EXPECT_EQ(sql("SELECT count(*) FROM open_incident"), "0");
    EXPECT_EQ(lines(30), "chat firing import_ended\nmail firing import_ended\n");
    EXPECT_EQ(due(30).at(0).items.at(0).detail, "Of 10 images, 2.");
}

TEST_F(IncidentBookTest, AFullDiskToldWithoutTheCatalogIsTickedOffByItsKeyAfterwards) {
    in_transaction([&](Recording& recording) {
        // The second is of a commit that failed, and was there all the same.
        for (int i = 0; i < 2; ++i) {
            recording.incidents().record_past(
                {Rule::catalog_full, std::nullopt, std::nullopt, at(0)}, at(900));
        }
        for (const std::string& key : {catalog::catalog_full_key("chat", at(0)), "none"s}) {
            recording.notices().tick({0, key, DeliveryTick::Kind::delivered, "", at(40), {}},
                                     at(900));
        }
    });
    EXPECT_EQ(lines(930),
              "chat closed catalog_full:resolved\nmail closed catalog_full:resolved(untold)\n");
}

TEST_F(IncidentBookTest, TheNumberOfPreparedStatementsDoesNotGrowWithTheIncidents) {
    const auto before = catalog_->statements_prepared();
    for (std::int64_t i = 0; i < 20; ++i) {
        open_one(Rule::upload_failed, i, 1);
        close_one(Rule::upload_failed, i, CloseReason::resolved, 1);
    }
    deliver_all(kDigest);
    EXPECT_EQ(catalog_->statements_prepared(), before);
}

class AlertFactsTest : public world::CatalogFixture {
protected:
    void SetUp() override { open(); }
    template <typename Work>
    auto read(Work work) {
        Recording recording = catalog_->record();
        auto result = work(recording.facts());
        recording.commit();
        return result;
    }
};

TEST_F(AlertFactsTest, UploadsAreSummedOverTheirMinutes) {
    read([&](auto& facts) {
        facts.count(account_, at(0), {1, 2, 3});
        facts.count(account_, at(1), {1, 0, 0});
        facts.count(account_, at(120), {0, 5, 0});
        return 0;
    });
    EXPECT_EQ(read([&](auto& facts) { return facts.uploads_since(account_, at(-60)); }),
              (catalog::UploadCounts{2, 7, 3}));
    EXPECT_EQ(read([&](auto& facts) { return facts.uploads_since(account_, at(60)); }),
              (catalog::UploadCounts{0, 5, 0}));
}

TEST_F(AlertFactsTest, ALoadIsOverWhenAllOfItsImagesAreAnsweredOrADayHasPassed) {
    const std::string_view ids[] = {"a", "b"};
    (void)catalog_->track(account_, Source::file, std::span(ids).first(1), Tier::warm, at(0),
                          at(0));
    (void)catalog_->track(account_, Source::file, std::span(ids).last(1), Tier::warm, at(0), at(0));
    (void)catalog_->track(account_, Source::file, ids, Tier::warm, at(0), at(9));
    EXPECT_EQ(sql("SELECT source || ' ' || images FROM image_load"), "file 2");
    read([&](auto& facts) {
        facts.load_silent(account_, at(0), Rule::upload_failed);
        facts.load_silent(account_, at(0), Rule::upload_stuck);
        facts.load_silent(account_, at(0), Rule::upload_failed);
        facts.load_silent(account_, at(7), Rule::upload_failed);
        return 0;
    });
    EXPECT_TRUE(read([&](auto& facts) { return facts.take_ended_loads(at(60)); }).empty());
    for (const std::int64_t key : {1, 2}) {
        catalog::DueImage image;
        image.image_key = key;
        Recording recording = catalog_->record();
        recording.state(image, catalog::ImageState::tracked, at(60));
        recording.commit();
        if (key == 1) {
            EXPECT_TRUE(read([&](auto& facts) { return facts.take_ended_loads(at(60)); }).empty());
        }
    }
    const auto ended = read([&](auto& facts) { return facts.take_ended_loads(at(60)); });
    ASSERT_EQ(ended.size(), 1U);
    EXPECT_EQ(ended[0].images, 2);
    EXPECT_EQ(ended[0].failed, 2);
    EXPECT_EQ(ended[0].stuck, 1);
    EXPECT_TRUE(read([&](auto& facts) { return facts.take_ended_loads(at(60)); }).empty());
    const std::string_view never[] = {"never"};
    (void)catalog_->track(account_, Source::settings, never, Tier::warm, at(0), at(100));
    EXPECT_TRUE(read([&](auto& facts) { return facts.take_ended_loads(at(86'499)); }).empty());
    EXPECT_EQ(read([&](auto& facts) { return facts.take_ended_loads(at(86'500)); }).size(), 1U);
}

TEST_F(AlertFactsTest, SingleImagesAreNoLoad) {
    const std::string_view ids[] = {"a"};
    (void)catalog_->track(account_, Source::command, ids, Tier::hot, at(0), at(0));
    (void)catalog_->track(account_, Source::track_endpoint, ids, Tier::hot, at(0), at(0));
    EXPECT_EQ(sql("SELECT count(*) FROM image_load"), "0");
}

TEST_F(AlertFactsTest, WaitingUploadsAreCountedByAgeUpToALimit) {
    const std::string_view ids[] = {"a", "b", "c", "d"};
    (void)catalog_->track(account_, Source::file, ids, Tier::warm, at(0), at(0));
    EXPECT_EQ(read([&](auto& facts) { return facts.first_start(); }), at(0));
    catalog::Database(file(), catalog::Database::Mode::write)
        .execute(
            "UPDATE image_info SET status = 'Uploading', first_seen_at = 1, created_at = "
            "1767323045000 + 1000 * image_key; UPDATE image_info SET status = 'Normal' WHERE "
            "image_id = 'd'; UPDATE tracked_image SET state = 'tracked'");
    const auto waiting = [&](std::int64_t after, std::int64_t before, std::int64_t limit) {
        return read(
            [&](auto& facts) { return facts.uploading(account_, at(after), at(before), limit); });
    };
    EXPECT_EQ(waiting(0, 10, 9), 3);
    EXPECT_EQ(waiting(1, 10, 9), 2);
    EXPECT_EQ(waiting(0, 2, 9), 2);
    EXPECT_EQ(waiting(0, 10, 2), 2);
}

}  // namespace
