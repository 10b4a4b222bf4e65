// Asks each report of a catalog with known answers.
#include "catalog/report.h"

#include <fstream>
#include <map>

#include "catalog/image.h"
#include "tests/world/catalog_fixture.h"

namespace {

using catalog::Image;
using catalog::Rule;
using catalog::Tier;

class ReportTest : public world::CatalogFixture {
protected:
    void SetUp() override {
        open();
        catalog_->set_utc_offset(std::chrono::hours{8});
        record(picture("large", "Normal", 900, 7, "Products", "cat,dog"), 15);
        record(picture("small", "Normal", 100, 7, "Products", "cat"), 20);
        record(picture("broken", "UploadFail", 0, 8, "Offers", ""), 30);
        Image odd = picture("odd", "Normal", 100, 0, "", "");
        odd.title = "title of broken";
        odd.storage_location = "b.example";
        odd.extra = R"({"Sharpness":"high"})";
        record(odd, 40);
        track("unanswered", catalog::Source::file);
        track("void", catalog::Source::settings);
        Image edited = picture("small", "Uploading", 100, 7, "Products", "cat");
        edited.title = "another title";
        change("small", edited, 50);
        set_state("large", catalog::ImageState::gone, 60);
        set_state("void", catalog::ImageState::never_existed, 70);
        tell();
        count();
    }

    static Image picture(const std::string& id, const std::string& status, std::int64_t size,
                         std::int64_t cate_id, const std::string& cate_name,
                         const std::string& tags) {
        Image image;
        image.image_id = id;
        image.status = status;
        image.title = "title of " + id;
        image.creation_time = "2026-01-02T03:04:05Z";
        image.storage_location = "a.example";
        image.image_type = "default";
        if (cate_id != 0) image.cate_id = cate_id;
        if (!cate_name.empty()) image.cate_name = cate_name;
        if (!tags.empty()) image.tags = tags;
        image.mezzanine.emplace();
        image.mezzanine->file_size = size;
        image.mezzanine->original_file_name = "file.png";
        return image;
    }
    void track(std::string_view id, catalog::Source source) {
        const std::string_view ids[] = {id};
        (void)catalog_->track(account_, source, ids, Tier::warm, at(0), at(0));
    }
    catalog::DueImage due(const std::string& id) {
        const std::int64_t key =
            std::stoll(sql("SELECT image_key FROM image_info WHERE image_id = '" + id + "'"));
        for (const Tier tier : {Tier::hot, Tier::warm, Tier::cold}) {
            std::vector<catalog::DueImage> images;
            catalog_->due(account_, tier, at(100'000), 100, {}, images);
            for (catalog::DueImage& image : images) {
                if (image.image_key == key) return image;
            }
        }
        throw std::logic_error(id + " is not due");
    }
    /// Seen Uploading 10 s after its creation, and as it is `took` seconds after.
    void record(Image image, std::int64_t took) {
        track(image.image_id, catalog::Source::file);
        const std::string status = *image.status;
        image.status = "Uploading";
        change(image.image_id, image, 10);
        image.status = status;
        change(image.image_id, image, took);
    }
    void change(const std::string& id, const Image& image, std::int64_t seconds) {
        catalog::DueImage asked = due(id);
        catalog::Recorded recorded;
        catalog::Recording recording = catalog_->record();
        recording.image(asked, image, seconds, "REQ", at(seconds), recorded);
        recording.reschedule(asked, Tier::cold, at(9'000));
        recording.commit();
    }
    void set_state(const std::string& id, catalog::ImageState state, std::int64_t seconds) {
        catalog::DueImage asked = due(id);
        catalog::Recording recording = catalog_->record();
        recording.state(asked, state, at(seconds));
        recording.commit();
    }
    void tell() {
        using catalog::DeliveryTick;
        catalog_->set_alert_policy({{{"chat", {}}, {"mail", {}}}, {}});
        catalog::Recording recording = catalog_->record();
        recording.incidents().open(
            {Rule::account_down, account_, std::nullopt, at(0), false, "Timeout: no answer"});
        recording.notices().tick({1, "", DeliveryTick::Kind::delivered, "", at(30), {}}, at(30));
        recording.notices().tick({2, "", DeliveryTick::Kind::dead, "HTTP 404", at(30), {}}, at(30));
        recording.commit();
    }
    void count() {
        catalog::Recording recording = catalog_->record();
        recording.count(account_, at(60), {10, 30, 4, 2, 1});
        recording.facts().count(account_, at(0), {3, 1, 0});
        recording.facts().count(account_, at(16 * 3'600), {1, 0, 2});
        recording.commit();
    }
    /// Each row, its columns joined by `|`.
    [[nodiscard]] std::string answer(const catalog::Report& report) const {
        catalog::Database reader(file(), catalog::Database::Mode::read);
        catalog::Statement statement(reader, report.sql);
        auto rows = statement();
        std::string text;
        while (rows.next()) {
            for (int column = 0; column < rows.columns(); ++column)
                text += (column == 0 ? "" : "|") + std::string(rows.text(column));
            text += '\n';
        }
        return text;
    }
};

const std::map<std::string, std::string, std::less<>> kAnswers = {
#include "tests/catalog/report_answers.inc"
};

TEST_F(ReportTest, EachAnswersWhatIsKnown) {
    for (const catalog::Report& report : catalog::reports()) {
        const auto wanted = kAnswers.find(report.name);
        if (wanted == kAnswers.end()) {
            ADD_FAILURE() << report.name << " has no known answer; it says:\n" << answer(report);
            continue;
        }
        EXPECT_EQ(answer(report), wanted->second) << report.name;
    }
    EXPECT_EQ(kAnswers.size(), catalog::reports().size());
}

TEST_F(ReportTest, EachIsShownToReadersAsItIsRun) {
    std::ifstream in(VODCATALOG_DOCS "/reporting.md");
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    for (const catalog::Report& report : catalog::reports()) {
        const std::string shown = "### " + std::string(report.name) + "\n\n" +
                                  std::string(report.question) + "\n\n```sql\n" +
                                  std::string(report.sql) + "```\n";
        EXPECT_NE(text.find(shown), text.npos) << shown;
    }
    EXPECT_EQ(catalog::find_report("no-such-report"), nullptr);
}

}  // namespace
