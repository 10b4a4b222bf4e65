#include "daemon/alerts/courier_worker.h"

#include <gtest/gtest.h>

#include "tests/world/fake_clock.h"

namespace vodcatalog {
namespace {

using catalog::DeliveryTick;
using catalog::Notice;
using std::chrono::minutes;
using std::chrono::seconds;

/// What the threads of a test share; waits for what must come, and not for ever.
class Stage {
public:
    template <typename Change>
    void change(Change act) {
        {
            const std::lock_guard lock(mutex_);
            act();
        }
        changed_.notify_all();
    }
    /// False if it does not come about within that time.
    template <typename Condition>
    bool await(Condition is_so, std::chrono::milliseconds patience = minutes{1}) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, patience, is_so);
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
};

/// An outbox in memory, which answers at once.
class MemoryOutbox final : public Outbox {
public:
    explicit MemoryOutbox(Stage& stage) : stage_(stage) {}

    bool ask_due(std::function<void(std::vector<Notice>)> done) override {
        std::vector<Notice> due;
        bool taken = false;
        stage_.change([&] {
            taken = !busy;
            ++asked;
            for (const auto& [key, notice] : pending) due.push_back(notice);
        });
        if (taken) done(std::move(due));
        return taken;
    }
    bool ask_open(
        const std::string& channel,
        std::function<void(std::optional<std::vector<catalog::NoticeItem>>)> done) override {
        catalog::NoticeItem item;
        item.detail = channel;
        done(std::vector{item});
        return true;
    }
    bool write(std::vector<DeliveryTick> written, std::function<void(bool)> done) override {
        bool works = false;
        stage_.change([&] {
            works = !full;
            ++writes;
            if (!works) return;
            for (const DeliveryTick& tick : written) {
                ticks.push_back(tick);
                pending.erase(tick.key);
            }
        });
        done(works);
        return true;
    }
    void put(const std::string& channel, const std::string& key) {
        stage_.change([&] {
            pending[key].channel = channel;
            pending[key].key = key;
            pending[key].notice_id = 1;
            pending[key].items.resize(30);
        });
    }

    // Guarded by the stage.
    std::map<std::string, Notice> pending;
    std::vector<DeliveryTick> ticks;
    int asked = 0;
    int writes = 0;
    bool busy = false;
    bool full = false;

private:
    Stage& stage_;
};

/// Takes messages, when it is let.
class StageChannel final : public Channel {
public:
    struct Book {
        std::vector<Notice> taken;
        int begun = 0;
        bool hangs = false;
        bool throws = false;
        Delivery answer;
        std::vector<std::string> resent;
    };
    StageChannel(Stage& stage, Book& book) : stage_(stage), book_(book) {}

    Delivery deliver(const Notice& notice) override {
        stage_.change([&] { ++book_.begun; });
        EXPECT_TRUE(stage_.await([&] { return !book_.hangs; }));
        Delivery answer;
        stage_.change([&] {
            book_.taken.push_back(notice);
            answer = book_.answer;
        });
        if (book_.throws) throw std::logic_error("no such thing");
        return answer;
    }
    Delivery resend(const std::optional<std::vector<catalog::NoticeItem>>& open) override {
        stage_.change([&] { book_.resent.push_back(open.value().at(0).detail); });
        if (book_.throws) throw std::logic_error("no such thing");
        return {};
    }

private:
    Stage& stage_;
    Book& book_;
};

class CourierWorkerTest : public testing::Test {
protected:
    void start(std::chrono::milliseconds resend_every = {}) {
        std::vector<Outlet> outlets;
        for (auto& [name, book] : books_) {
            Outlet& outlet = outlets.emplace_back();
            outlet.name = name;
            outlet.channel = std::make_unique<StageChannel>(stage_, book);
            outlet.resend_every = name == "chat" ? resend_every : seconds{0};
        }
        worker_.emplace(
            std::move(outlets), outbox_, clock_, redactor_,
            CourierWorker::Hooks{[] {}, [this] { stage_.change([&] { settled_ = true; }); },
                                 [this](const Notice&, const Delivery& delivery) {
                                     stage_.change([&] { told_.push_back(delivery); });
                                 }});
    }
    /// The same as time goes by: a second each time nothing has happened for a moment.
    template <typename Condition>
    bool comes_about(Condition is_so) {
        for (int seconds_passed = 0; seconds_passed < 10'000; ++seconds_passed) {
            if (stage_.await(is_so, std::chrono::milliseconds{5})) return true;
            clock_.advance(seconds{1});
        }
        return false;
    }
    bool ticked(std::size_t count) {
        return comes_about([&] { return outbox_.ticks.size() >= count; });
    }

    Stage stage_;
    world::FakeClock clock_;
    Redactor redactor_;
    MemoryOutbox outbox_{stage_};
    std::map<std::string, StageChannel::Book> books_{{"chat", {}}, {"mail", {}}};
    std::vector<Delivery> told_;
    bool settled_ = false;
    std::optional<CourierWorker> worker_;  ///< Last: its threads use all the others.
};

TEST_F(CourierWorkerTest, WhatIsDueIsDeliveredAndTickedOff) {
    outbox_.put("chat", "a");
    outbox_.put("mail", "b");
    start();
    ASSERT_TRUE(ticked(2));
    worker_.reset();
    EXPECT_EQ(books_["chat"].taken.size(), 1U);
    EXPECT_EQ(books_["mail"].taken.at(0).items.size(), 20U) << "as many as its channel lists";
    EXPECT_EQ(outbox_.ticks[0].kind, DeliveryTick::Kind::delivered);
    EXPECT_EQ(told_.size(), 2U);
}

TEST_F(CourierWorkerTest, AChannelThatHangsHoldsUpNoOther) {
    books_["chat"].hangs = true;
    outbox_.put("chat", "a");
    start();
    ASSERT_TRUE(stage_.await([&] { return books_["chat"].begun == 1; }));
    outbox_.put("mail", "b");
    ASSERT_TRUE(ticked(1));
    EXPECT_EQ(outbox_.ticks[0].key, "b");
    stage_.change([&] { books_["chat"].hangs = false; });
    ASSERT_TRUE(ticked(2));
}

TEST_F(CourierWorkerTest, AnOutboxThatIsBusyIsAskedAgain) {
    outbox_.busy = true;
    outbox_.put("chat", "a");
    start();
    ASSERT_TRUE(stage_.await([&] { return outbox_.asked == 1; }));
    stage_.change([&] { outbox_.busy = false; });
    EXPECT_TRUE(ticked(1));
}

TEST_F(CourierWorkerTest, WhatCannotBeWrittenIsWrittenLaterAndNotSentAgain) {
    outbox_.full = true;
    outbox_.put("chat", "a");
    start();
    ASSERT_TRUE(comes_about([&] { return outbox_.writes >= 3 && outbox_.asked >= 3; }));
    stage_.change([&] { outbox_.full = false; });
    ASSERT_TRUE(ticked(1));
    worker_.reset();
    EXPECT_EQ(books_["chat"].taken.size(), 1U);
    EXPECT_EQ(outbox_.ticks.size(), 1U);
}

TEST_F(CourierWorkerTest, AfterStopNothingIsBegunAndAllIsWritten) {
    books_["chat"].hangs = true;
    outbox_.put("chat", "a");
    outbox_.put("chat", "b");
    start();
    ASSERT_TRUE(stage_.await([&] { return books_["chat"].begun == 1; }));
    worker_->stop();
    outbox_.put("mail", "c");
    clock_.advance(seconds{5});
    EXPECT_FALSE(worker_->is_settled());
    stage_.change([&] { books_["chat"].hangs = false; });
    ASSERT_TRUE(stage_.await([&] { return settled_; }));
    EXPECT_TRUE(worker_->is_settled());
    EXPECT_EQ(outbox_.ticks.size(), 1U);
    EXPECT_EQ(books_["chat"].begun, 1);
    EXPECT_EQ(books_["mail"].begun, 0);
}

TEST_F(CourierWorkerTest, WhatAReceiverWroteIsCleaned) {
    redactor_.know("canary-0123456789");
    books_["chat"].answer = {
        Delivery::Kind::refused,
        "HTTP 500\r\n\x1b[2J no: canary-0123456789 \xff" + std::string(5'000, 'x'),
        {}};
    outbox_.put("chat", "a");
    start();
    ASSERT_TRUE(ticked(1));
    worker_.reset();
    const std::string& error = outbox_.ticks[0].error;
    EXPECT_EQ(outbox_.ticks[0].kind, DeliveryTick::Kind::dead);
    EXPECT_TRUE(error.starts_with("HTTP 500   [2J no: *** ")) << error;
    EXPECT_LE(error.size(), CourierWorker::kErrorBytesMax);
    EXPECT_EQ(told_.at(0).error, error);
}

TEST_F(CourierWorkerTest, AChannelWithABugFailsAndTheOthersGoOn) {
    books_["chat"].throws = true;
    outbox_.put("chat", "a");
    outbox_.put("mail", "b");
    start();
    ASSERT_TRUE(ticked(2));
    worker_.reset();
    for (const DeliveryTick& tick : outbox_.ticks) {
        if (tick.key != "a") continue;
        EXPECT_EQ(tick.kind, DeliveryTick::Kind::retry);
        EXPECT_EQ(tick.error, "a bug: no such thing");
    }
}

TEST_F(CourierWorkerTest, WithoutChannelsWhatWaitsForOneIsGivenUp) {
    books_.clear();
    outbox_.put("chat", "a");
    start();
    ASSERT_TRUE(ticked(1));
    EXPECT_EQ(outbox_.ticks[0].kind, DeliveryTick::Kind::dead);
}

TEST_F(CourierWorkerTest, AReceiverThatForgetsIsToldAgainWhatIsOpen) {
    start(seconds{60});
    ASSERT_TRUE(stage_.await([&] { return books_["chat"].resent.size() == 1; }));
    EXPECT_EQ(books_["chat"].resent[0], "chat");
    ASSERT_TRUE(comes_about([&] { return books_["chat"].resent.size() == 2; }));
    worker_.reset();
    EXPECT_TRUE(books_["mail"].resent.empty());
}

TEST_F(CourierWorkerTest, ABugInTellingAgainEndsNothing) {
    books_["chat"].throws = true;
    start(seconds{30});
    EXPECT_TRUE(comes_about([&] { return books_["chat"].resent.size() >= 2; }));
    outbox_.put("mail", "m1");
    EXPECT_TRUE(ticked(1));
}

TEST_F(CourierWorkerTest, AChannelIsTriedBesideWhatIsSentAndWhatBecameOfItIsCleaned) {
    redactor_.know("canary-token-0123456789");
    books_["chat"].answer = {Delivery::Kind::retry_later, "no canary-token-0123456789\n", {}};
    start();
    std::optional<Delivery> heard;
    const auto hear = [&](const Delivery& delivery) { stage_.change([&] { heard = delivery; }); };
    EXPECT_EQ(worker_->try_channel("nobody", hear), CourierWorker::Trial::no_such_channel);
    EXPECT_EQ(worker_->try_channel("chat", hear), CourierWorker::Trial::begun);
    ASSERT_TRUE(stage_.await([&] { return heard.has_value(); }));
    EXPECT_EQ(heard->kind, Delivery::Kind::retry_later);
    EXPECT_EQ(heard->error.find("canary"), std::string::npos);
    EXPECT_EQ(heard->error.find('\n'), std::string::npos);
    EXPECT_EQ(books_["chat"].taken.at(0).kind, catalog::NoticeKind::test);
    EXPECT_TRUE(told_.empty()) << "it is no message of the outbox";
    EXPECT_TRUE(outbox_.ticks.empty());
}

TEST_F(CourierWorkerTest, AStopWaitsForATrialAndASecondOneIsRefusedMeanwhile) {
    books_["chat"].hangs = true;
    start();
    int heard = 0;
    const auto hear = [&](const Delivery&) { stage_.change([&] { ++heard; }); };
    EXPECT_EQ(worker_->try_channel("chat", hear), CourierWorker::Trial::begun);
    ASSERT_TRUE(stage_.await([&] { return books_["chat"].begun == 1; }));
    EXPECT_EQ(worker_->try_channel("chat", hear), CourierWorker::Trial::begun);
    EXPECT_EQ(worker_->try_channel("chat", hear), CourierWorker::Trial::busy);
    worker_->stop();
    EXPECT_FALSE(stage_.await([&] { return settled_; }, std::chrono::milliseconds{50}));
    stage_.change([&] { books_["chat"].hangs = false; });
    EXPECT_TRUE(comes_about([&] { return settled_ && heard == 2; }));
}

TEST_F(CourierWorkerTest, ACatalogThatIsFullIsToldWithoutIt) {
    outbox_.full = true;
    start();
    worker_->on_catalog_trouble(clock_.wall(), "no room");
    ASSERT_TRUE(comes_about([&] { return !books_["mail"].taken.empty(); }));
    worker_.reset();
    EXPECT_EQ(books_["mail"].taken[0].items.at(0).detail, "no room");
}

}  // namespace
}  // namespace vodcatalog
