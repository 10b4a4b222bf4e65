#include "daemon/alerts/courier.h"

#include <gtest/gtest.h>

#include <map>

#include "tests/world/fake_channel.h"
#include "tests/world/fake_clock.h"
#include "tests/world/fake_random.h"

namespace {

using catalog::DeliveryTick;
using catalog::Notice;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using vodcatalog::Courier;
using vodcatalog::Delivery;

/// The courier between an outbox held in memory and two channels.
class CourierTest : public testing::Test {
protected:
    void put(std::int64_t notice_id, const std::string& channel, milliseconds waited = {}) {
        Notice notice;
        notice.notice_id = notice_id;
        notice.channel = channel;
        notice.key = channel + "-" + std::to_string(notice_id);
        notice.waited = waited;
        outbox_[notice.key] = {notice, clock_.steady()};
    }
    /// One round: what is due is told, what is to be sent is sent, ticks are written if they can
    /// be.
    void round() {
        std::vector<Notice> due;
        for (const auto& [key, row] : outbox_) {
            if (row.due_at <= clock_.steady()) due.push_back(row.notice);
        }
        courier_.on_due(std::move(due), clock_.steady());
        auto step = courier_.on_tick(clock_.steady());
        write(step.ticks);
        for (const Notice& notice : step.sends) {
            ++attempts_;
            const Delivery delivery =
                notice.key == poison_ ? later() : channels_[notice.channel].deliver(notice);
            courier_.on_result(notice, delivery, clock_.steady(), clock_.wall());
        }
    }
    void write(const std::vector<DeliveryTick>& ticks) {
        if (ticks.empty()) return;
        if (!writable_) return courier_.on_written(false);
        for (const DeliveryTick& tick : ticks) {
            ticks_.push_back(tick);
            const auto row = outbox_.find(tick.key);
            if (row == outbox_.end()) continue;
            if (tick.kind == DeliveryTick::Kind::retry) {
                row->second.due_at = clock_.steady() + tick.retry_in;
                ++row->second.notice.attempts;
            } else {
                outbox_.erase(row);
            }
        }
        courier_.on_written(true);
    }
    void run_for(milliseconds time) {
        for (milliseconds at{0}; at < time; at += seconds{1}) {
            round();
            clock_.advance(seconds{1});
        }
    }
    [[nodiscard]] std::string taken(const std::string& channel) {
        std::string text;
        for (const Notice& notice : channels_[channel].taken) text += notice.key + " ";
        return text;
    }
    static Delivery later(std::optional<milliseconds> retry_after = {}) {
        return {Delivery::Kind::retry_later, "HTTP 503", retry_after};
    }

    struct Row {
        Notice notice;
        vodcatalog::SteadyTime due_at;
    };
    world::FakeClock clock_;
    world::FakeRandom random_;
    Courier courier_{{"chat", "mail"}, random_};
    std::map<std::string, world::FakeChannel> channels_;
    std::map<std::string, Row> outbox_;
    std::vector<DeliveryTick> ticks_;
    bool writable_ = true;
    int attempts_ = 0;
    std::string poison_;  ///< The key of a message that always fails.
};

TEST_F(CourierTest, EachMessageIsDeliveredOnceInOrderAndTickedOff) {
    put(1, "chat");
    put(2, "chat");
    put(3, "mail");
    run_for(seconds{5});
    EXPECT_EQ(taken("chat"), "chat-1 chat-2 ");
    EXPECT_EQ(taken("mail"), "mail-3 ");
    EXPECT_TRUE(outbox_.empty());
    ASSERT_EQ(ticks_.size(), 3U);
    EXPECT_EQ(courier_.unwritten(), 0U);
}

TEST_F(CourierTest, OneMessageAtATimePerChannelAndNoneTwice) {
    put(1, "chat");
    put(2, "chat");
    std::vector<Notice> due{outbox_.at("chat-1").notice, outbox_.at("chat-2").notice};
    courier_.on_due(due, clock_.steady());
    const auto first = courier_.on_tick(clock_.steady());
    ASSERT_EQ(first.sends.size(), 1U);
    courier_.on_due(due, clock_.steady());
    EXPECT_TRUE(courier_.on_tick(clock_.steady()).sends.empty());
    courier_.on_result(first.sends[0], {}, clock_.steady(), clock_.wall());
    courier_.on_due(due, clock_.steady());
    const auto second = courier_.on_tick(clock_.steady());
    ASSERT_EQ(second.sends.size(), 1U);
    EXPECT_EQ(second.sends[0].key, "chat-2");
    EXPECT_EQ(second.ticks.size(), 1U);
    EXPECT_TRUE(courier_.on_tick(clock_.steady()).ticks.empty()) << "they are being written";
}

TEST_F(CourierTest, AChannelThatFailsIsTriedLessAndLessOftenAndDoesNotHoldUpTheOther) {
    channels_["chat"].fails_with = later();
    put(1, "chat");
    put(2, "mail");
    run_for(hours{2});
    EXPECT_EQ(taken("mail"), "mail-2 ");
    EXPECT_GE(attempts_, 6);
    EXPECT_LE(attempts_, 60);
    channels_["chat"].fails_with.reset();
    run_for(hours{1});
    EXPECT_EQ(taken("chat"), "chat-1 ");
    EXPECT_EQ(ticks_.front().error + ticks_.back().error, "HTTP 503");
}

TEST_F(CourierTest, WhatTheReceiverAsksForIsObeyedUpToAnHour) {
    channels_["chat"].fails_with = later(minutes{10});
    put(1, "chat");
    run_for(minutes{9});
    EXPECT_EQ(attempts_, 1);
    channels_["chat"].fails_with = later(hours{100});
    run_for(minutes{2});
    EXPECT_EQ(attempts_, 2);
    channels_["chat"].fails_with.reset();
    run_for(minutes{61});
    EXPECT_EQ(taken("chat"), "chat-1 ");
}

TEST_F(CourierTest, AMessageThatAlwaysFailsDoesNotHoldUpOthersOfItsChannel) {
    poison_ = "chat-1";
    put(1, "chat");
    run_for(minutes{10});
    put(2, "chat");
    run_for(minutes{6});
    EXPECT_EQ(taken("chat"), "chat-2 ");
    EXPECT_TRUE(outbox_.contains("chat-1"));
}

TEST_F(CourierTest, WhatIsRefusedIsGivenUpAtOnceAndTheNextIsTried) {
    channels_["chat"].fails_with = Delivery{Delivery::Kind::refused, "HTTP 404", {}};
    put(1, "chat");
    put(2, "chat");
    run_for(seconds{5});
    EXPECT_EQ(attempts_, 2);
    ASSERT_EQ(ticks_.size(), 2U);
    EXPECT_EQ(ticks_[0].kind, DeliveryTick::Kind::dead);
    EXPECT_EQ(ticks_[0].error, "HTTP 404");
    EXPECT_EQ(ticks_[0].at, clock_.wall() - seconds{5});
}

TEST_F(CourierTest, WhatHasFailedForThreeDaysIsGivenUp) {
    channels_["chat"].fails_with = later();
    put(1, "chat", hours{71});
    put(2, "chat", hours{72});
    run_for(minutes{5});
    EXPECT_TRUE(outbox_.contains("chat-1"));
    EXPECT_FALSE(outbox_.contains("chat-2"));
    const auto dead = std::find_if(ticks_.begin(), ticks_.end(), [](const DeliveryTick& tick) {
        return tick.kind == DeliveryTick::Kind::dead;
    });
    ASSERT_NE(dead, ticks_.end());
    EXPECT_EQ(dead->key, "chat-2");
    EXPECT_EQ(dead->error, "HTTP 503");
}

TEST_F(CourierTest, WhatWasDeliveredAndCouldNotBeWrittenIsRememberedAndNotSentAgain) {
    writable_ = false;
    put(1, "chat");
    run_for(minutes{10});
    EXPECT_EQ(taken("chat"), "chat-1 ");
    EXPECT_EQ(courier_.unwritten(), 1U);
    courier_.set_channels({"chat"});
    writable_ = true;
    run_for(seconds{2});
    EXPECT_EQ(taken("chat"), "chat-1 ");
    EXPECT_EQ(courier_.unwritten(), 0U);
    EXPECT_TRUE(outbox_.empty());
}

TEST_F(CourierTest, MessagesOfAChannelThatIsNoMoreAreGivenUp) {
    courier_.set_channels({"chat"});
    put(1, "mail");
    run_for(seconds{2});
    ASSERT_EQ(ticks_.size(), 1U);
    EXPECT_EQ(ticks_[0].kind, DeliveryTick::Kind::dead);
    EXPECT_EQ(ticks_[0].error, "the settings have no such channel any more");
}

TEST_F(CourierTest, AReloadTriesAChannelThatHadFailedAtOnce) {
    channels_["chat"].fails_with = later(hours{1});
    put(1, "chat");
    round();
    EXPECT_EQ(courier_.on_tick(clock_.steady()).sends.size(), 0U);
    channels_["chat"].fails_with.reset();
    put(2, "chat");
    courier_.set_channels({"chat", "mail"});
    run_for(seconds{2});
    EXPECT_EQ(taken("chat"), "chat-2 ");
}

TEST_F(CourierTest, AFullDiskIsToldWithoutTheCatalogOnceItLasts) {
    writable_ = false;
    const auto since = clock_.wall();
    courier_.on_catalog_trouble(since, "the disk is full", clock_.steady());
    EXPECT_EQ(courier_.on_tick(clock_.steady()).wake_at, clock_.steady() + Courier::kTroubleTold);
    run_for(seconds{59});
    EXPECT_EQ(taken("chat"), "");
    channels_["mail"].fails_with = later();
    run_for(minutes{10});
    ASSERT_EQ(channels_["chat"].taken.size(), 1U);
    EXPECT_EQ(taken("chat"), catalog::catalog_full_key("chat", since) + " ");
    EXPECT_EQ(channels_["chat"].taken[0].items.at(0).detail, "the disk is full");
    channels_["mail"].fails_with.reset();
    run_for(minutes{10});
    EXPECT_EQ(taken("mail"), catalog::catalog_full_key("mail", since) + " ");
    courier_.on_catalog_recovered();
    writable_ = true;
    run_for(minutes{2});
    EXPECT_EQ(channels_["chat"].taken.size(), 1U);
    ASSERT_EQ(ticks_.size(), 2U);
    EXPECT_EQ(ticks_[0].notice_id, 0);
    EXPECT_EQ(ticks_[0].key, catalog::catalog_full_key("chat", since));
    EXPECT_EQ(ticks_[0].kind, DeliveryTick::Kind::delivered);
}

TEST_F(CourierTest, AFullDiskThatIsOverSoonIsNotTold) {
    courier_.on_catalog_trouble(clock_.wall(), "the disk is full", clock_.steady());
    run_for(seconds{50});
    courier_.on_catalog_recovered();
    run_for(minutes{10});
    EXPECT_EQ(attempts_, 0);
}

TEST_F(CourierTest, AReceiverThatForgetsIsToldAgainBetweenMessages) {
    courier_.resend("chat", minutes{1});
    const auto resends = [this] { return courier_.on_tick(clock_.steady()).resends; };
    ASSERT_EQ(resends(), std::vector<std::string>{"chat"}) << "after a start it may know nothing";
    EXPECT_EQ(courier_.in_flight(), 1U);
    put(1, "chat");
    courier_.on_due({outbox_.at("chat-1").notice}, clock_.steady());
    EXPECT_TRUE(courier_.on_tick(clock_.steady()).sends.empty()) << "one thing at a time";
    courier_.on_resent("chat", {}, clock_.steady());
    const auto step = courier_.on_tick(clock_.steady());
    ASSERT_EQ(step.sends.size(), 1U);
    EXPECT_TRUE(step.resends.empty());
    courier_.on_result(step.sends[0], {}, clock_.steady(), clock_.wall());
    clock_.advance(seconds{59});
    EXPECT_TRUE(resends().empty());
    clock_.advance(seconds{1});
    EXPECT_EQ(resends(), std::vector<std::string>{"chat"});
}

TEST_F(CourierTest, WhatCouldNotBeToldAgainIsTriedSoonerThanTheNextTime) {
    courier_.resend("chat", minutes{10});
    const auto step = courier_.on_tick(clock_.steady());
    ASSERT_EQ(step.resends.size(), 1U);
    courier_.on_resent("chat", later(), clock_.steady());
    const auto next = courier_.on_tick(clock_.steady());
    EXPECT_TRUE(next.resends.empty());
    EXPECT_LE(next.wake_at, clock_.steady() + Courier::kRetryBase);
    clock_.advance(seconds{5});
    EXPECT_EQ(courier_.on_tick(clock_.steady()).resends.size(), 1U);
}

TEST_F(CourierTest, AfterStopNothingIsSentAndAllIsWritten) {
    put(1, "chat");
    put(2, "mail");
    courier_.on_due({outbox_.at("chat-1").notice}, clock_.steady());
    const auto step = courier_.on_tick(clock_.steady());
    ASSERT_EQ(step.sends.size(), 1U);
    courier_.on_due({outbox_.at("mail-2").notice}, clock_.steady());
    courier_.stop();
    EXPECT_TRUE(courier_.on_tick(clock_.steady()).sends.empty());
    courier_.on_result(step.sends[0], {}, clock_.steady(), clock_.wall());
    EXPECT_EQ(courier_.unwritten(), 1U);
    EXPECT_EQ(courier_.on_tick(clock_.steady()).ticks.size(), 1U);
}

}  // namespace
