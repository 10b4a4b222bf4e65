// What the sync step makes of answers, errors and time: incidents, and messages about them.
#include <map>
#include <memory>

#include "catalog/error.h"
#include "daemon/sync/sync.h"
#include "tests/world/catalog_fixture.h"
#include "tests/world/fake_clock.h"
#include "tests/world/fake_random.h"

namespace {

using catalog::Image;
using catalog::Notice;
using catalog::NoticeKind;
using catalog::Source;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using vodcatalog::Answered;
using vodcatalog::Call;
using vodcatalog::CallError;
using vodcatalog::CallErrorClass;
using vodcatalog::Sync;

struct Listener final : vodcatalog::SyncListener {
    void on_event(const vodcatalog::SyncEvent& event) override {
        if (const auto* demand = std::get_if<vodcatalog::DemandCounted>(&event)) {
            demands.push_back(*demand);
        }
    }
    std::vector<vodcatalog::DemandCounted> demands;
};

/// The sync step beside a cloud that answers at once, or not at all, and one channel that takes
/// every message.
class AlertsTest : public world::CatalogFixture {
protected:
    AlertsTest() : CatalogFixture(world::memory_folder()) {}

    struct InCloud {
        std::string status;
        catalog::WallTime created_at;
    };

    void SetUp() override {
        vodcatalog::SyncAccount account;
        account.name = "main";
        account.region = "cn-shanghai";
        account.endpoint = "https://vod.cn-shanghai.aliyuncs.com";
        account.get_image_infos_per_second = 100;
        settings_.accounts.push_back(account);
        settings_.alerts.policy.channels = {{"chat", {}}};
        catalog_ =
            std::make_unique<catalog::Catalog>(file(), clock_.wall(), [this](std::string_view at) {
                if (full_ && at == "before_commit") throw catalog::Retryable("the disk is full");
            });
        start();
    }
    void start() {
        sync_.reset();
        sync_ = std::make_unique<Sync>(*catalog_, clock_, random_, listener_, settings_);
    }
    /// `age` old, as of now.
    void has(const std::string& image_id, const std::string& status, milliseconds age = {}) {
        cloud_[image_id] = {status, clock_.wall() - age};
    }
    void track(std::size_t account = 0) {
        auto set = std::make_shared<vodcatalog::IdSet>();
        std::vector<std::string> ids = strangers_;
        for (const auto& [id, image] : cloud_) ids.push_back(id);
        std::sort(ids.begin(), ids.end());
        for (const auto& id : ids) set->text += id;
        std::size_t at = 0;
        for (const auto& id : ids) {
            set->image_ids.push_back(std::string_view(set->text).substr(at, id.size()));
            at += id.size();
        }
        sync_->load_ids(account, Source::file, std::move(set));
    }
    void answer(Call call) {
        Answered answered;
        answered.at = clock_.wall();
        answered.outcome.server_ahead = server_ahead_;
        if (broken_) {
            answered.outcome.error = CallError{};
            answered.outcome.error->error_class = *broken_;
            answered.outcome.error->code = "Code";
            answered.outcome.error->message = "a reason";
        }
        auto& answer = answered.outcome.answer;
        answer.request_id = "REQ";
        for (const auto& asked : call.asked) {
            const auto found = cloud_.find(asked.image_id);
            if (found == cloud_.end()) {
                answer.not_exist.push_back(asked.image_id);
                continue;
            }
            Image image;
            image.image_id = asked.image_id;
            image.status = found->second.status;
            image.creation_time = catalog::to_iso_seconds(found->second.created_at);
            answer.content_hashes.push_back(catalog::content_hash(image));
            answer.images.push_back(std::move(image));
        }
        answer.image_count = answer.images.size();
        answered.call = std::move(call);
        sync_->on_answer(std::move(answered));
    }
    /// Steps as the sync step wants them; every message that falls due is delivered and noted.
    void run_for(milliseconds time) {
        const auto end = clock_.steady() + time;
        while (clock_.steady() < end) {
            auto step = sync_->on_tick();
            for (Call& call : step.calls) answer(std::move(call));
            sync_->flush();
            if (!full_) listen();
            const auto rest =
                std::chrono::ceil<milliseconds>(std::min(step.wake_at, end) - clock_.steady());
            clock_.advance(std::clamp<milliseconds>(rest, milliseconds{100}, seconds{10}));
        }
    }
    void listen() {
        for (Notice& notice : sync_->due_notices(100, 10)) {
            const std::vector<catalog::DeliveryTick> ticks{{notice.notice_id,
                                                            "",
                                                            catalog::DeliveryTick::Kind::delivered,
                                                            "",
                                                            clock_.wall(),
                                                            {}}};
            EXPECT_TRUE(sync_->tick_off(ticks));
            told_.push_back(std::move(notice));
        }
    }
    /// What the channel was told: "firing account_down 1" and the like, a count a line.
    std::string told() const {
        std::string text;
        for (const Notice& notice : told_) {
            for (const auto& count : notice.counts) {
                text += std::string(to_string(count.kind)) + " " +
                        std::string(to_string(count.rule)) + " " + std::to_string(count.incidents) +
                        (count.late > 0 ? " late " + std::to_string(count.late) : "") + "\n";
            }
        }
        return text;
    }
    std::string open_incidents() const {
        return sql("SELECT rule || ifnull(' ' || image_id, '') FROM open_incident");
    }

    world::FakeClock clock_;
    world::FakeRandom random_;
    Listener listener_;
    vodcatalog::SyncSettings settings_;
    std::unique_ptr<Sync> sync_;
    std::map<std::string, InCloud> cloud_;
    std::vector<std::string> strangers_;  ///< Tracked, and not in the cloud.
    std::optional<CallErrorClass> broken_;
    std::optional<milliseconds> server_ahead_;
    bool full_ = false;  ///< The disk.
    std::vector<Notice> told_;
};

TEST_F(AlertsTest, AFailedUploadIsToldInTheNextDigestAndSoIsItsEnd) {
    has("a", "Uploading");
    track();
    run_for(minutes{1});
    has("a", "UploadFail", minutes{1});
    run_for(minutes{15});
    EXPECT_EQ(told(), "firing upload_failed 1\n");
    EXPECT_EQ(open_incidents(), "upload_failed a");
    cloud_["a"].status = "Normal";
    run_for(hours{2});
    EXPECT_EQ(open_incidents(), "unexpected_change a");
    EXPECT_EQ(told(),
              "firing upload_failed 1\nclosed upload_failed 1\nfiring unexpected_change 1\n");
}

TEST_F(AlertsTest, AnImageThatFailedBeforeItsFirstPollIsTold) {
    run_for(minutes{5});
    has("a", "UploadFail", minutes{1});
    track();
    run_for(minutes{15});
    EXPECT_EQ(told(), "firing upload_failed 1\n");
}

TEST_F(AlertsTest, AnImportOfOldImagesIsOneSummary) {
    for (int i = 0; i < 10'000; ++i) {
        has("old-" + std::to_string(i), i % 50 == 0 ? "UploadFail" : "Normal", hours{24 * 30});
    }
    for (int i = 0; i < 7; ++i) has("dead-" + std::to_string(i), "Uploading", hours{24 * 30});
    track();
    run_for(minutes{10});
    ASSERT_EQ(told(), "firing import_ended 1\n");
    EXPECT_EQ(
        told_[0].items.at(0).detail,
        "Of 10007 new images (file), 200 had failed and 7 were stuck before they were watched.");
    EXPECT_EQ(open_incidents(), "");
    start();
    track();
    run_for(hours{2});
    EXPECT_EQ(told_.size(), 1U) << "told again after a restart:\n" << told();
}

TEST_F(AlertsTest, AnImportWithoutAnythingWrongIsNotTold) {
    has("good", "Normal", hours{24 * 30});
    track();
    run_for(minutes{5});
    EXPECT_EQ(told(), "");
    has("bad", "UploadFail", hours{24 * 30});
    track();
    run_for(seconds{5});
    EXPECT_EQ(sql("SELECT count(*) FROM image_load"), "1");
    run_for(minutes{2});
    EXPECT_EQ(told(), "firing import_ended 1\n");
    EXPECT_EQ(sql("SELECT count(*) FROM image_load"), "0");
}

TEST_F(AlertsTest, AnUploadIsStuckAfterAnHourAndOnlyOnce) {
    has("a", "Uploading");
    track();
    run_for(minutes{59});
    EXPECT_EQ(open_incidents(), "");
    run_for(minutes{30});
    EXPECT_EQ(open_incidents(), "upload_stuck a");
    EXPECT_EQ(told(), "firing upload_stuck 1\n");
    start();
    run_for(hours{3});
    EXPECT_EQ(told(), "firing upload_stuck 1\n");
    EXPECT_EQ(sql("SELECT completed || failed || stuck FROM upload_minute"), "001");
    cloud_["a"].status = "UploadFail";
    run_for(hours{3});
    EXPECT_EQ(told(), "firing upload_stuck 1\nclosed upload_stuck 1\nfiring upload_failed 1\n");
    EXPECT_EQ(sql("SELECT close_reason FROM incident WHERE rule = 'upload_stuck'"), "failed");
    EXPECT_EQ(sql("SELECT completed || failed || stuck FROM upload_minute"), "001")
        << "the same upload was counted twice";
}

TEST_F(AlertsTest, ASilenceHoldsBackWhatIsStillSoAtItsEnd) {
    has("a", "Normal");
    track();
    run_for(minutes{1});
    catalog::Silence silence;
    silence.rule = "account_down";
    silence.comment = "the line is being moved";
    const auto silence_id = sync_->silence(silence, hours{2});
    broken_ = CallErrorClass::transport;
    run_for(hours{1});
    EXPECT_EQ(open_incidents(), "account_down");
    EXPECT_EQ(told(), "");
    EXPECT_TRUE(sync_->end_silence(silence_id));
    EXPECT_FALSE(sync_->end_silence(silence_id));
    run_for(minutes{3});
    EXPECT_EQ(told(), "firing account_down 1\n");
    full_ = true;
    EXPECT_THROW((void)sync_->silence(silence, hours{2}), catalog::Retryable);
    full_ = false;
    EXPECT_EQ(sql("SELECT count(*) FROM silence"), "1");
}

TEST_F(AlertsTest, AcknowledgedAndStillSoIsNotOpenedAgainBeforeItWasOver) {
    has("a", "Uploading");
    for (int i = 0; i < 6; ++i) has("u" + std::to_string(i), "Uploading");
    track();
    run_for(minutes{1});
    for (int i = 0; i < 6; ++i) cloud_["u" + std::to_string(i)].status = "UploadFail";
    run_for(minutes{3});
    EXPECT_TRUE(sync_->acknowledge(std::stoll(
        sql("SELECT incident_id FROM open_incident WHERE rule = 'upload_failure_rate'"))));
    broken_ = CallErrorClass::transport;
    run_for(minutes{10});
    EXPECT_TRUE(sync_->acknowledge(
        std::stoll(sql("SELECT incident_id FROM open_incident WHERE rule = 'account_down'"))));
    // Whatever else is written of the account.
    server_ahead_ = minutes{6};
    const std::string open =
        "SELECT rule FROM open_incident WHERE image_id IS NULL ORDER BY incident_id";
    run_for(minutes{10});
    EXPECT_EQ(sql(open), "clock_skew");
    server_ahead_ = seconds{0};
    broken_.reset();
    run_for(minutes{10});
    EXPECT_EQ(sql(open), "");
    broken_ = CallErrorClass::transport;
    run_for(hours{3});
    EXPECT_EQ(sql(open), "account_down") << "it was over, and is so again";
}

TEST_F(AlertsTest, AcknowledgedIsNotOpenedAgainByTheNextAnswer) {
    has("a", "Uploading");
    track();
    run_for(minutes{70});
    EXPECT_TRUE(sync_->acknowledge(1));
    EXPECT_FALSE(sync_->acknowledge(1));
    run_for(hours{2});
    EXPECT_EQ(open_incidents(), "");
    start();
    run_for(hours{2});
    EXPECT_EQ(sql("SELECT count(*) FROM incident"), "1");
    EXPECT_EQ(told(), "closed upload_stuck 1\n");
    EXPECT_FALSE(told_.at(0).items.at(0).told);
}

TEST_F(AlertsTest, AnHourWithoutTheCloudIsOneMessageAndOneWhenItIsOver) {
    for (int i = 0; i < 50; ++i) has("a" + std::to_string(i), "Normal");
    has("c", "Uploading");
    track();
    run_for(minutes{1});
    broken_ = CallErrorClass::transport;
    run_for(hours{1});
    EXPECT_EQ(told(), "firing account_down 1\n");
    EXPECT_NE(told_.at(0).items.at(0).detail.find("Code: a reason"), std::string::npos);
    broken_.reset();
    cloud_["c"].status = "Normal";
    run_for(hours{1});
    EXPECT_EQ(told(), "firing account_down 1\nclosed account_down 1\n");
    EXPECT_TRUE(told_.at(1).items.at(0).told);
    EXPECT_EQ(told_.at(1).items.at(0).reason, catalog::CloseReason::resolved);
}

TEST_F(AlertsTest, AnHourWithoutTheCloudIsOneMessageAnAccountWhateverBecameOfItsImages) {
    for (const char* name : {"second", "third"}) {
        settings_.accounts.push_back(settings_.accounts[0]);
        settings_.accounts.back().name = name;
    }
    start();
    std::map<std::string, InCloud> all;
    for (std::size_t account = 0; account < 3; ++account) {
        cloud_.clear();
        const std::string name = std::to_string(account);
        for (int i = 0; i < 30; ++i) has("n" + name + std::to_string(i), "Normal");
        for (int i = 0; i < 4; ++i) has("u" + name + std::to_string(i), "Uploading");
        track(account);
        all.merge(cloud_);
        cloud_ = all;
        run_for(seconds{20});
    }
    run_for(minutes{20});
    ASSERT_EQ(told(), "");
    broken_ = CallErrorClass::transport;
    run_for(hours{1});
    EXPECT_EQ(told(), "firing account_down 1\nfiring account_down 1\nfiring account_down 1\n");
    EXPECT_EQ(sql("SELECT count(*) FROM incident WHERE image_key IS NOT NULL"), "0");
    // Of each account one upload ended, one failed, and two became stuck meanwhile.
    for (const std::string name : {"0", "1", "2"}) {
        cloud_["u" + name + "0"].status = "Normal";
        cloud_["u" + name + "1"].status = "UploadFail";
    }
    told_.clear();
    broken_.reset();
    run_for(minutes{30});
    std::map<std::string, int> lines;
    std::int64_t failed = 0, late = 0;
    for (const Notice& notice : told_) {
        for (const auto& count : notice.counts) {
            ++lines[std::string(to_string(count.kind)) + " " + std::string(to_string(count.rule))];
            if (count.rule == catalog::Rule::upload_failed) failed += count.incidents;
            if (count.rule == catalog::Rule::upload_stuck) late += count.late;
        }
    }
    EXPECT_EQ(lines["closed account_down"], 3) << told();
    EXPECT_EQ(lines["firing account_down"], 0) << told();
    EXPECT_EQ(failed, 3) << told();
    EXPECT_EQ(late, 6) << told();
    EXPECT_EQ(lines["firing upload_stuck"], 1) << "one digest:\n" << told();
    EXPECT_EQ(lines["firing upload_failure_rate"], 0) << "what is late counts apart:\n" << told();
}

TEST_F(AlertsTest, WhatBecameStuckDuringAnOutageIsCountedApart) {
    has("a", "Uploading");
    has("b", "Uploading");
    track();
    run_for(minutes{30});
    broken_ = CallErrorClass::server;
    run_for(hours{2});
    EXPECT_EQ(open_incidents(), "account_down");
    EXPECT_EQ(sql("SELECT count(*) FROM incident WHERE image_key IS NOT NULL"), "0");
    broken_.reset();
    cloud_["b"].status = "Normal";
    run_for(minutes{20});
    EXPECT_EQ(told(),
              "firing account_down 1\nclosed account_down 1\nfiring upload_stuck 1 late 1\n");
    EXPECT_EQ(sql("SELECT completed || failed || stuck FROM upload_minute"), "100");
}

TEST_F(AlertsTest, ARejectedKeyIsOneIncidentThatOutlivesARestart) {
    has("a", "Normal");
    track();
    broken_ = CallErrorClass::credentials;
    run_for(minutes{5});
    EXPECT_EQ(told(), "firing credentials_rejected 1\n");
    start();
    run_for(minutes{5});
    EXPECT_EQ(told(), "firing credentials_rejected 1\n");
    broken_.reset();
    run_for(minutes{5});
    EXPECT_EQ(told(), "firing credentials_rejected 1\nclosed credentials_rejected 1\n");
}

TEST_F(AlertsTest, OnlyAnAnswerClosesWhatARestartFoundOpen) {
    has("a", "Normal");
    track();
    broken_ = CallErrorClass::credentials;
    run_for(minutes{2});
    start();
    server_ahead_ = hours{1};
    broken_ = CallErrorClass::server;
    run_for(seconds{4});
    EXPECT_EQ(open_incidents(), "credentials_rejected\nclock_skew");
}

TEST_F(AlertsTest, AClockThatIsWrongIsToldAndSoIsItsEnd) {
    has("a", "Uploading");
    track();
    server_ahead_ = -minutes{10};
    run_for(minutes{2});
    EXPECT_EQ(sql("SELECT rule || ' ' || detail FROM open_incident"),
              "clock_skew This machine's clock is 600 s ahead of the cloud's.");
    server_ahead_ = seconds{0};
    run_for(minutes{2});
    EXPECT_EQ(open_incidents(), "");
}

TEST_F(AlertsTest, ManyFailuresAreARateAndEndWhenTheWindowHasPassed) {
    for (int i = 0; i < 20; ++i) has("a" + std::to_string(i), "Uploading");
    track();
    run_for(minutes{1});
    for (int i = 0; i < 20; ++i)
        cloud_["a" + std::to_string(i)].status = i < 5 ? "UploadFail" : "Normal";
    run_for(minutes{3});
    EXPECT_EQ(sql("SELECT rule || ' ' || detail FROM open_incident WHERE image_id IS NULL"),
              "upload_failure_rate Of the last 20 uploads 5 failed and 0 are stuck.");
    run_for(minutes{62});
    EXPECT_EQ(sql("SELECT count(*) FROM open_incident WHERE image_id IS NULL"), "0");
}

TEST_F(AlertsTest, UploadsThatNeverEndAreToldBeforeEachOfThemIsStuck) {
    has("done", "Normal");
    for (int i = 0; i < 5; ++i) has("a" + std::to_string(i), "Uploading");
    track();
    run_for(minutes{29});
    EXPECT_EQ(open_incidents(), "");
    run_for(minutes{4});
    EXPECT_EQ(open_incidents(), "no_completions");
    cloud_["a0"].status = "Normal";
    run_for(minutes{4});
    EXPECT_EQ(open_incidents(), "");
    EXPECT_EQ(sql("SELECT close_reason FROM incident"), "resolved");
}

TEST_F(AlertsTest, AnAccountThatHasNoneOfItsImagesNamesItsEndpoint) {
    for (int i = 0; i < 40; ++i) strangers_.push_back("x" + std::to_string(i));
    track();
    run_for(minutes{3});
    EXPECT_EQ(sql("SELECT rule || ' ' || detail FROM open_incident"),
              "wrong_endpoint 20 images were asked for at https://vod.cn-shanghai.aliyuncs.com.");
    run_for(minutes{40});
    EXPECT_EQ(open_incidents(), "mass_gone\nwrong_endpoint");
    for (const auto& id : strangers_) has(id, "Normal");
    run_for(hours{3});
    EXPECT_EQ(open_incidents(), "");
}

TEST_F(AlertsTest, ImagesThatAPersonTakesForGoneAreAcknowledgedNotResolved) {
    for (int i = 0; i < 40; ++i) has("a" + std::to_string(i), "Normal");
    track();
    run_for(minutes{1});
    cloud_.clear();
    run_for(hours{2});
    EXPECT_EQ(open_incidents(), "mass_gone");
    (void)sync_->accept_gone(0);
    run_for(minutes{2});
    EXPECT_EQ(sql("SELECT close_reason FROM incident WHERE rule = 'mass_gone'"), "acknowledged");
}

TEST_F(AlertsTest, AnIdThatNeverExistedAndOneThatIsGoneAreTold) {
    has("a", "Normal");
    strangers_ = {"x"};
    track();
    run_for(hours{1});
    EXPECT_EQ(open_incidents(), "never_existed x");
    has("x", "Normal");
    cloud_.erase("a");
    run_for(hours{12});
    EXPECT_EQ(open_incidents(), "image_gone a");
    EXPECT_EQ(told(), "firing never_existed 1\nfiring image_gone 1\nclosed never_existed 1\n");
}

TEST_F(AlertsTest, ThrottlingIsToldWhenItLasts) {
    for (int i = 0; i < 50; ++i) has("a" + std::to_string(i), "Uploading");
    track();
    run_for(seconds{5});
    broken_ = CallErrorClass::throttled;
    run_for(minutes{5});
    EXPECT_EQ(open_incidents(), "");
    run_for(minutes{8});
    EXPECT_EQ(open_incidents(), "throttled");
    run_for(minutes{30});
    EXPECT_EQ(open_incidents(), "over_capacity\nthrottled")
        << "what is due gets later and later; without answers nobody knows of completions";
    broken_.reset();
    for (auto& [id, image] : cloud_) image.status = "Normal";
    run_for(minutes{17});
    EXPECT_EQ(open_incidents(), "");
}

TEST_F(AlertsTest, ADiskThatWasFullIsRecordedAndToldWhenThereIsRoomAgain) {
    has("a", "Uploading");
    track();
    run_for(minutes{1});
    full_ = true;
    run_for(minutes{5});
    full_ = false;
    run_for(minutes{2});
    EXPECT_EQ(told(), "closed catalog_full 1\n");
    EXPECT_FALSE(told_.at(0).items.at(0).told);
    EXPECT_EQ(told_.at(0).items.at(0).detail, "the disk is full");
    EXPECT_EQ(sql("SELECT (closed_at - opened_at) / 60000 BETWEEN 4 AND 6 FROM incident"), "1");
}

TEST_F(AlertsTest, ADiskThatWasFullForAMomentIsNoMatter) {
    has("a", "Uploading");
    track();
    run_for(minutes{1});
    full_ = true;
    run_for(seconds{10});
    full_ = false;
    run_for(minutes{5});
    EXPECT_EQ(sql("SELECT count(*) FROM incident"), "0");
}

TEST_F(AlertsTest, WhatIsSentAgainIsOpenAndHasBeenTold) {
    const auto open = [this](const std::string& channel) {
        const auto items = sync_->open_incidents(channel, 10);
        return items ? std::to_string(items->size()) : "nobody knows";
    };
    has("a", "Uploading");
    track();
    run_for(minutes{61});
    EXPECT_EQ(open_incidents(), "upload_stuck a");
    EXPECT_EQ(open("chat"), "0") << "it waits for the digest";
    run_for(minutes{16});
    EXPECT_EQ(open("chat"), "1");
    EXPECT_EQ(open("mail"), "0") << "there is no such channel";
    const auto items = sync_->open_incidents("chat", 10);
    EXPECT_EQ(items.value().at(0).image_id, "a");
    EXPECT_EQ(items.value().at(0).kind, NoticeKind::firing);
    full_ = true;
    run_for(seconds{61});
    EXPECT_EQ(open("chat"), "nobody knows");
    full_ = false;
    cloud_["a"].status = "Normal";
    run_for(hours{1});
    EXPECT_EQ(open("chat"), "0");
}

TEST_F(AlertsTest, WhatIsOpenOfAnAccountThatWasRemovedIsNoLongerWatched) {
    has("a", "Uploading");
    track();
    run_for(minutes{80});
    broken_ = CallErrorClass::server;
    run_for(minutes{30});
    EXPECT_EQ(open_incidents(), "account_down\nupload_stuck a");
    start();
    run_for(minutes{5});
    EXPECT_EQ(open_incidents(), "account_down\nupload_stuck a") << "it is still in the settings";
    settings_.accounts[0].name = "other";
    told_.clear();
    start();
    run_for(minutes{20});
    EXPECT_EQ(sql("SELECT count(*) FROM incident WHERE close_reason = 'untracked'"), "2");
    EXPECT_EQ(told(), "closed account_down 1\nclosed upload_stuck 1\n");
}

TEST_F(AlertsTest, AnUntrackedImageClosesAsNoLongerWatched) {
    has("a", "Uploading");
    has("b", "Normal");
    track();
    run_for(minutes{80});
    EXPECT_EQ(open_incidents(), "upload_stuck a");
    cloud_.erase("a");
    track();
    run_for(seconds{10});
    EXPECT_EQ(open_incidents(), "");
    EXPECT_EQ(sql("SELECT close_reason FROM incident"), "untracked");
}

TEST_F(AlertsTest, AnImageThatIsTrackedAgainAndStillStuckIsToldAgain) {
    has("a", "Uploading");
    has("b", "Normal");
    track();
    run_for(minutes{70});
    const InCloud stuck = cloud_.at("a");
    cloud_.erase("a");
    track();
    run_for(seconds{10});
    cloud_["a"] = stuck;
    track();
    run_for(minutes{1});
    EXPECT_EQ(open_incidents(), "upload_stuck a");
    EXPECT_EQ(sql("SELECT count(*) FROM incident"), "2");
}

TEST_F(AlertsTest, WhatIsOpenOfTheClockIsNotClosedByAStartThatKnowsNothing) {
    has("a", "Normal");
    track();
    server_ahead_ = minutes{6};
    run_for(minutes{1});
    EXPECT_EQ(open_incidents(), "clock_skew");
    start();
    track();
    broken_ = CallErrorClass::transport;
    server_ahead_.reset();
    run_for(hours{2});
    EXPECT_EQ(open_incidents(), "account_down\nclock_skew") << "no answer has said that it is over";
    broken_.reset();
    server_ahead_ = seconds{1};
    run_for(hours{1});
    EXPECT_EQ(open_incidents(), "");
}

TEST_F(AlertsTest, AScheduleThatAsksForMoreThanItMayIsToldAndSoIsItsEnd) {
    for (int i = 0; i < 300; ++i) has("a" + std::to_string(i), "Normal", hours{24 * 30});
    settings_.accounts[0].get_image_infos_per_second = 0.2;
    settings_.poll.normal_min = settings_.poll.normal_max = minutes{1};
    start();
    track();
    run_for(minutes{50});
    EXPECT_EQ(open_incidents(), "") << "over 80 % for less than an hour";
    run_for(minutes{80});
    EXPECT_EQ(open_incidents(), "over_capacity");
    ASSERT_EQ(told(), "firing over_capacity 1\n");
    EXPECT_EQ(told_.at(0).items.at(0).detail.substr(0, 23), "300 images take 0.25 of");
    start();
    track();
    run_for(minutes{5});
    EXPECT_EQ(open_incidents(), "over_capacity") << "a restart does not mend it";
    settings_.accounts[0].get_image_infos_per_second = 1;
    start();
    track();
    run_for(minutes{5});
    EXPECT_EQ(open_incidents(), "");
    EXPECT_EQ(told(), "firing over_capacity 1\nclosed over_capacity 1\n");
}

TEST_F(AlertsTest, WhatIsDemandedIsSaidAtTheStartAfterAnImportAndEveryHour) {
    has("a", "Normal", hours{24 * 30});
    track();
    run_for(seconds{10});
    EXPECT_EQ(listener_.demands.size(), 1U) << "at the start";
    has("b", "Normal", hours{24 * 30});
    track();
    run_for(seconds{10});
    ASSERT_EQ(listener_.demands.size(), 2U) << "after an import";
    EXPECT_EQ(listener_.demands.back().demand.images, 2);
    run_for(minutes{61});
    EXPECT_EQ(listener_.demands.size(), 3U) << "after an hour";
    EXPECT_FALSE(listener_.demands.back().tight);
}

TEST_F(AlertsTest, AWriteAheadLogThatAReaderHoldsIsToldAndSoIsItsEnd) {
    settings_.alerts.wal.bytes = 200'000;
    start();
    has("a", "Normal");
    track();
    run_for(minutes{1});
    {
        catalog::Database reader(file(), catalog::Database::Mode::read);
        catalog::Statement query(reader, "SELECT 1 FROM image_info");
        auto rows = query();
        ASSERT_TRUE(rows.next());
        for (int i = 0; i < 3'000; ++i) has("b" + std::to_string(i), "Normal");
        track();
        run_for(minutes{4});
        EXPECT_EQ(open_incidents(), "");
        run_for(minutes{5});
        EXPECT_EQ(open_incidents(), "wal_growth");
        EXPECT_EQ(told(), "firing wal_growth 1\n");
        EXPECT_TRUE(told_.at(0).items.at(0).detail.starts_with("It has "));
    }
    catalog_->checkpoint();
    run_for(minutes{3});
    EXPECT_EQ(told(), "firing wal_growth 1\nclosed wal_growth 1\n");
}

TEST_F(AlertsTest, AnswersThatSayTheSameOpenNothing) {
    has("a", "Uploading", hours{24 * 30});
    has("b", "Uploading", minutes{50});
    track();
    run_for(minutes{15});
    const std::string before = sql("SELECT max(incident_id) FROM incident");
    run_for(hours{2});
    EXPECT_EQ(sql("SELECT max(incident_id) FROM incident"), before);
}

}  // namespace
