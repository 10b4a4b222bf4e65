#include "daemon/alerts/webhook_channel.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include "catalog/error.h"
#include "daemon/alerts/notice_json.h"
#include "tests/alerts/alerts_world.h"
#include "tests/world/fake_clock.h"
#include "tests/world/fake_http_client.h"

namespace vodcatalog {
namespace {

using Kind = Delivery::Kind;

/// A webhook channel whose network plays a script.
class WebhookChannelTest : public AlertsWorld {
protected:
    WebhookChannelTest() {
        settings_.url = [this] { return url_; };
    }
    Delivery deliver(const catalog::Notice& notice = make_notice()) {
        auto client = std::make_unique<world::FakeHttpClient>();
        if (throws_) {
            client->then_throw(*throws_);
        } else {
            client->then_answer(status_, answer_, headers_);
        }
        client->then_answer(200, "");
        const auto* const network = client.get();
        WebhookChannel channel(settings_, std::move(client), redactor_, fake_clock_);
        const Delivery delivery = channel.deliver(notice);
        if (!network->requests().empty()) request_ = network->requests().back();
        return delivery;
    }
    [[nodiscard]] std::string header(const std::string& name) const {
        for (const auto& [its_name, value] : request_.headers) {
            if (its_name == name) return value;
        }
        return "none";
    }
    void body(const std::string& text) {
        settings_.body = TextTemplate(text, webhook_body_names());
        check_webhook_body(settings_.body);
    }
    [[nodiscard]] Poco::JSON::Object::Ptr sent() const {
        return Poco::JSON::Parser().parse(request_.body).extract<Poco::JSON::Object::Ptr>();
    }

    std::string url_ = "https://hook.example.com/services/abc?x=1";
    WebhookSettings settings_;
    world::FakeClock fake_clock_;
    int status_ = 200;
    std::string answer_;
    Headers headers_;
    std::optional<StaleConnection> throws_;
    HttpRequest request_;
};

TEST_F(WebhookChannelTest, SendsTheNoticeWithItsKey) {
    EXPECT_EQ(deliver().kind, Kind::delivered);
    EXPECT_EQ(request_.method, "POST");
    EXPECT_EQ(request_.target, "/services/abc?x=1");
    EXPECT_EQ(header("Host"), "hook.example.com");
    EXPECT_EQ(header("Idempotency-Key"), make_notice().key);
    EXPECT_EQ(header("X-Vodcatalog-Signature"), "none");
    EXPECT_EQ(request_.body, notice_json(make_notice()));
}

// By: printf '1767323045.{...}' | openssl dgst -sha256 -hmac s3cret
TEST_F(WebhookChannelTest, IsSignedByItsSecret) {
    settings_.secret = [] { return "s3cret"; };
    settings_.signature = WebhookSignature::hmac;
    body(R"({"k":"{{kind}}"})");
    EXPECT_EQ(deliver().kind, Kind::delivered);
    EXPECT_EQ(request_.body, R"({"k":"firing"})");
    EXPECT_EQ(header("X-Vodcatalog-Timestamp"), "1767323045");
    EXPECT_EQ(header("X-Vodcatalog-Signature"),
              "sha256=4d587efa43c07141daad0ce58b161dffd03f0fd7f9ceb17c128fa8e2db730c05");
}

// By: Python's hmac, base64 and urllib.parse.quote_plus, as DingTalk's page has it.
TEST_F(WebhookChannelTest, ADingTalkRobotIsSignedInTheQuery) {
    url_ = "https://oapi.dingtalk.com/robot/send?access_token=t0ken-of-the-robot";
    settings_.secret = [] { return "SEC0123456789"; };
    settings_.signature = WebhookSignature::dingtalk;
    EXPECT_EQ(deliver().kind, Kind::delivered);
    EXPECT_EQ(request_.target,
              "/robot/send?access_token=t0ken-of-the-robot&timestamp=1767323045000&sign="
              "busWzdp2t08n0%2FpfJndB5J4BSulRmY40f8%2BR8AMS9xs%3D");
}

TEST_F(WebhookChannelTest, AFeishuRobotIsSignedInTheBody) {
    settings_.secret = [] { return "feishu-s3cret"; };
    settings_.signature = WebhookSignature::feishu;
    body(R"({"timestamp":"{{timestamp}}","sign":"{{sign}}"})");
    EXPECT_EQ(deliver().kind, Kind::delivered);
    EXPECT_EQ(sent()->getValue<std::string>("timestamp"), "1767323045");
    EXPECT_EQ(sent()->getValue<std::string>("sign"),
              "kHdt0ZovsDMHDQFXE0QjFpF9S8Ika6n4Y5ejwnJ1s+w=");
}

TEST_F(WebhookChannelTest, HostileTextStaysWithinItsString) {
    body(R"({"text":{"content":"{{title}}\n{{text}}"},"all":{{notice}},"n":{{incidents}}})");
    EXPECT_EQ(deliver().kind, Kind::delivered);
    const auto json = sent();
    EXPECT_NE(json->getObject("text")->getValue<std::string>("content").find("\"A \"cat\"\n"),
              std::string::npos);
    EXPECT_EQ(json->getObject("all")->getValue<std::string>("key"), make_notice().key);
    EXPECT_EQ(json->getValue<int>("n"), 1);
}

TEST_F(WebhookChannelTest, ABodyThatIsNoJsonIsRefused) {
    EXPECT_THROW(body(R"({"text":{{title}}})"), catalog::Unusable);
    EXPECT_THROW(body(R"({"text":"{{title}}")"), catalog::Unusable);
}

TEST_F(WebhookChannelTest, TextIsCutToWhatTheReceiverTakes) {
    settings_.text_bytes_max = 200;
    body(R"({"content":"{{text}}"})");
    catalog::Notice notice = make_notice();
    notice.items[0].detail = std::string(500, 'x');
    EXPECT_EQ(deliver(notice).kind, Kind::delivered);
    const std::string text = sent()->getValue<std::string>("content");
    EXPECT_LE(text.size(), 200U);
    EXPECT_TRUE(text.ends_with("...")) << text;
}

TEST_F(WebhookChannelTest, HeadersHoldNoLineBreakAndMayHoldTheSecret) {
    settings_.secret = [] { return "s3cret-t0ken"; };
    const auto value = [](const char* text) { return TextTemplate(text, webhook_header_names()); };
    settings_.headers.emplace_back("Authorization", value("Bearer {{secret}}"));
    settings_.headers.emplace_back("X-Title", value("{{title}}"));
    catalog::Notice notice = make_notice();
    notice.items[0].image_id = "a\r\nX-Evil: 1";
    EXPECT_EQ(deliver(notice).kind, Kind::delivered);
    EXPECT_EQ(header("Authorization"), "Bearer s3cret-t0ken");
    EXPECT_EQ(header("X-Title"), "[warning] upload_failed: main/a  X-Evil: 1");
}

TEST_F(WebhookChannelTest, ARobotSaysInItsBodyWhetherItTookIt) {
    settings_.answer_code = "errcode";
    answer_ = R"({"errcode":0,"errmsg":"ok"})";
    EXPECT_EQ(deliver().kind, Kind::delivered);
    for (const std::string answer : {R"({"errcode":310000,"errmsg":"sign not match"})", "", "ok",
                                     R"({"errmsg":"ok"})", R"({"errcode":null})", R"([0])"}) {
        answer_ = answer;
        const Delivery delivery = deliver();
        EXPECT_EQ(delivery.kind, Kind::retry_later) << answer;
        EXPECT_EQ(delivery.error, answer.empty() ? "HTTP 200" : "HTTP 200: " + answer);
    }
}

TEST_F(WebhookChannelTest, WhatTheStatusMeans) {
    const std::pair<int, Kind> table[] = {
        {200, Kind::delivered},   {202, Kind::delivered},   {204, Kind::delivered},
        {301, Kind::retry_later}, {400, Kind::refused},     {401, Kind::retry_later},
        {403, Kind::retry_later}, {404, Kind::retry_later}, {405, Kind::refused},
        {408, Kind::retry_later}, {410, Kind::refused},     {413, Kind::refused},
        {421, Kind::retry_later}, {422, Kind::refused},     {425, Kind::retry_later},
        {429, Kind::retry_later}, {500, Kind::retry_later}, {503, Kind::retry_later}};
    for (const auto& [status, kind] : table) {
        status_ = status;
        EXPECT_EQ(deliver().kind, kind) << status;
    }
}

TEST_F(WebhookChannelTest, TheReceiverSaysWhenItIsToBeTriedAgain) {
    status_ = 429;
    headers_ = {{"Retry-After", "17"}};
    EXPECT_EQ(deliver().retry_after, std::chrono::seconds{17});
}

TEST_F(WebhookChannelTest, AKeptConnectionThatHasEndedIsTriedOnceMore) {
    throws_ = StaleConnection("ended");
    EXPECT_EQ(deliver().kind, Kind::delivered);
}

TEST_F(WebhookChannelTest, AUrlThatCannotBeReadOrUsedIsToldAndTriedAgain) {
    url_ = "canary";
    const Delivery delivery = deliver();
    EXPECT_EQ(delivery.kind, Kind::retry_later);
    EXPECT_EQ(delivery.error, "the URL must start with https:// (or http:// for loopback)");
    settings_.url = []() -> std::string { throw catalog::Unusable("names a file that is gone"); };
    EXPECT_EQ(deliver().error, "names a file that is gone");
}

TEST_F(WebhookChannelTest, AReceiverThatRepeatsItsSecretsDoesNotSpreadThem) {
    url_ = "https://hook.example.com/hook/0123456789-canary-path?token=canary-token";
    settings_.secret = [] { return "canary-secret"; };
    settings_.signature = WebhookSignature::dingtalk;
    const auto repeat = [](const HttpRequest& request, HttpResponse& response) {
        response.status = 500;
        response.body = "no: " + request.target + " canary-secret";
    };
    auto client = std::make_unique<world::FakeHttpClient>();
    client->then(repeat);
    const auto* const network = client.get();
    WebhookChannel channel(settings_, std::move(client), redactor_, fake_clock_);
    const std::string error = shown(channel.deliver(make_notice()));
    const std::string& target = network->requests().at(0).target;
    const std::string sign = target.substr(target.find("sign=") + 5);
    EXPECT_EQ(error.find("canary"), std::string::npos) << error;
    EXPECT_EQ(error.find(sign), std::string::npos) << error;
}

}  // namespace
}  // namespace vodcatalog
