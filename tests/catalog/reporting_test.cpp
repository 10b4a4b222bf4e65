// Runs each query of docs/reporting.md as it stands there.
#include <fstream>
#include <sstream>

#include "catalog/image.h"
#include "tests/world/catalog_fixture.h"

namespace {

using catalog::Image;
using catalog::Rule;
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
    /// An account that is down and a failed image, told to a channel that works and one that does
    /// not.
    void alert() {
        using catalog::DeliveryTick;
        catalog_->set_alert_policy({{{"chat", {}}, {"mail", {}}}, {}});
        catalog::Recording recording = catalog_->record();
        recording.incidents().open(
            {Rule::account_down, account_, std::nullopt, at(0), false, "Timeout: no answer"});
        recording.incidents().open({Rule::upload_failed, account_, 3, at(1)});
        const auto tick = [&](std::int64_t notice, DeliveryTick::Kind kind, const char* error) {
            recording.notices().tick({notice, "", kind, error, at(30), {}}, at(30));
        };
        tick(1, DeliveryTick::Kind::delivered, "");
        tick(2, DeliveryTick::Kind::dead, "HTTP 404");
        tick(3, DeliveryTick::Kind::retry, "HTTP 500");
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

TEST_F(ReportingTest, StuckUploadsAreListedWithWhenThatWasTold) {
    catalog::Database(file(), catalog::Database::Mode::write)
        .execute("UPDATE image_info SET status = 'Uploading' WHERE image_id IN ('large', 'small')");
    {
        catalog::Recording recording = catalog_->record();
        recording.incidents().open({Rule::upload_stuck, account_, 1, at(3'700)});
        // By this the views take no upload for stuck that is less than a hundred years old.
        recording.facts().set_stuck_after(std::chrono::hours{24 * 36'525});
        recording.commit();
    }
    EXPECT_EQ(answer("stuck_upload"), "");
    catalog::Recording recording = catalog_->record();
    recording.facts().set_stuck_after(std::chrono::minutes{60});
    recording.commit();
    const std::string stuck = answer("stuck_upload");
    EXPECT_NE(stuck.find("large|title of large|"), std::string::npos);
    EXPECT_NE(stuck.find("|2026-01-02T04:05:45.000Z\n"), std::string::npos);
    EXPECT_NE(stuck.find("small|title of small|"), std::string::npos);
    EXPECT_EQ(stuck.find("broken"), std::string::npos);
}

TEST_F(ReportingTest, EachRuleIsInTheTableOfRules) {
    std::ifstream in(VODCATALOG_DOCS "/reporting.md");
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    for (int i = 0; i < catalog::kRules; ++i) {
        const auto& rule = text_of(static_cast<Rule>(i));
        const std::string scope = rule.scope == catalog::Scope::image     ? "image"
                                  : rule.scope == catalog::Scope::account ? "account"
                                                                          : "daemon";
        EXPECT_NE(text.find("| `" + std::string(rule.name) + "` | " + scope + " |"), text.npos)
            << rule.name;
    }
}

TEST_F(ReportingTest, WhatIsOpenIsListedWithWhoWasTold) {
    alert();
    EXPECT_EQ(answer("open_incident"),
              "critical|account_down|main||2026-01-02T03:04:05.000Z|chat|Timeout: no answer\n"
              "warning|upload_failed|main|broken|2026-01-02T03:04:06.000Z||\n");
}

TEST_F(ReportingTest, WhoHasNotBeenToldAndWhyIsAnswered) {
    alert();
    EXPECT_EQ(
        answer("undelivered_notice"),
        "mail|given up|account_down|1|1|HTTP 404|It will not be sent any more: HTTP 404. Mend the "
        "channel mail in the settings; later messages use it as it is then.\n"
        "chat|failing||1|1|HTTP 500|The last attempt failed: HTTP 500. It is tried again by itself "
        "for three days; see to the channel chat.\n"
        "mail|waiting||1|0||It waits for others that belong to the same message, and is sent "
        "then.\n");
}

TEST_F(ReportingTest, DurationsAreIntervals) {
    EXPECT_EQ(answer("upload_duration"), "Normal|2|10.0|15.0\nUploadFail|1|10.0|30.0\n");
}

}  // namespace
