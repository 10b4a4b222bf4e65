#include "daemon/channel_settings.h"

#include <regex>

#include "daemon/settings.h"
#include "tests/daemon/settings_world.h"
#include "tests/world/certificates.h"

namespace vodcatalog {
namespace {

using namespace std::chrono_literals;

class ChannelSettingsTest : public SettingsWorld {
protected:
    ChannelSettingsTest() {
        world::write_file(folder / "url", "https://example.com/hook?token=canary\n");
        world::Certificate::self_signed("DNS:authority").write(folder / "authority.pem");
        world::write_file(folder / "plain", "http://example.com/?token=canary\n");
    }
    static std::string one(const std::string& keys) {
        return account() + "alerts:\n  channels:\n    - {name: a, " + keys + "}\n";
    }
    ChannelSettings channel(const std::string& keys) const {
        return load(one(keys)).alerts.channels.at(0);
    }
    std::string fault(const std::string& keys) const { return problem(one(keys)); }
};

TEST_F(ChannelSettingsTest, AWebhookHasItsDefaults) {
    const ChannelSettings plain = channel("type: webhook, url_file: ./url");
    EXPECT_EQ(plain.type, ChannelType::webhook);
    EXPECT_EQ(plain.timeout, 10s);
    EXPECT_EQ(plain.signature, WebhookSignature::none);
    EXPECT_TRUE(plain.body.empty());
    EXPECT_EQ(plain.text_bytes_max, 16'000);
}

TEST_F(ChannelSettingsTest, EveryKeyOfAWebhookIsTaken) {
    const ChannelSettings its = channel(
        "type: webhook, url_file: ./url, secret_file: ./secret, timeout: 3s, answer_code: errcode, "
        "text_bytes_max: 500, ca_file: ./authority.pem, body: '{\"t\": \"{{title}}\"}', headers: "
        "['X-A: {{severity}}', 'Authorization: Bearer {{secret}}']");
    EXPECT_EQ(its.signature, WebhookSignature::hmac) << "since there is a secret";
    EXPECT_EQ(its.secret_file.read(), "s3cret");
    EXPECT_EQ(its.timeout, 3s);
    EXPECT_EQ(its.answer_code, "errcode");
    EXPECT_EQ(its.text_bytes_max, 500);
    EXPECT_EQ(its.ca_file, folder / "authority.pem");
    EXPECT_TRUE(its.body.uses("title"));
    ASSERT_EQ(its.headers.size(), 2U);
    EXPECT_EQ(its.headers[0].first, "X-A");
    EXPECT_EQ(channel("type: webhook, url_file: ./url, secret_file: ./secret, signature: dingtalk")
                  .signature,
              WebhookSignature::dingtalk);
}

TEST_F(ChannelSettingsTest, TheOtherTypesAreTaken) {
    const ChannelSettings exec = channel("type: exec, command: [/bin/true, 'a b']");
    EXPECT_EQ(exec.command, (std::vector<std::string>{"/bin/true", "a b"}));
    const ChannelSettings manager =
        channel("type: alertmanager, url: 'http://127.0.0.1:9093', resend_every: 30s");
    EXPECT_EQ(manager.url, "http://127.0.0.1:9093");
    EXPECT_EQ(channel("type: alertmanager, url: 'http://am.example.com:9093'").url,
              "http://am.example.com:9093");
    EXPECT_EQ(manager.resend_every, 30s);
    const std::string mail =
        "type: email, from: a@example.com, to: [b@example.com, c@example.com], username: a, "
        "password_file: ./secret, server: ";
    const ChannelSettings email = channel(mail + "Mail.example.com");
    EXPECT_EQ(email.server.host, "mail.example.com");
    EXPECT_EQ(email.server.port, 587);
    EXPECT_EQ(email.server.tls, SmtpTls::starttls);
    EXPECT_EQ(email.timeout, 30s);
    EXPECT_EQ(email.to.size(), 2U);
    EXPECT_EQ(channel(mail + "m.example.com, tls: implicit").server.port, 465);
    EXPECT_EQ(channel(mail + "m.example.com:443").server.port, 443);
    EXPECT_EQ(channel(mail + "127.0.0.1:25, tls: none").server.port, 25);
}

TEST_F(ChannelSettingsTest, WhatIsWrongIsToldWithItsPlace) {
    const std::pair<const char*, const char*> table[] = {
        {"colour: red, type: exec, command: [/bin/true]", "unknown key \"colour\""},
        {"type: pager", "type is \"pager\"; it must be exec, webhook, alertmanager or email"},
        {"type: exec", "command is missing; give the program"},
        {"type: exec, command: [true]",
         "command begins with \"true\"; give the program's absolute"},
        {"type: exec, command: [/no/where]", "command names /no/where, which is not there"},
        {"type: webhook", "url_file is missing; name the file that holds the URL"},
        {"type: webhook, url: 'https://example.com'", "url may hold a token; put it into a file"},
        {"type: webhook, url_file: ./nothing", "url_file names DIR/nothing, which does not exist"},
        {"type: webhook, url_file: ./secret", "url_file holds what cannot be used: the URL must"},
        {"type: webhook, url_file: ./url, secret: x", "secret must not be in this file"},
        {"type: webhook, url_file: ./url, signature: hmac", "secret_file is missing"},
        {"type: webhook, url_file: ./url, body: '{{titel}}'", "body names {{titel}}; there are"},
        {"type: webhook, url_file: ./url, body: '{\"a\": {{title}}}'", "body is no JSON when"},
        {"type: webhook, url_file: ./url, headers: ['a b: c']", "headers has an entry that is not"},
        {"type: webhook, url_file: ./url, headers: ['a: {{secret}}']", "there is no secret_file"},
        {"type: webhook, url_file: ./url, ca_file: ./url", "ca_file cannot read certificates to"},
        {"type: webhook, url_file: ./url, to: [a@example.com]", "to is not for a channel of this"},
        {"type: webhook, url_file: ./url, filters: {accounts: [other]}",
         "accounts names \"other\", which is no account here"},
        {"type: alertmanager", "url_file is missing; give that, or url, of Alertmanager"},
        {"type: alertmanager, url: 'http://am.example.com:0'",
         "url cannot be used: the URL must have"},
        {"type: alertmanager, url_file: ./plain", "url_file holds what cannot be used: plain http"},
        {"type: email, from: a@b, to: [a@b]", "server is missing"},
        {"type: email, server: m.example.com, to: [a@b]", "from is missing"},
        {"type: email, server: m.example.com, from: a@b", "to is missing"},
        {"type: email, server: m.example.com, from: a@b, to: ['a b@c']", "to has \"a b@c\"; give"},
        {"type: email, server: 'm/x', from: a@b, to: [a@b]", "server is \"m/x\"; give HOST"},
        {"type: email, server: m.example.com, tls: none, from: a@b, to: [a@b]",
         "tls is none, which"},
        {"type: email, server: m.example.com, username: u, from: a@b, to: [a@b]",
         "password_file is missing"},
        {"type: email, server: m.example.com, password: p, from: a@b, to: [a@b]",
         "password must not be in this file"},
    };
    const std::regex place("^6:[0-9]+: ");
    for (const auto& [keys, words] : table) {
        const std::string said = fault(keys);
        EXPECT_TRUE(std::regex_search(said, place)) << said;
        EXPECT_NE(said.find(words), std::string::npos) << said << "\nfor " << keys;
        EXPECT_EQ(said.find("canary"), std::string::npos) << said;
    }
}

TEST_F(ChannelSettingsTest, NamesAreOwnWords) {
    EXPECT_EQ(problem(account() + "alerts: {channels: [{type: exec, command: [/bin/true]}]}\n"),
              "4:21: name is missing");
    EXPECT_EQ(problem(account() + "alerts: {channels: [{name: a}]}\n"), "4:21: type is missing");
    EXPECT_EQ(problem(account() +
                      "alerts: {channels: [{name: A b, type: exec, command: [/bin/true]}]}\n"),
              "4:22: name is \"A b\"; use 1 to 64 of a-z, 0-9, _ and -");
    const std::string twice = "    - {name: a, type: exec, command: [/bin/true]}\n";
    EXPECT_EQ(problem(account() + "alerts:\n  channels:\n" + twice + twice),
              "7:8: name is \"a\", as that of another channel");
}

TEST_F(ChannelSettingsTest, ThereIsALimit) {
    std::string text = account() + "alerts:\n  channels:\n";
    for (int i = 0; i < 11; ++i) {
        text += "    - {name: a" + std::to_string(i) + ", type: exec, command: [/bin/true]}\n";
    }
    EXPECT_EQ(problem(text), "5:3: channels are over 10");
}

/// The channels that docs/alerts.md shows, with the files that they name.
TEST_F(ChannelSettingsTest, WhatTheDocumentShowsIsGood) {
    const std::string text = world::read_text(std::filesystem::path(VODCATALOG_DOCS) / "alerts.md");
    const std::regex block("```yaml\n([^`]*)```");
    std::string channels;
    int shown = 0;
    for (std::sregex_iterator it(text.begin(), text.end(), block), end; it != end; ++it, ++shown) {
        channels += (*it)[1];
    }
    EXPECT_EQ(shown, 7);
    world::write_file(folder / "secret-word", "SEC-0123456789\n");
    channels = std::regex_replace(channels, std::regex("/etc/vodcatalog/[a-z]*-url"),
                                  (folder / "url").string());
    channels = std::regex_replace(channels, std::regex("/etc/vodcatalog/[a-z]*-(secret|password)"),
                                  (folder / "secret-word").string());
    EXPECT_EQ(problems(account() + "alerts:\n  channels:\n" + channels),
              std::vector<std::string>{});
}

}  // namespace
}  // namespace vodcatalog
