#include "daemon/alerts/email_channel.h"

#include <algorithm>

#include "tests/alerts/alerts_world.h"
#include "tests/world/fake_clock.h"
#include "tests/world/mail_server.h"
#include "tests/world/temp_folder.h"

namespace vodcatalog {
namespace {

using Kind = Delivery::Kind;
using world::MailManners;
using world::MailServer;

/// A mail channel that knows one authority, and the servers it meets.
class EmailChannelTest : public AlertsWorld {
protected:
    EmailChannelTest() {
        authority_.write(folder_ / "ca.pem");
        settings_.server.host = "localhost";
        settings_.username = "alerts@example.com";
        settings_.password = [] { return "canary-password"; };
        settings_.from = "vodcatalog@example.com";
        settings_.to = {"oncall@example.com", "boss@example.com"};
        settings_.ca_file = (folder_ / "ca.pem").string();
    }
    Delivery deliver(const catalog::Notice& notice = make_notice()) {
        settings_.server.port = server_->port();
        const Delivery delivery =
            EmailChannel(settings_, watch_, names_, redactor_, fake_clock_).deliver(notice);
        EXPECT_EQ(shown(delivery).find("canary"), std::string::npos) << delivery.error;
        return delivery;
    }
    /// The same with a new server.
    Delivery deliver_to(MailManners manners) {
        server_.emplace(std::move(manners), good_);
        return deliver();
    }
    [[nodiscard]] int said(const std::string& line) const {
        const auto lines = server_->lines();
        return static_cast<int>(std::count(lines.begin(), lines.end(), line));
    }

    const world::TempFolder folder_;
    const world::Certificate authority_ = world::Certificate::self_signed("DNS:authority");
    const world::Certificate good_ = authority_.issue("DNS:localhost");
    world::FakeClock fake_clock_;
    std::optional<MailServer> server_{std::in_place, MailManners{}, good_};
    EmailSettings settings_;
};

TEST_F(EmailChannelTest, SaysNothingBeforeItIsEncryptedAndReachesAll) {
    EXPECT_EQ(deliver().error, "");
    for (const std::string& line : server_->lines()) {
        EXPECT_TRUE(line.starts_with("tls: ") || line.starts_with("EHLO [") || line == "STARTTLS")
            << line;
    }
    EXPECT_EQ(said("tls: AUTH PLAIN AGFsZXJ0c0BleGFtcGxlLmNvbQBjYW5hcnktcGFzc3dvcmQ="), 1);
    EXPECT_EQ(said("tls: MAIL FROM:<vodcatalog@example.com>"), 1);
    EXPECT_EQ(said("tls: RCPT TO:<oncall@example.com>"), 1);
    EXPECT_EQ(said("tls: RCPT TO:<boss@example.com>"), 1);
    EXPECT_EQ(said("tls: Message-ID: <1767323045000-7-firing-oncall@example.com>"), 1);
    EXPECT_EQ(said("tls: ."), 1);
}

TEST_F(EmailChannelTest, AMailIsPlainAsciiWhateverTheTitle) {
    catalog::Notice notice = make_notice();
    notice.items[0].image_id = "evil\r\nBcc: everyone@example.com\r\n\r\n.\r\n";
    notice.items[0].title = "\xe5\x95\x86\xe5\x93\x81";
    const std::string mail = mail_of(notice, settings_, fake_clock_.wall());
    EXPECT_EQ(mail.find("\nBcc:"), std::string::npos);
    EXPECT_EQ(mail.find("\r\n.\r\n"), std::string::npos);
    EXPECT_NE(mail.find("Content-Transfer-Encoding: base64"), std::string::npos) << mail;
    EXPECT_NE(mail.find("Subject: [warning] upload_failed: main/evil"), std::string::npos) << mail;
    EXPECT_NE(mail.find("Date: Fri, 2 Jan 2026 03:04:05 GMT"), std::string::npos) << mail;
    EXPECT_TRUE(std::all_of(mail.begin(), mail.end(), [](char c) {
        return (c >= ' ' && c <= '~') || c == '\r' || c == '\n' || c == '\t';
    }));
    EXPECT_EQ(deliver(notice).kind, Kind::delivered);
    EXPECT_EQ(said("tls: ."), 1);
}

TEST_F(EmailChannelTest, TlsFromTheFirstByteAndNoneAtAll) {
    settings_.server.tls = SmtpTls::implicit;
    MailManners at_once;
    at_once.tls_at_once = true;
    EXPECT_EQ(deliver_to(at_once).error, "");
    settings_.server.tls = SmtpTls::none;
    settings_.username.clear();
    EXPECT_EQ(deliver_to({}).error, "");
    EXPECT_EQ(said("MAIL FROM:<vodcatalog@example.com>"), 1);
}

TEST_F(EmailChannelTest, AServerWithoutPlainIsToldByLogin) {
    MailManners manners;
    manners.auth = "AUTH LOGIN";
    EXPECT_EQ(deliver_to(manners).error, "");
    EXPECT_EQ(said("tls: Y2FuYXJ5LXBhc3N3b3Jk"), 1);
}

TEST_F(EmailChannelTest, WithoutStarttlsNothingIsSent) {
    MailManners manners;
    manners.offers_starttls = false;
    const Delivery delivery = deliver_to(manners);
    EXPECT_EQ(delivery.kind, Kind::retry_later);
    EXPECT_NE(delivery.error.find("offers no STARTTLS"), std::string::npos) << delivery.error;
    EXPECT_EQ(server_->lines().size(), 1U) << "but for EHLO";
}

TEST_F(EmailChannelTest, PlainTextBehindTheYesIsNotTakenForTheEncryptedPart) {
    MailManners manners;
    manners.after_starttls = "250 good\r\n";
    const Delivery delivery = deliver_to(manners);
    EXPECT_NE(delivery.error.find("wrote on in plain text"), std::string::npos) << delivery.error;
}

TEST_F(EmailChannelTest, ACertificateThatDoesNotVerifyGetsNoPassword) {
    const auto other = world::Certificate::self_signed("DNS:localhost");
    const auto wrong_host = authority_.issue("DNS:mail.example.com");
    const auto expired = authority_.issue("DNS:localhost", -60);
    for (const world::Certificate* certificate : {&other, &wrong_host, &expired}) {
        server_.emplace(MailManners{}, *certificate);
        const Delivery delivery = deliver();
        EXPECT_EQ(delivery.kind, Kind::retry_later);
        EXPECT_NE(delivery.error.find("does not verify"), std::string::npos) << delivery.error;
        EXPECT_EQ(server_->lines().size(), 2U) << "EHLO and STARTTLS";
    }
}

TEST_F(EmailChannelTest, WhatTheServerAnswersDecides) {
    const auto kind = [this](const std::string& word, const std::string& answer) {
        MailManners manners;
        manners.answers[word] = answer;
        return deliver_to(manners).kind;
    };
    EXPECT_EQ(kind("", "554 no"), Kind::retry_later);
    EXPECT_EQ(kind("AUTH", "535 5.7.8 bad password canary-password"), Kind::retry_later);
    EXPECT_EQ(kind("MAIL", "451 later"), Kind::retry_later);
    EXPECT_EQ(kind("RCPT", "550 nobody"), Kind::retry_later);
    EXPECT_EQ(kind("DATA", "421 closing"), Kind::retry_later);
    EXPECT_EQ(kind(".", "452 full"), Kind::retry_later);
    EXPECT_EQ(kind(".", "554 this is spam"), Kind::refused);
    EXPECT_EQ(kind(".", "250-taken\r\n250 really"), Kind::delivered);
    EXPECT_EQ(kind("EHLO", "hello"), Kind::retry_later);
    EXPECT_EQ(kind("EHLO", "99"), Kind::retry_later);
    MailManners cuts;
    cuts.cuts_at_data = true;
    EXPECT_EQ(deliver_to(cuts).kind, Kind::retry_later);
}

TEST_F(EmailChannelTest, AnAddressIsOnlyThat) {
    for (const char* good : {"a@b", "on.call+x@example.com", "o'neil@example.com"}) {
        EXPECT_TRUE(is_mail_address(good)) << good;
    }
    for (const char* bad : {"", "a", "@b", "a@", "a@b@c", "a b@c", "a@b>\r\nRCPT TO:<c", "<a@b>",
                            "a@b,c@d", "\xe5@b"}) {
        EXPECT_FALSE(is_mail_address(bad)) << bad;
    }
}

}  // namespace
}  // namespace vodcatalog
