#include "catalog/catalog.h"

#include <stdexcept>

#include "catalog/error.h"
#include "tests/world/catalog_fixture.h"

namespace {

using catalog::DueImage;
using catalog::Image;
using catalog::ImageState;
using catalog::Recorded;
using catalog::Source;
using catalog::StatusKind;
using catalog::Tier;

Image uploading(const std::string& image_id) {
    Image image;
    image.image_id = image_id;
    image.status = "Uploading";
    image.title = "a title";
    image.creation_time = "2026-01-02T03:00:00Z";
    return image;
}

Image normal(const std::string& image_id) {
    Image image = uploading(image_id);
    image.status = "Normal";
    image.tags = "red, blue,,red";
    image.url = "http://cdn.example.com/a.png";
    image.url_signed = true;
    image.mezzanine.emplace();
    image.mezzanine->width = 200;
    image.mezzanine->file_size = 8932;
    return image;
}

class CatalogTest : public world::CatalogFixture {
protected:
    void SetUp() override { open(); }

    void track(std::string_view image_id, Source source = Source::settings) {
        const std::string_view ids[] = {image_id};
        (void)catalog_->track(account_, source, ids, Tier::warm, at(0), at(0));
    }
    std::vector<DueImage> due(Tier tier, std::int64_t seconds = 0, std::size_t limit = 100) {
        std::vector<DueImage> images;
        catalog_->due(account_, tier, at(seconds), limit, {}, images);
        return images;
    }
    /// Asks for the one due image, as the sync step does, and records `image` `seconds` after the
    /// beginning.
    Recorded answer(const Image& image, std::int64_t seconds, Tier from = Tier::warm,
                    Tier to = Tier::warm) {
        auto images = due(from, 1'000'000);
        EXPECT_EQ(images.size(), 1U);
        Recorded recorded;
        catalog::Recording recording = catalog_->record();
        recording.image(images[0], image, catalog::content_hash(image),
                        "REQ-" + std::to_string(seconds), at(seconds), recorded);
        recording.reschedule(images[0], to, at(seconds + 10));
        recording.commit();
        return recorded;
    }
};

TEST_F(CatalogTest, ATrackedImageIsPendingAndDue) {
    track("a");
    const auto images = due(Tier::warm);
    ASSERT_EQ(images.size(), 1U);
    EXPECT_EQ(images[0].image_id, "a");
    EXPECT_EQ(images[0].state, ImageState::pending);
    EXPECT_EQ(images[0].status, StatusKind::none);
    EXPECT_FALSE(images[0].first_seen_at);
    EXPECT_TRUE(due(Tier::hot).empty());
}

TEST_F(CatalogTest, AnImageTrackedTwiceIsPolledOnceAndStaysUntilTheLastSourceLetsGo) {
    track("a", Source::settings);
    track("a", Source::file);
    ASSERT_EQ(due(Tier::warm).size(), 1U);
    const std::int64_t key = due(Tier::warm)[0].image_key;
    EXPECT_EQ(catalog_->let_go(Source::settings, std::array{key}, at(1)), 0U);
    EXPECT_EQ(due(Tier::warm).size(), 1U);
    EXPECT_EQ(catalog_->let_go(Source::file, std::array{key}, at(2)), 1U);
    EXPECT_TRUE(due(Tier::warm).empty());
    EXPECT_EQ(sql("SELECT state FROM tracked_image"), "untracked");
    EXPECT_EQ(sql("SELECT count(*) FROM poll_queue"), "0");
    EXPECT_EQ(sql("SELECT count(*) FROM image_info"), "1");
}

TEST_F(CatalogTest, AnUntrackedImageThatIsTrackedAgainHasOneValidQueueRow) {
    track("a");
    const std::int64_t key = due(Tier::warm)[0].image_key;
    EXPECT_EQ(catalog_->let_go(Source::settings, std::array{key}, at(1)), 1U);
    const std::string_view ids[] = {"a"};
    EXPECT_EQ(catalog_->track(account_, Source::file, ids, Tier::hot, at(5), at(5)).added, 1U);
    EXPECT_EQ(due(Tier::hot, 5).size(), 1U);
    EXPECT_TRUE(due(Tier::warm, 5).empty());
    EXPECT_EQ(sql("SELECT count(*) FROM poll_queue"), "1");
}

TEST_F(CatalogTest, AnIdOfAnotherAccountIsLeftAlone) {
    track("a");
    const auto other =
        catalog_->enroll("other", "cn-beijing", "https://vod.cn-beijing.aliyuncs.com", at(0));
    const std::string_view ids[] = {"a", "b"};
    const auto tracked = catalog_->track(other, Source::settings, ids, Tier::warm, at(0), at(0));
    EXPECT_EQ(tracked.of_other, 1U);
    EXPECT_EQ(tracked.added, 1U);
    EXPECT_EQ(sql("SELECT account_key FROM image_info ORDER BY image_id"), "1\n2");
}

TEST_F(CatalogTest, FirstSightRecordsAStatusChangeFromNull) {
    track("a");
    const Recorded recorded = answer(uploading("a"), 5);
    EXPECT_TRUE(recorded.first_sight);
    EXPECT_EQ(
        sql("SELECT ifnull(from_status, 'NULL') || ' ' || to_status || ' ' || expected || ' ' || "
            "ifnull(last_seen_at, 'NULL') || ' ' || (seen_at - 1767323045000) || ' ' || request_id "
            "FROM status_change"),
        "NULL Uploading 1 NULL 5000 REQ-5");
    EXPECT_EQ(sql("SELECT count(*) FROM image_change"), "0");
    EXPECT_EQ(sql("SELECT state FROM tracked_image"), "tracked");
    EXPECT_EQ(sql("SELECT created_at FROM image_info"), "1767322800000");
}

TEST_F(CatalogTest, TheEndOfAnUploadIsOneChangeBetweenTwoAnswers) {
    track("a");
    (void)answer(uploading("a"), 5);
    const Recorded recorded = answer(normal("a"), 25);
    ASSERT_TRUE(recorded.status);
    EXPECT_EQ(recorded.status->from, "Uploading");
    EXPECT_EQ(
        sql("SELECT from_status || ' ' || to_status || ' ' || expected || ' ' || (last_seen_at - "
            "1767323045000) "
            "|| ' ' || (seen_at - 1767323045000) FROM status_change WHERE from_status IS NOT NULL"),
        "Uploading Normal 1 5000 25000");
    EXPECT_EQ(sql("SELECT field FROM image_change"), "");
    EXPECT_EQ(
        sql("SELECT width || ' ' || file_size || ' ' || ifnull(height, 'NULL') FROM mezzanine"),
        "200 8932 NULL");
    EXPECT_EQ(sql("SELECT tag FROM image_tag ORDER BY tag"), "blue\nred");
    EXPECT_EQ(sql("SELECT url || ' ' || url_signed FROM image_info"),
              "http://cdn.example.com/a.png 1");
}

TEST_F(CatalogTest, AnyOtherStatusChangeIsKeptAndFlagged) {
    track("a");
    (void)answer(normal("a"), 5);
    (void)answer(uploading("a"), 15);
    Image odd = uploading("a");
    odd.status = "normal";
    (void)answer(odd, 25);
    odd.status = "";
    (void)answer(odd, 35);
    EXPECT_EQ(sql("SELECT ifnull(from_status, 'NULL') || '>' || to_status || ' ' || expected FROM "
                  "status_change"),
              "NULL>Normal 1\nNormal>Uploading 0\nUploading>normal 0\nnormal> 0");
}

TEST_F(CatalogTest, AnAnswerWithoutStatusKeepsTheLastOne) {
    track("a");
    (void)answer(normal("a"), 5);
    Image silent = normal("a");
    silent.status.reset();
    silent.title = "another title";
    const Recorded recorded = answer(silent, 15);
    EXPECT_FALSE(recorded.status);
    EXPECT_EQ(sql("SELECT status || ' ' || title FROM image_info"), "Normal another title");
}

TEST_F(CatalogTest, AbsentMembersAreNullAndTheirDisappearanceIsAChange) {
    track("a");
    (void)answer(normal("a"), 5);
    Image less = normal("a");
    less.title.reset();
    less.tags.reset();
    less.mezzanine.reset();
    (void)answer(less, 15);
    EXPECT_EQ(sql("SELECT count(*) FROM image_info WHERE title IS NULL AND description IS NULL AND "
                  "tags IS NULL"),
              "1");
    EXPECT_EQ(sql("SELECT count(*) FROM mezzanine"), "0");
    EXPECT_EQ(sql("SELECT count(*) FROM image_tag"), "0");
    EXPECT_EQ(sql("SELECT field || ' ' || old || ' ' || ifnull(new, 'NULL') FROM image_change"),
              "title a title NULL\ntags red, blue,,red NULL\nmezzanine.width 200 "
              "NULL\nmezzanine.file_size 8932 NULL");
}

TEST_F(CatalogTest, AnUnchangedImageWritesNoRowOfItsOwn) {
    track("a");
    (void)answer(normal("a"), 5);
    const std::string before =
        sql("SELECT * FROM image_info") + sql("SELECT request_id FROM image_info");
    Image same = normal("a");
    auto images = due(Tier::warm, 1'000'000);
    EXPECT_EQ(images[0].content_hash, catalog::content_hash(same));
    // Even where the hash is lost, comparing finds nothing to write.
    images[0].content_hash.reset();
    Recorded recorded;
    {
        catalog::Recording recording = catalog_->record();
        recording.image(images[0], same, catalog::content_hash(same), "REQ-other", at(15),
                        recorded);
        recording.reschedule(images[0], Tier::cold, at(100));
        recording.commit();
    }
    EXPECT_FALSE(recorded.status);
    EXPECT_TRUE(recorded.fields.empty());
    EXPECT_EQ(sql("SELECT * FROM image_info") + sql("SELECT request_id FROM image_info"), before);
    EXPECT_EQ(sql("SELECT count(*) FROM status_change"), "1");
    EXPECT_EQ(sql("SELECT ifnull(last_changed_at, 'NULL') FROM image_info"), "NULL");
}

TEST_F(CatalogTest, GoneSetsGoneAtAndReturnClearsIt) {
    track("a");
    (void)answer(normal("a"), 5);
    auto images = due(Tier::warm, 1'000'000);
    {
        catalog::Recording recording = catalog_->record();
        recording.state(images[0], ImageState::suspect, at(10));
        recording.state(images[0], ImageState::gone, at(20));
        recording.commit();
    }
    EXPECT_EQ(sql("SELECT gone_at - 1767323045000 FROM image_info"), "20000");
    EXPECT_EQ(sql("SELECT state FROM tracked_image"), "gone");
    const Recorded recorded = answer(normal("a"), 30);
    EXPECT_TRUE(recorded.returned);
    EXPECT_EQ(sql("SELECT ifnull(gone_at, 'NULL') FROM image_info"), "NULL");
    EXPECT_EQ(sql("SELECT state FROM tracked_image"), "tracked");
    EXPECT_EQ(sql("SELECT count(*) FROM status_change"), "1");
}

TEST_F(CatalogTest, WhatIsNotCommittedIsNotThere) {
    track("a");
    auto images = due(Tier::warm);
    {
        catalog::Recording recording = catalog_->record();
        Recorded recorded;
        recording.image(images[0], normal("a"), 1, "REQ", at(5), recorded);
        recording.reschedule(images[0], Tier::cold, at(100));
        recording.count(account_, at(5), {1, 1, 1, 0, 0});
    }
    EXPECT_EQ(sql("SELECT count(*) FROM status_change"), "0");
    EXPECT_EQ(sql("SELECT count(*) FROM sync_minute"), "0");
    EXPECT_EQ(sql("SELECT tier FROM poll_queue"), "1");
    EXPECT_EQ(sql("SELECT ifnull(status, 'NULL') FROM image_info"), "NULL");
}

TEST_F(CatalogTest, DueImagesComeInOrderOfTimeAndKeyWithoutTheTakenOnes) {
    const std::string_view ids[] = {"a", "b", "c", "d"};
    (void)catalog_->track(account_, Source::file, ids, Tier::cold, at(10), at(0));
    std::vector<DueImage> images;
    catalog_->due(account_, Tier::cold, at(9), 10, {}, images);
    EXPECT_TRUE(images.empty());
    catalog_->due(account_, Tier::cold, at(10), 2, {1, 3}, images);
    ASSERT_EQ(images.size(), 2U);
    EXPECT_EQ(images[0].image_id, "b");
    EXPECT_EQ(images[1].image_id, "d");
    EXPECT_EQ(catalog_->next_due(account_, Tier::cold, at(9)), at(10));
    EXPECT_EQ(catalog_->next_due(account_, Tier::cold, at(10)), std::nullopt);
    EXPECT_EQ(catalog_->first_due(account_, Tier::cold), at(10));
}

TEST_F(CatalogTest, ALookForDueImagesGoesOnBehindTheTakenOnesThatComeFirst) {
    const std::string_view ids[] = {"a", "b", "c", "d"};
    (void)catalog_->track(account_, Source::file, ids, Tier::cold, at(10), at(0));
    catalog::DuePlace passed;
    std::vector<DueImage> images;
    catalog_->due(account_, Tier::cold, at(10), 10, {1, 2, 4}, passed, images);
    ASSERT_EQ(images.size(), 1U);
    EXPECT_EQ(images[0].image_id, "c");
    EXPECT_EQ(passed.image_key, 2);
    images.clear();
    catalog_->due(account_, Tier::cold, at(10), 10, {3}, passed, images);
    ASSERT_EQ(images.size(), 1U) << "begins behind the second, and need not look at the first";
    EXPECT_EQ(images[0].image_id, "d");
    EXPECT_EQ(passed.image_key, 3);
}

TEST_F(CatalogTest, ADueTimeFromAWrongClockIsBroughtBack) {
    const std::string_view ids[] = {"a"};
    (void)catalog_->track(account_, Source::file, ids, Tier::cold, at(86'400 * 365), at(0));
    catalog_->clamp_due(account_, Tier::cold, at(3'600));
    EXPECT_EQ(due(Tier::cold, 3'601).size(), 1U);
}

TEST_F(CatalogTest, MinuteCountsAddUp) {
    for (int i = 0; i < 2; ++i) {
        catalog::Recording recording = catalog_->record();
        recording.count(account_, at(i), {1, 20, 3, 1, 2});
        recording.commit();
    }
    EXPECT_EQ(sql("SELECT calls || ' ' || images || ' ' || changes || ' ' || errors || ' ' || "
                  "throttled FROM sync_minute"),
              "2 40 6 2 4");
}

TEST_F(CatalogTest, TheNumberOfPreparedStatementsDoesNotGrowWithTheRows) {
    track("a");
    (void)answer(uploading("a"), 1);
    const auto before = catalog_->statements_prepared();
    for (int i = 2; i < 50; ++i) (void)answer(i % 2 == 0 ? normal("a") : uploading("a"), i);
    EXPECT_EQ(catalog_->statements_prepared(), before);
}

TEST_F(CatalogTest, AKillAtAnyFailpointLeavesAllOfATransactionOrNothing) {
    struct Killed {};
    track("a");
    for (const std::string point :
         {"before_begin", "after_begin", "after_write", "before_commit", "after_commit"}) {
        bool armed = false;
        open([&](std::string_view name) {
            if (armed && name == point) throw Killed{};
        });
        armed = true;
        bool killed = false;
        try {
            (void)answer(normal("a"), 5);
        } catch (const Killed&) {
            killed = true;
        }
        EXPECT_TRUE(killed) << point;
        open();
        const bool committed = point == "after_commit";
        EXPECT_EQ(sql("SELECT count(*) FROM status_change"), committed ? "1" : "0") << point;
        EXPECT_EQ(sql("SELECT count(*) FROM poll_queue"), "1") << point;
        EXPECT_EQ(sql("PRAGMA integrity_check"), "ok") << point;
    }
}

TEST_F(CatalogTest, GroupReadersGoOnAfterACleanStop) {
    track("a");
    catalog_.reset();
    EXPECT_TRUE(std::filesystem::exists(file().string() + "-wal"));
    EXPECT_EQ(sql("SELECT count(*) FROM image_info"), "1");
}

TEST_F(CatalogTest, AReaderNeverWritesOrCheckpoints) {
    track("a");
    const auto size = std::filesystem::file_size(file());
    {
        catalog::Database reader(file(), catalog::Database::Mode::read);
        EXPECT_EQ(reader.number("PRAGMA wal_autocheckpoint"), 0);
        EXPECT_THROW(reader.execute("DELETE FROM image_info"), catalog::Retryable);
    }
    EXPECT_EQ(std::filesystem::file_size(file()), size);
    EXPECT_EQ(sql("SELECT count(*) FROM image_info"), "1");
}

TEST_F(CatalogTest, ARenamedAccountKeepsItsImages) {
    open();
    catalog_->rename_account("main", "shop");
    EXPECT_EQ(
        catalog_->enroll("shop", "cn-shanghai", "https://vod.cn-shanghai.aliyuncs.com", at(1)),
        account_);
    catalog_->rename_account("main", "shop");
    EXPECT_EQ(sql("SELECT name FROM account"), "shop") << "it was renamed once";
    (void)catalog_->enroll("other", "cn-beijing", "https://vod.cn-beijing.aliyuncs.com", at(1));
    catalog_->rename_account("other", "shop");
    EXPECT_EQ(sql("SELECT name FROM account ORDER BY account_key"), "shop\nother")
        << "the name is taken";
}

}  // namespace
