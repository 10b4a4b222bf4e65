// The threads around the step machine: inbox, fetchers, worker.
#include <condition_variable>
#include <future>
#include <mutex>
#include <stdexcept>

#include "daemon/sync/fetchers.h"
#include "daemon/sync/image_files.h"
#include "daemon/sync/inbox.h"
#include "daemon/sync/sync.h"
#include "daemon/sync/sync_worker.h"
#include "tests/world/catalog_fixture.h"
#include "tests/world/fake_random.h"

namespace {

using std::chrono::seconds;
using vodcatalog::Fetchers;
using vodcatalog::Inbox;
using vodcatalog::Sync;
using vodcatalog::SyncWorker;

/// Counts status changes and lets a test wait for them.
class Listener final : public vodcatalog::SyncListener {
public:
    void on_event(const vodcatalog::SyncEvent& event) override {
        const std::lock_guard lock(mutex_);
        if (std::holds_alternative<vodcatalog::StatusChanged>(event)) ++changes_;
        changed_.notify_all();
    }
    [[nodiscard]] bool wait_for(int changes) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, seconds{60}, [&] { return changes_ >= changes; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int changes_ = 0;
};

/// A cloud in which every image that is asked for is Normal.
class EveryImageIsNormal final : public vodcatalog::HttpClient {
public:
    void send(const vodcatalog::HttpRequest& request, vodcatalog::HttpResponse& response) override {
        const auto begin = request.target.find("ImageIds=") + 9;
        std::string ids = request.target.substr(begin, request.target.find('&', begin) - begin);
        std::string images;
        for (std::size_t at = 0; at < ids.size();) {
            const auto end = std::min(ids.find("%2C", at), ids.size());
            images += images.empty() ? "" : ",";
            images += R"({"ImageId":")" + ids.substr(at, end - at) + R"(","Status":"Normal"})";
            at = end + 3;
        }
        response.status = 200;
        response.headers.clear();
        response.body = R"({"RequestId":"R","ImageInfo":[)" + images + "]}";
    }
};

class WorkerTest : public world::CatalogFixture {
protected:
    void SetUp() override {
        open();
        vodcatalog::SyncAccount& account = settings_.accounts.emplace_back();
        account.name = "main";
        account.get_image_infos_per_second = account.get_image_info_per_second = 1'000;
        account_settings_.endpoint = vodcatalog::parse_endpoint("http://127.0.0.1");
        account_settings_.sessions = std::make_shared<vodcatalog::FixedSession>(
            vodcatalog::Credentials{"key", "secret", ""});
        for (int i = 0; i < 500; ++i) ids_.push_back("image" + std::to_string(i));
    }

    vodcatalog::SystemClock clock_;
    world::FakeRandom random_;
    Listener listener_;
    vodcatalog::SyncSettings settings_;
    vodcatalog::VodAccount account_settings_;
    std::vector<std::string> ids_;
};

TEST_F(WorkerTest, ImagesTravelThroughAllThreadsIntoTheCatalog) {
    bool ended = false;
    {
        Sync sync(*catalog_, clock_, random_, listener_, settings_);
        Inbox inbox;
        Fetchers fetchers(
            4, {account_settings_},
            [](const vodcatalog::VodAccount&) { return std::make_unique<EveryImageIsNormal>(); },
            clock_, inbox);
        SyncWorker worker(sync, inbox, fetchers, clock_, seconds{10},
                          {[] {}, [&ended] { ended = true; }, [] {}});
        ASSERT_TRUE(inbox.post([this](Sync& its) {
            its.load_ids(0, catalog::Source::settings, vodcatalog::make_id_set(ids_));
        }));
        EXPECT_TRUE(listener_.wait_for(500));
        EXPECT_FALSE(worker.summary().empty());
    }
    EXPECT_TRUE(ended);
    EXPECT_EQ(sql("SELECT count(*) FROM image_info WHERE status = 'Normal'"), "500");
    EXPECT_EQ(sql("SELECT count(*) FROM status_change"), "500");
}

TEST_F(WorkerTest, AFailureEndsTheThreadAndIsKept) {
    std::mutex mutex;
    std::condition_variable changed;
    bool ended = false;
    Sync sync(*catalog_, clock_, random_, listener_, settings_);
    Inbox inbox;
    Fetchers fetchers(
        1, {account_settings_},
        [](const vodcatalog::VodAccount&) { return std::make_unique<EveryImageIsNormal>(); },
        clock_, inbox);
    SyncWorker worker(sync, inbox, fetchers, clock_, seconds{10},
                      {[] {},
                       [&] {
                           const std::lock_guard lock(mutex);
                           ended = true;
                           changed.notify_all();
                       },
                       [] {}});
    ASSERT_TRUE(inbox.post([](Sync&) { throw std::logic_error("a bug"); }));
    std::unique_lock lock(mutex);
    EXPECT_TRUE(changed.wait_for(lock, seconds{60}, [&] { return ended; }));
    EXPECT_NE(worker.failure(), nullptr);
}

/// An account that answers only once `opened`.
class Held final : public vodcatalog::HttpClient {
public:
    explicit Held(std::future<void> opened) : opened_(std::move(opened)) {}
    void send(const vodcatalog::HttpRequest& request, vodcatalog::HttpResponse& response) override {
        opened_.wait();
        EveryImageIsNormal().send(request, response);
    }

private:
    std::future<void> opened_;
};

TEST_F(WorkerTest, AnAccountThatHangsHoldsUpNoOther) {
    std::promise<void> open;
    vodcatalog::VodAccount hanging = account_settings_;
    hanging.name = "hanging";
    Inbox inbox;
    Fetchers fetchers(
        1, {hanging, account_settings_},
        [&](const vodcatalog::VodAccount& account) -> std::unique_ptr<vodcatalog::HttpClient> {
            if (account.name == "hanging") return std::make_unique<Held>(open.get_future());
            return std::make_unique<EveryImageIsNormal>();
        },
        clock_, inbox);
    std::vector<vodcatalog::Call> calls(2);
    for (std::size_t i = 0; i < calls.size(); ++i) {
        calls[i].account = i;
        calls[i].asked.resize(1);
        calls[i].asked[0].image_id = "image";
    }
    fetchers.submit(std::move(calls));
    Inbox::Contents contents;
    inbox.take(contents, seconds{60});
    ASSERT_EQ(contents.answers.size(), 1U);
    EXPECT_EQ(contents.answers[0].call.account, 1U);
    open.set_value();
    inbox.take(contents, seconds{60});
    ASSERT_EQ(contents.answers.size(), 1U);
    EXPECT_EQ(contents.answers[0].call.account, 0U);
}

TEST(InboxTest, RefusesCommandsOverItsLimitButTakesEveryAnswer) {
    Inbox inbox;
    for (std::size_t i = 0; i < Inbox::kCommandsMax; ++i) EXPECT_TRUE(inbox.post([](Sync&) {}));
    EXPECT_FALSE(inbox.post([](Sync&) {}));
    for (std::size_t i = 0; i < 2 * Inbox::kCommandsMax; ++i) inbox.put({});
    Inbox::Contents contents;
    inbox.take(contents, seconds{0});
    EXPECT_EQ(contents.commands.size(), Inbox::kCommandsMax);
    EXPECT_EQ(contents.answers.size(), 2 * Inbox::kCommandsMax);
    EXPECT_FALSE(contents.stop);
}

}  // namespace
