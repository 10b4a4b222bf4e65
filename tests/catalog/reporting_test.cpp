// Runs each query of docs/reporting.md as it stands there.
#include <fstream>
#include <sstream>

#include "catalog/image.h"
#include "tests/world/catalog_fixture.h"

namespace {

using catalog::Image;
using catalog::Tier;

class ReportingTest : public world::CatalogFixture {
protected:
    void SetUp() override {
        open();
        record("large", "Normal", 900, 10);
        record("small", "Normal", 100, 20);
        record("broken", "UploadFail", 0, 30);
        const std::string_view ids[] = {"unanswered"};
        (void)catalog_->track(account_, catalog::Source::file, ids, Tier::warm, at(900), at(0));
    }
    /// An image seen Uploading 10 s after its creation, and with its outcome `took` seconds after.
    void record(const std::string& id, const std::string& outcome, std::int64_t size,
                std::int64_t took) {
        const std::string_view ids[] = {id};
        (void)catalog_->track(account_, catalog::Source::file, ids, Tier::warm, at(0), at(0));
        std::vector<catalog::DueImage> due;
        catalog_->due(account_, Tier::warm, at(0), 10, {}, due);
        Image image;
        image.image_id = id;
        image.title = "title of " + id;
        image.cate_name = "Products";
        image.creation_time = "2026-01-02T03:04:05Z";
        catalog::Recorded recorded;
        catalog::Recording recording = catalog_->record();
        image.status = "Uploading";
        recording.image(due.at(0), image, 1, "REQ", at(10), recorded);
        image.status = outcome;
        image.mezzanine.emplace();
        image.mezzanine->file_size = size;
        recording.image(due.at(0), image, 2, "REQ", at(took), recorded);
        recording.reschedule(due.at(0), Tier::cold, at(9'000));
        recording.commit();
    }
    /// The query under the heading of `view`.
    static std::string query(const std::string& view) {
        std::ifstream in(VODCATALOG_DOCS "/reporting.md");
        std::stringstream all;
        all << in.rdbuf();
        const std::string text = all.str();
        const auto begin = text.find("```sql\n", text.find("## `" + view + "`")) + 7;
        return text.substr(begin, text.find("```", begin) - begin);
    }
    /// Every row of a query, its columns joined by `|`.
    std::string answer(const std::string& view) {
        catalog::Database reader(file(), catalog::Database::Mode::read);
        catalog::Statement statement(reader, query(view));
        auto rows = statement();
        std::string text;
        while (rows.next()) {
            for (int column = 0; column < rows.columns(); ++column) {
                text += (column == 0 ? "" : "|") + std::string(rows.text(column));
            }
            text += '\n';
        }
        return text;
    }
};

TEST_F(ReportingTest, ImagesAreListedWithTheirFiles) {
    EXPECT_EQ(
        answer("image"),
        "large|title of large|||900\nsmall|title of small|||100\nbroken|title of broken|||0\n");
}

TEST_F(ReportingTest, TheSummaryCountsEachStatusAndWhatIsPending) {
    EXPECT_EQ(answer("status_summary"), "main|Normal|2\nmain|UploadFail|1\nmain|pending|1\n");
}

TEST_F(ReportingTest, FailedUploadsAreListedWithWhenThatWasSeen) {
    EXPECT_EQ(answer("failed_upload"),
              "broken|title of broken|2026-01-02T03:04:05Z|2026-01-02T03:04:35.000Z\n");
}

TEST_F(ReportingTest, DurationsAreIntervals) {
    EXPECT_EQ(answer("upload_duration"), "Normal|2|10.0|15.0\nUploadFail|1|10.0|30.0\n");
}

}  // namespace
