#include "catalog/image.h"

#include <gtest/gtest.h>

#include <set>

#include "catalog/change.h"
#include "catalog/wall_time.h"

namespace {

using catalog::content_hash;
using catalog::from_iso;
using catalog::Image;

Image sample() {
    Image image;
    image.image_id = "a";
    image.title = "t";
    image.status = "Normal";
    image.mezzanine.emplace();
    image.mezzanine->width = 1;
    return image;
}

TEST(ContentHashTest, DiffersForEveryMemberAndBetweenAbsentAndEmpty) {
    std::vector<Image> images(1, sample());
    const auto vary = [&](auto change) {
        images.push_back(sample());
        change(images.back());
    };
    vary([](Image& i) { i.title = ""; });
    vary([](Image& i) { i.title.reset(); });
    vary([](Image& i) { i.description = "t"; });
    vary([](Image& i) { i.tags = "t"; });
    vary([](Image& i) { i.cate_id = 0; });
    vary([](Image& i) { i.cate_id = 1; });
    vary([](Image& i) { i.cate_name = "t"; });
    vary([](Image& i) { i.image_type = "t"; });
    vary([](Image& i) { i.status = "Uploading"; });
    vary([](Image& i) { i.creation_time = "t"; });
    vary([](Image& i) { i.storage_location = "t"; });
    vary([](Image& i) { i.app_id = "t"; });
    vary([](Image& i) { i.region_id = "t"; });
    vary([](Image& i) { i.audit_status = "t"; });
    vary([](Image& i) { i.url = "t"; });
    vary([](Image& i) { i.url_signed = true; });
    vary([](Image& i) { i.extra = "t"; });
    vary([](Image& i) { i.mezzanine.reset(); });
    vary([](Image& i) { i.mezzanine->width = 2; });
    vary([](Image& i) { i.mezzanine->height = 1; });
    vary([](Image& i) { i.mezzanine->file_size = 1; });
    vary([](Image& i) { i.mezzanine->file_url = "t"; });
    vary([](Image& i) { i.mezzanine->file_url_signed = true; });
    vary([](Image& i) { i.mezzanine->original_file_name = "t"; });
    vary([](Image& i) { i.mezzanine->extra = "t"; });
    std::set<std::int64_t> hashes;
    for (const Image& image : images) hashes.insert(content_hash(image));
    EXPECT_EQ(hashes.size(), images.size());
}

TEST(ContentHashTest, StaysTheSameFromBuildToBuild) {
    Image image;
    image.title = "0123456789abcdef tail";
    EXPECT_EQ(content_hash(image), -1603629557648323361);
}

TEST(ChangeTest, OnlyFirstSightAndTheEndOfAnUploadAreExpected) {
    EXPECT_TRUE(catalog::is_expected(std::nullopt, "UploadFail"));
    EXPECT_TRUE(catalog::is_expected("Uploading", "Normal"));
    EXPECT_TRUE(catalog::is_expected("Uploading", "UploadFail"));
    EXPECT_FALSE(catalog::is_expected("Uploading", "normal"));
    EXPECT_FALSE(catalog::is_expected("Normal", "Uploading"));
    EXPECT_FALSE(catalog::is_expected("UploadFail", "Normal"));
}

TEST(ChangeTest, WhatTheEndOfAnUploadFillsInIsNoChange) {
    Image before = sample(), now = sample();
    before.status = "Uploading";
    before.mezzanine->width = 0;
    now.url = "http://u";
    now.title = "other";
    std::vector<catalog::FieldChange> changes;
    catalog::field_changes(before, now, changes);
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].field, "title");
    EXPECT_EQ(changes[0].old_value, "t");
    EXPECT_EQ(changes[0].new_value, "other");
}

TEST(WallTimeTest, ReadsTheCloudsForms) {
    EXPECT_EQ(catalog::to_ms(*from_iso("2026-01-02T03:04:05Z")), 1'767'323'045'000);
    EXPECT_EQ(catalog::to_ms(*from_iso("2026-01-02T03:04:05.6Z")), 1'767'323'045'600);
    EXPECT_EQ(catalog::to_ms(*from_iso("2024-04-10T01:37:14:627Z")), 1'712'713'034'627);
    EXPECT_EQ(catalog::to_iso(catalog::from_ms(1'767'323'045'678)), "2026-01-02T03:04:05.678Z");
    EXPECT_EQ(catalog::to_iso_seconds(catalog::from_ms(1'767'323'045'678)), "2026-01-02T03:04:05Z");
}

TEST(WallTimeTest, RefusesWhatIsNoTime) {
    for (const char* text :
         {"", "2026-01-02", "2026-02-30T00:00:00Z", "2026-01-02T24:00:00Z", "2026-01-02 03:04:05Z",
          "2026-01-02T03:04:05", "2026-01-02T03:04:05+08:00", "2026-01-02T03:04:0xZ",
          "1969-12-31T23:59:59Z", "2026-01-02T03:04:05.Z", "2026-01-02T03:04:05.1234567890Z",
          "2026-13-02T03:04:05Z"}) {
        EXPECT_FALSE(from_iso(text)) << text;
    }
}

}  // namespace
