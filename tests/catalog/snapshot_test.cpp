#include "catalog/snapshot.h"

#include <sys/stat.h>

#include "catalog/error.h"
#include "tests/world/catalog_fixture.h"
#include "tests/world/file.h"

namespace {

class SnapshotTest : public world::CatalogFixture {
protected:
    void SetUp() override { open(); }
    void track(const std::string& id) {
        const std::string_view ids[] = {id};
        (void)catalog_->track(account_, catalog::Source::file, ids, catalog::Tier::warm, at(0),
                              at(0));
    }
    [[nodiscard]] std::string images() const {
        return catalog::Database(target, catalog::Database::Mode::read)
            .text("SELECT image_id FROM image_info ORDER BY image_id");
    }
    [[nodiscard]] bool has_leftover() const {
        return std::filesystem::exists(target.string() + ".new");
    }

    const std::filesystem::path target = folder_ / "snapshot.db";
};

TEST_F(SnapshotTest, IsTheCatalogOfOneMomentWhileItIsWritten) {
    track("a");
    const auto taken = catalog::take_snapshot(file(), target);
    EXPECT_FALSE(taken.unchanged);
    EXPECT_EQ(taken.bytes, std::filesystem::file_size(target));
    track("b");
    EXPECT_EQ(images(), "a");
    EXPECT_FALSE(has_leftover());
    struct stat of_file {};
    ASSERT_EQ(stat(target.c_str(), &of_file), 0);
    EXPECT_EQ(of_file.st_mode & 0777, 0640U);
    EXPECT_EQ(sql("PRAGMA integrity_check"), "ok");
}

TEST_F(SnapshotTest, IsTakenAgainOnlyIfSomethingChanged) {
    track("a");
    (void)catalog::take_snapshot(file(), target);
    EXPECT_TRUE(catalog::take_snapshot(file(), target).unchanged);
    track("b");
    EXPECT_FALSE(catalog::take_snapshot(file(), target).unchanged);
    EXPECT_EQ(images(), "a\nb");
}

TEST_F(SnapshotTest, WhatWasThereStaysIfItCannotBeMade) {
    world::write_file(target, "not a snapshot");
    EXPECT_THROW((void)catalog::take_snapshot(folder_ / "none.db", target), catalog::Unusable);
    EXPECT_THROW((void)catalog::take_snapshot(file(), file()), catalog::Retryable);
    EXPECT_THROW((void)catalog::take_snapshot(file(), folder_ / "no-folder/snapshot.db"),
                 catalog::Retryable);
    std::filesystem::create_directory(target.string() + ".new");
    world::write_file(target.string() + ".new/in-the-way", "");
    EXPECT_THROW((void)catalog::take_snapshot(file(), target), catalog::Retryable);
    EXPECT_EQ(std::filesystem::file_size(target), 14U);
}

TEST_F(SnapshotTest, ReplacesWhatIsNoSnapshot) {
    world::write_file(target, "not a snapshot");
    track("a");
    EXPECT_FALSE(catalog::take_snapshot(file(), target).unchanged);
    EXPECT_EQ(images(), "a");
}

}  // namespace
