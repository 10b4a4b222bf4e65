#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <filesystem>

#include "catalog/error.h"
#include "daemon/alerts/notice_json.h"
#include "daemon/alerts/receiver_url.h"
#include "daemon/alerts/text_template.h"
#include "tests/alerts/alerts_world.h"
#include "tests/world/file.h"

namespace vodcatalog {
namespace {

using catalog::NoticeKind;
using catalog::Rule;

TEST(NoticeJsonTest, HasEverythingAndSurvivesHostileText) {
    catalog::NoticeItem closed = make_item(2, Rule::account_down, NoticeKind::closed);
    closed.told = false;
    const std::string text = notice_json(make_notice({make_item(1, Rule::upload_failed), closed}));
    const auto json = Poco::JSON::Parser().parse(text).extract<Poco::JSON::Object::Ptr>();
    EXPECT_EQ(json->getValue<int>("version"), 1);
    EXPECT_EQ(json->getValue<std::string>("key"), "1767323045000-7-firing-oncall");
    EXPECT_EQ(json->getValue<std::string>("severity"), "critical");
    EXPECT_EQ(json->getValue<int>("incidents"), 2);
    EXPECT_EQ(json->getArray("counts")->getObject(0)->getValue<std::string>("rule"),
              "upload_failed");
    const auto first = json->getArray("items")->getObject(0);
    EXPECT_EQ(first->getValue<std::string>("title"), "A \"cat\"\n<!channel> \xEF\xBF\xBD");
    EXPECT_EQ(first->getValue<std::string>("opened_at"), "2026-01-02T03:04:05.000Z");
    EXPECT_FALSE(first->has("closed_at"));
    const auto second = json->getArray("items")->getObject(1);
    EXPECT_EQ(second->getValue<std::string>("close_reason"), "resolved");
    EXPECT_FALSE(second->getValue<bool>("told"));
    EXPECT_FALSE(second->has("image_id"));
}

TEST(TextTemplateTest, PlacesAreFilledInAndNothingElse) {
    const TextTemplate its(R"({"a":{"b":"{{title}}"}} {{key}}{ { {{ x)", {"title", "key"});
    EXPECT_EQ(its.fill({{"title", "{{key}}"}, {"key", "k"}},
                       [](const auto&, const auto& value) { return value; }),
              R"({"a":{"b":"{{key}}"}} k{ { {{ x)");
    EXPECT_TRUE(its.uses("key"));
    EXPECT_FALSE(its.uses("text"));
}

TEST(TextTemplateTest, WhatIsNotKnownOrDoesNotEndIsRefused) {
    const auto fault = [](std::string_view text) {
        try {
            const TextTemplate its(text, {"key", "title"});
        } catch (const catalog::Unusable& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    EXPECT_EQ(fault("a {{titel}}"), "names {{titel}}; there are key, title");
    EXPECT_EQ(fault("a {{title"), "has {{title without its }}");
    EXPECT_EQ(fault("{{title}}"), "");
}

TEST(ReceiverUrlTest, IsAnEndpointAndATarget) {
    const ReceiverUrl url = parse_receiver_url("https://Hook.example.com:8443/a/b?c=d&e");
    EXPECT_EQ(url.endpoint.url(), "https://hook.example.com:8443");
    EXPECT_EQ(url.target, "/a/b?c=d&e");
    EXPECT_EQ(parse_receiver_url("https://h.example").target, "/");
    EXPECT_EQ(parse_receiver_url("https://h.example?a=b").target, "/?a=b");
    EXPECT_EQ(parse_receiver_url("http://127.0.0.1:9093/x").endpoint.port, 9093);
    EXPECT_EQ(parse_receiver_url("http://h.example/x", PlainHttp::anybody).endpoint.port, 80);
}

TEST(ReceiverUrlTest, WhatIsWrongIsToldWithoutTheUrl) {
    for (const std::string url :
         {"", "canary", "ftp://h.example/canary", "https:///canary", "https://h.example/can ary",
          "https://u:canary@h.example/", "https://h.example/#canary", "http://h.example/canary",
          "https://h.example:0/canary", "https://h.example/\ncanary", "https://-/canary"}) {
        try {
            static_cast<void>(parse_receiver_url(url));
            ADD_FAILURE() << url;
        } catch (const catalog::Unusable& error) {
            EXPECT_EQ(std::string(error.what()).find("canary"), std::string::npos) << error.what();
        }
    }
}

TEST(ReceiverUrlTest, ItsTokensAreMasked) {
    Redactor redactor;
    know_url(redactor,
             parse_receiver_url("https://h.example/services/T0/0123456789abcdef?key=s3cr3t-value"));
    std::string text =
        "POST /services/T0/0123456789abcdef?key=s3cr3t-value; 0123456789abcdef; s3cr3t-value; "
        "services";
    redactor(text);
    EXPECT_EQ(text.find("0123456789abcdef"), std::string::npos) << text;
    EXPECT_EQ(text.find("s3cr3t"), std::string::npos) << text;
    EXPECT_NE(text.find("services"), std::string::npos) << text;
}

/// docs/alerts.md has the sentences that messages carry, broken into lines.
TEST(RunbookTest, TheDocumentSaysWhatMessagesSay) {
    std::string text = world::read_text(std::filesystem::path(VODCATALOG_DOCS) / "alerts.md");
    std::replace(text.begin(), text.end(), '\n', ' ');
    for (int i = 0; i < catalog::kRules; ++i) {
        const catalog::RuleText& rule = text_of(static_cast<Rule>(i));
        const auto says = [&](const std::string& words) {
            EXPECT_NE(text.find(words), std::string::npos) << words;
        };
        says("**`" + std::string(rule.name) + "`** (" + std::string(to_string(rule.severity)));
        says("): " + std::string(rule.summary) + " " + std::string(rule.runbook));
    }
}

}  // namespace
}  // namespace vodcatalog
