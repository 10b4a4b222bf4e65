#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "daemon/sync/sync.h"
#include "tests/world/catalog_fixture.h"
#include "tests/world/fake_clock.h"
#include "tests/world/fake_random.h"

namespace vodcatalog {

using catalog::Image;
using catalog::Source;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

struct Listener final : SyncListener {
    void on_event(const SyncEvent& event) override { events.push_back(event); }
    template <typename Event>
    [[nodiscard]] std::vector<Event> all() const {
        std::vector<Event> found;
        for (const SyncEvent& event : events) {
            if (const auto* it = std::get_if<Event>(&event)) found.push_back(*it);
        }
        return found;
    }
    std::vector<SyncEvent> events;
};

/// The sync step with one account, a catalog and a clock; the test is the cloud.
class SyncWorld : public world::CatalogFixture {
protected:
    void SetUp() override {
        open();
        SyncAccount account;
        account.name = "main";
        account.region = "cn-shanghai";
        account.endpoint = "https://vod.cn-shanghai.aliyuncs.com";
        settings_.accounts.push_back(account);
        start();
    }
    void start() {
        sync_.reset();
        sync_ = std::make_unique<Sync>(*catalog_, clock_, random_, listener_, settings_);
    }
    void load(const std::vector<std::string>& ids, Source source = Source::settings) {
        auto set = std::make_shared<IdSet>();
        for (const auto& id : ids) set->text += id;
        std::size_t at = 0;
        for (const auto& id : ids) {
            set->image_ids.push_back(std::string_view(set->text).substr(at, id.size()));
            at += id.size();
        }
        std::sort(set->image_ids.begin(), set->image_ids.end());
        sync_->load_ids(0, source, std::move(set));
        take_in_lists();
    }
    void take_in_lists() {
        while (sync_->is_loading()) keep(sync_->on_tick());
    }
    void keep(Sync::Step step) {
        for (Call& call : step.calls) calls_.push_back(std::move(call));
    }
    /// Ticks whenever something is due until `time` has passed; calls made are in calls_.
    void run_for(milliseconds time) {
        for (milliseconds at{0}; at < time; at += milliseconds{100}) {
            clock_.advance(milliseconds{100});
            keep(sync_->on_tick());
        }
    }
    Call take_call() {
        EXPECT_FALSE(calls_.empty());
        Call call = std::move(calls_.front());
        calls_.erase(calls_.begin());
        return call;
    }
    static Image image(const std::string& image_id, const std::string& status) {
        Image image;
        image.image_id = image_id;
        image.status = status;
        image.creation_time = "2026-01-02T03:04:05Z";
        return image;
    }
    void answer(Call call, const std::vector<Image>& images,
                const std::vector<std::string>& not_exist = {}) {
        Answered answered;
        answered.call = std::move(call);
        auto& answer = answered.outcome.answer;
        answer.request_id = "REQ";
        answer.images = images;
        answer.image_count = images.size();
        for (const Image& it : images) answer.content_hashes.push_back(catalog::content_hash(it));
        answer.not_exist = not_exist;
        answered.at = clock_.wall();
        sync_->on_answer(std::move(answered));
    }
    void fail(Call call, CallErrorClass error_class, const std::string& code = "Code") {
        Answered answered;
        answered.call = std::move(call);
        answered.outcome.error = CallError{};
        answered.outcome.error->error_class = error_class;
        answered.outcome.error->code = code;
        answered.at = clock_.wall();
        sync_->on_answer(std::move(answered));
    }
    /// Answers every call there is: its images exist, with that status, or none of them does.
    void answer_all(bool exist, const std::string& status = "Normal") {
        while (!calls_.empty()) {
            Call call = take_call();
            std::vector<Image> images;
            std::vector<std::string> missing;
            for (const auto& asked : call.asked) {
                if (exist) {
                    images.push_back(image(asked.image_id, status));
                } else {
                    missing.push_back(asked.image_id);
                }
            }
            answer(std::move(call), images, missing);
        }
    }
    std::string status_of(const std::string& image_id) {
        return sql("SELECT ifnull(status, 'NULL') FROM image_info WHERE image_id = '" + image_id +
                   "'");
    }

    world::FakeClock clock_;
    world::FakeRandom random_;
    Listener listener_;
    SyncSettings settings_;
    std::unique_ptr<Sync> sync_;
    std::vector<Call> calls_;
};

}  // namespace vodcatalog
