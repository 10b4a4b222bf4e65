#include "daemon/alerts/alertmanager_channel.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include "tests/alerts/alerts_world.h"
#include "tests/world/fake_clock.h"
#include "tests/world/fake_http_client.h"

namespace vodcatalog {
namespace {

using catalog::NoticeItem;
using catalog::NoticeKind;
using catalog::Rule;
using std::chrono::minutes;
using std::chrono::seconds;

/// The channel, a minute after the incidents began.
class AlertmanagerChannelTest : public AlertsWorld {
protected:
    AlertmanagerChannelTest() {
        auto client = std::make_unique<world::FakeHttpClient>();
        network_ = client.get();
        AlertmanagerSettings settings;
        settings.url = [] { return "https://alerts.example.com/am/"; };
        settings.resend_every = minutes{1};
        channel_.emplace(std::move(settings), std::move(client), redactor_, fake_clock_);
        fake_clock_.advance(minutes{10});
    }
    /// What was posted last: an alert.
    [[nodiscard]] Poco::JSON::Object::Ptr alert(unsigned at = 0) const {
        return alerts()->getObject(at);
    }
    [[nodiscard]] Poco::JSON::Array::Ptr alerts() const {
        return Poco::JSON::Parser()
            .parse(network_->requests().back().body)
            .extract<Poco::JSON::Array::Ptr>();
    }
    Delivery deliver(std::vector<NoticeItem> items, int status = 200) {
        network_->then_answer(status, "");
        return channel_->deliver(make_notice(std::move(items)));
    }
    Delivery resend(const std::optional<std::vector<NoticeItem>>& items) {
        if (!items || !items->empty()) network_->then_answer(200, "");
        return channel_->resend(items);
    }

    world::FakeClock fake_clock_;
    world::FakeHttpClient* network_ = nullptr;
    std::optional<AlertmanagerChannel> channel_;
};

TEST_F(AlertmanagerChannelTest, ATestIsAnAlertOfItsOwnThatEndsByItself) {
    network_->then_answer(200, "");
    EXPECT_EQ(channel_->deliver(catalog::test_notice("am", kThen)).kind, Delivery::Kind::delivered);
    const std::string body = network_->requests().back().body;
    EXPECT_NE(body.find(R"("alertname":"channel_test","severity":"information")"),
              std::string::npos)
        << body;
    EXPECT_NE(body.find(R"("endsAt")"), std::string::npos);
}

TEST_F(AlertmanagerChannelTest, AnOpenIncidentIsAnAlertThatEndsUnlessItIsSentAgain) {
    EXPECT_EQ(deliver({make_item(1, Rule::upload_failed)}).kind, Delivery::Kind::delivered);
    EXPECT_EQ(network_->requests().back().target, "/am/api/v2/alerts");
    EXPECT_EQ(alert()->getValue<std::string>("startsAt"), "2026-01-02T03:04:05.000Z");
    EXPECT_EQ(alert()->getValue<std::string>("endsAt"), "2026-01-02T03:18:05.000Z");
    const auto labels = alert()->getObject("labels");
    EXPECT_EQ(labels->getValue<std::string>("alertname"), "upload_failed");
    EXPECT_EQ(labels->getValue<std::string>("severity"), "warning");
    EXPECT_EQ(labels->getValue<std::string>("account"), "main");
    EXPECT_EQ(labels->getValue<std::string>("image_id"), "image-1");
    EXPECT_EQ(labels->size(), 5U) << "a label that changes would be another alert";
    EXPECT_FALSE(alert()->getObject("annotations")->getValue<std::string>("runbook").empty());
}

TEST_F(AlertmanagerChannelTest, ATitleThatLooksSignedIsNoReasonNotToSendIt) {
    NoticeItem item = make_item(1, Rule::upload_failed);
    item.title = "Signature=abc";
    static_cast<void>(deliver({item}));
    EXPECT_EQ(network_->requests().back().body.find('='), std::string::npos);
    EXPECT_NE(alert()
                  ->getObject("annotations")
                  ->getValue<std::string>("description")
                  .find("\"Signature=abc\""),
              std::string::npos);
}

TEST_F(AlertmanagerChannelTest, AClosedOneHasTheSameLabelsAndHasEnded) {
    static_cast<void>(deliver({make_item(1, Rule::account_down)}));
    std::ostringstream open;
    alert()->getObject("labels")->stringify(open);
    static_cast<void>(deliver({make_item(1, Rule::account_down, NoticeKind::closed)}));
    std::ostringstream closed;
    alert()->getObject("labels")->stringify(closed);
    EXPECT_EQ(open.str(), closed.str());
    EXPECT_EQ(alert()->getValue<std::string>("endsAt"), "2026-01-02T03:09:05.000Z");
}

TEST_F(AlertmanagerChannelTest, AnAlertNeitherEndsBeforeItStartsNorLaterThanNow) {
    NoticeItem item = make_item(1, Rule::account_down, NoticeKind::closed);
    item.closed_at = item.opened_at - minutes{1};
    static_cast<void>(deliver({item}));
    EXPECT_EQ(alert()->getValue<std::string>("endsAt"), "2026-01-02T03:04:05.001Z");
    item.opened_at = fake_clock_.wall() + minutes{3};
    item.closed_at = fake_clock_.wall() + minutes{5};
    static_cast<void>(deliver({item}));
    EXPECT_EQ(alert()->getValue<std::string>("startsAt"), "2026-01-02T03:14:04.999Z");
    EXPECT_EQ(alert()->getValue<std::string>("endsAt"), "2026-01-02T03:14:05.000Z");
}

TEST_F(AlertmanagerChannelTest, WhatIsOpenIsSentAgainWithALaterEnd) {
    EXPECT_EQ(
        resend(std::vector{make_item(1, Rule::account_down), make_item(2, Rule::upload_failed)})
            .kind,
        Delivery::Kind::delivered);
    EXPECT_EQ(alerts()->size(), 2U);
    fake_clock_.advance(minutes{1});
    static_cast<void>(resend(std::vector{make_item(1, Rule::account_down)}));
    EXPECT_EQ(alerts()->size(), 1U);
    EXPECT_EQ(alert()->getValue<std::string>("endsAt"), "2026-01-02T03:19:05.000Z");
    const auto before = network_->requests().size();
    EXPECT_EQ(resend(std::vector<NoticeItem>{}).kind, Delivery::Kind::delivered);
    EXPECT_EQ(network_->requests().size(), before) << "nothing is open, nothing is sent";
}

TEST_F(AlertmanagerChannelTest, WhatNobodyKnowsNowStaysOpenButForWhatWasClosed) {
    static_cast<void>(
        resend(std::vector{make_item(1, Rule::account_down), make_item(2, Rule::upload_failed)}));
    static_cast<void>(deliver({make_item(1, Rule::account_down, NoticeKind::closed)}));
    static_cast<void>(resend(std::nullopt));
    ASSERT_EQ(alerts()->size(), 1U);
    EXPECT_EQ(alert()->getObject("labels")->getValue<std::string>("image_id"), "image-2");
}

}  // namespace
}  // namespace vodcatalog
