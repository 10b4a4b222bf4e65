#include "catalog/catalog_reader.h"

#include <array>
#include <set>
#include <string_view>

#include "catalog/error.h"
#include "tests/world/catalog_fixture.h"
#include "tests/world/file.h"

namespace catalog {
namespace {

class CatalogReaderTest : public world::CatalogFixture {
protected:
    /// What is said about a file that is refused.
    template <class Error>
    [[nodiscard]] std::string refusal() const {
        try {
            const CatalogReader reader(file());
        } catch (const Error& error) {
            return error.what();
        }
        return "not refused";
    }
    /// A line each, sorted.
    static std::string images(CatalogReader& reader) {
        constexpr std::array<std::string_view, 5> kWords{"none", "Uploading", "Normal",
                                                         "UploadFail", "other"};
        std::set<std::string> lines;
        for (const auto& each : reader.figures().images) {
            lines.insert(each.account + " " + std::string(to_string(each.state)) + " " +
                         std::string(kWords[static_cast<std::size_t>(each.status)]) + " " +
                         std::to_string(each.images) + "\n");
        }
        std::string all;
        for (const std::string& line : lines) all += line;
        return all;
    }
    void record_in(Recording& recording, std::string_view id, const std::string& status,
                   ImageState state) {
        std::vector<DueImage> all;
        for (const Tier tier : {Tier::hot, Tier::warm, Tier::cold})
            catalog_->due(account_, tier, at(100), 100, {}, all);
        for (DueImage& asked : all) {
            if (asked.image_id != id) continue;
            Image image;
            image.image_id = id;
            image.status = status;
            Recorded recorded;
            recording.image(asked, image, 1, "request", at(1), recorded);
            if (asked.state != state) recording.state(asked, state, at(1));
        }
    }
    void record(std::string_view id, const std::string& status, ImageState state) {
        Recording recording = catalog_->record();
        record_in(recording, id, status, state);
        recording.commit();
    }
};

TEST_F(CatalogReaderTest, TellsWhoHasAnImageWhileTheCatalogIsWritten) {
    open();
    const std::array<std::string_view, 1> ids{"an-image"};
    catalog_->track(account_, Source::settings, ids, Tier::warm, at(0), at(0));
    CatalogReader reader(file());
    EXPECT_EQ(reader.account_of("an-image"), "main");
    EXPECT_EQ(reader.account_of("AN-IMAGE"), std::nullopt);
    const std::array<std::string_view, 1> more{"another"};
    catalog_->track(account_, Source::settings, more, Tier::warm, at(0), at(0));
    EXPECT_EQ(reader.account_of("another"), "main");
}

TEST_F(CatalogReaderTest, FiguresFollowEveryChange) {
    open();
    CatalogReader reader(file());
    EXPECT_TRUE(reader.figures().images.empty());
    const std::array<std::string_view, 3> ids{"a", "b", "c"};
    catalog_->track(account_, Source::settings, ids, Tier::warm, at(5), at(0));
    EXPECT_EQ(images(reader), "main pending none 3\n");
    EXPECT_EQ(reader.figures().due.at(0).first_at, at(5));
    EXPECT_EQ(reader.figures().due.at(0).tier, Tier::warm);

    record("a", "Uploading", ImageState::tracked);
    record("b", "Freezing", ImageState::tracked);
    EXPECT_EQ(images(reader),
              "main pending none 1\nmain tracked Uploading 1\nmain tracked other 1\n");
    record("a", "Normal", ImageState::suspect);
    record("b", "Thawing", ImageState::gone);
    EXPECT_EQ(images(reader), "main gone other 1\nmain pending none 1\nmain suspect Normal 1\n");
    {
        Recording recording = catalog_->record();
        record_in(recording, "c", "UploadFail", ImageState::tracked);
    }  // rolled back
    EXPECT_EQ(images(reader), "main gone other 1\nmain pending none 1\nmain suspect Normal 1\n");
    const std::array<std::int64_t, 1> keys{1};
    catalog_->let_go(Source::settings, keys, at(9));
    EXPECT_EQ(images(reader), "main gone other 1\nmain pending none 1\nmain untracked Normal 1\n");
}

TEST_F(CatalogReaderTest, RefusesWhatIsNoCatalogAndTouchesNothing) {
    EXPECT_NE(refusal<Retryable>().find("cannot be opened"), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(file()));
    world::write_file(file(), "");
    EXPECT_NE(refusal<Unusable>().find("is no catalog"), std::string::npos);
    world::write_file(file(), std::string(5'000, 'x'));
    EXPECT_NE(refusal<Unusable>().find("damaged"), std::string::npos);
    EXPECT_EQ(world::read_text(file()), std::string(5'000, 'x'));
}

TEST_F(CatalogReaderTest, RefusesOneOfANewerBuild) {
    open();
    catalog_.reset();
    Database(file(), Database::Mode::write).execute("PRAGMA user_version=99");
    EXPECT_NE(refusal<Unusable>().find("has schema 99"), std::string::npos);
}

}  // namespace
}  // namespace catalog
