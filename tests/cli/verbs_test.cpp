// The verbs that read the catalog.
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <sstream>

#include "catalog/image.h"
#include "cli/program.h"
#include "daemon/clock.h"
#include "tests/world/catalog_fixture.h"

namespace vodcatalog {
namespace {

class VerbsTest : public world::CatalogFixture {
protected:
    void SetUp() override {
        open();
        record("first", "Normal", "cat");
        record("second", "UploadFail", "");
    }
    void record(const std::string& id, const std::string& status, const std::string& tags) {
        const std::string_view ids[] = {id};
        (void)catalog_->track(account_, catalog::Source::file, ids, catalog::Tier::warm, at(0),
                              at(0));
        std::vector<catalog::DueImage> due;
        catalog_->due(account_, catalog::Tier::warm, at(0), 10, {}, due);
        catalog::Image image;
        image.image_id = id;
        image.status = status;
        image.title = "=title of " + id;
        image.creation_time = "2026-01-02T03:04:05Z";
        if (!tags.empty()) image.tags = tags;
        catalog::Recorded recorded;
        catalog::Recording recording = catalog_->record();
        recording.image(due.at(0), image, 1, "REQ-" + id, at(10), recorded);
        recording.reschedule(due.at(0), catalog::Tier::cold, at(9'000));
        recording.commit();
    }
    int runs(const std::vector<std::string>& arguments) {
        const std::string name = file();
        std::vector<const char*> argv{"vodcatalog", "--config", "/nonexistent", "--catalog",
                                      name.c_str()};
        for (const std::string& argument : arguments) argv.push_back(argument.c_str());
        out.str("");
        err.str("");
        return run(static_cast<int>(argv.size()), argv.data(), out, err);
    }
    std::string answer(const std::vector<std::string>& arguments) {
        EXPECT_EQ(runs(arguments), 0) << err.str();
        return out.str();
    }
    bool says(const std::string& text) const { return out.str().find(text) != std::string::npos; }

    std::ostringstream out, err;
};

TEST_F(VerbsTest, StatusTellsWhatIsWrongByItsExitStatusToo) {
    // The fixture's catalog is held by this process, and its answers are of long ago.
    catalog::Recording up = catalog_->record();
    up.count(account_, SystemClock().wall(), {1, 1, 0, 0, 0});
    up.commit();
    EXPECT_EQ(runs({"status"}), 0) << out.str();
    EXPECT_TRUE(out.str().starts_with("VODCATALOG OK - nothing is wrong\n")) << out.str();
    catalog::Recording warning = catalog_->record();
    warning.incidents().open({catalog::Rule::upload_failed, account_, 2, at(20)});
    warning.commit();
    EXPECT_EQ(runs({"status"}), 1) << out.str();
    EXPECT_TRUE(says("WARNING - 1 warning")) << out.str();
    catalog::Recording critical = catalog_->record();
    critical.incidents().open({catalog::Rule::account_down, account_, std::nullopt, at(20)});
    critical.commit();
    EXPECT_EQ(runs({"status", "--output", "json"}), 2) << out.str();
    const auto object = Poco::JSON::Parser().parse(out.str()).extract<Poco::JSON::Object::Ptr>();
    EXPECT_EQ(object->getValue<std::string>("status"), "CRITICAL");
    EXPECT_TRUE(object->getValue<bool>("daemon_running"));
    EXPECT_EQ(object->getArray("incidents")->size(), 2U);
    EXPECT_EQ(object->getArray("images")->size(), 2U);
    catalog_.reset();
    EXPECT_EQ(runs({"status"}), 2);
    EXPECT_TRUE(says("the daemon is not running")) << out.str();
    std::filesystem::remove(file());
    EXPECT_EQ(runs({"status"}), 3);
    EXPECT_TRUE(out.str().starts_with("VODCATALOG UNKNOWN - ")) << out.str();
}

TEST_F(VerbsTest, ImagesAreFound) {
    EXPECT_EQ(answer({"images", "--status", "UploadFail", "--output", "ndjson"}).find("second"),
              14U);
    EXPECT_EQ(answer({"images", "--tag", "cat", "--output", "csv"}),
              "image_id,account,status,title,creation_time,last_changed_at,cate_name,tags,"
              "storage_location\r\nfirst,main,Normal,'=title of first,2026-01-02T03:04:05Z,"
              ",,cat,\r\n");
    EXPECT_EQ(answer({"images", "--since", "2026-01-03", "--output", "json"}), "[]\n");
    EXPECT_EQ(answer({"images", "--account", "other"}), "(none)\n");
    EXPECT_NE(answer({"images", "--limit", "1"}).find("second"), std::string::npos);
    EXPECT_FALSE(says("first"));
    EXPECT_NE(err.str().find("more than 1"), std::string::npos) << err.str();
    EXPECT_EQ(runs({"images", "--since", "yesterday"}), 64);
}

TEST_F(VerbsTest, AnImageIsShownWithItsHistory) {
    EXPECT_NE(answer({"images", "show", "second"}).find("first seen UploadFail"), std::string::npos)
        << out.str();
    EXPECT_TRUE(says("image_id            second\n")) << out.str();
    const auto object = Poco::JSON::Parser()
                            .parse(answer({"images", "show", "second", "--output", "json"}))
                            .extract<Poco::JSON::Object::Ptr>();
    EXPECT_EQ(object->getObject("image")->getValue<std::string>("status"), "UploadFail");
    EXPECT_EQ(object->getArray("history")->size(), 1U);
    EXPECT_EQ(runs({"images", "show", "none"}), 66);
}

TEST_F(VerbsTest, EventsComeInTheirOrder) {
    catalog::Recording recording = catalog_->record();
    recording.incidents().open({catalog::Rule::upload_failed, account_, 2, at(20)});
    recording.incidents().close(catalog::Rule::upload_failed, account_, 2,
                                catalog::CloseReason::resolved, at(30));
    recording.commit();
    EXPECT_EQ(answer({"events", "--output", "csv"}),
              "at,event,account,image_id,what,request_id\r\n"
              "2026-01-02T03:04:15.000Z,status_change,main,first,first seen Normal,REQ-first\r\n"
              "2026-01-02T03:04:15.000Z,status_change,main,second,first seen UploadFail,"
              "REQ-second\r\n"
              "2026-01-02T03:04:25.000Z,incident_opened,main,second,warning upload_failed,\r\n"
              "2026-01-02T03:04:35.000Z,incident_closed,main,second,warning upload_failed: "
              "resolved,\r\n");
    EXPECT_EQ(answer({"events", "--image", "first", "--output", "ndjson"}).find("second"),
              std::string::npos);
    EXPECT_EQ(answer({"events", "--since", "1h"}), "(none)\n");
    EXPECT_NE(answer({"incidents", "--all"}).find("resolved"), std::string::npos);
    EXPECT_EQ(answer({"incidents"}), "(none)\n");
}

TEST_F(VerbsTest, ReportsAreListedShownAndRun) {
    EXPECT_NE(answer({"report"}).find("images-by-status"), std::string::npos);
    EXPECT_TRUE(answer({"report", "images-by-status", "--sql"}).starts_with("-- How many"));
    EXPECT_EQ(answer({"report", "images-by-status", "--output", "csv"}),
              "account,status,images\r\nmain,Normal,1\r\nmain,UploadFail,1\r\n");
    EXPECT_EQ(runs({"report", "no-such"}), 64);
}

TEST_F(VerbsTest, ThePlanSaysWhatIsDue) {
    EXPECT_EQ(answer({"plan", "--output", "csv"}),
              "account,tier,due_now,in_a_minute,in_an_hour,next\r\nmain,hot,0,0,0,\r\n"
              "main,warm,0,0,0,\r\nmain,cold,2,0,0,2026-01-02T05:34:05.000Z\r\n");
}

TEST_F(VerbsTest, ExportAndSnapshotHoldEverything) {
    EXPECT_NE(answer({"export"}).find("\r\nmain,first,Normal,"), std::string::npos) << out.str();
    EXPECT_NE(answer({"export", "--output", "ndjson"}).find("\"image_id\": \"second\""),
              std::string::npos);
    const std::string copy = folder_ / "copy.db";
    EXPECT_TRUE(answer({"snapshot", copy}).starts_with("snapshot " + copy + ": "));
    EXPECT_NE(answer({"snapshot", copy}).find("unchanged"), std::string::npos);
    EXPECT_EQ(runs({"snapshot", folder_ / "none/copy.db"}), 69);
}

}  // namespace
}  // namespace vodcatalog
