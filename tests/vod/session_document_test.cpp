#include "daemon/vod/credentials/session_document.h"

#include "tests/vod/provider_world.h"

namespace vodcatalog {
namespace {

using namespace std::chrono_literals;

class SessionDocumentTest : public ProviderWorld {
protected:
    Grant read(const std::string& body, const Headers& headers = {}) {
        HttpResponse response{200, headers, body};
        return read_session(response, "Credentials", {clock.steady(), clock.wall()}, "oidc");
    }
    std::string why(const std::string& body, const Headers& headers = {}) {
        try {
            static_cast<void>(read(body, headers));
            return "read";
        } catch (const catalog::Retryable& error) {
            return error.what();
        }
    }
    static std::string with(const std::string& member, const std::string& value) {
        std::string body = sts_body("2026-01-02T04:04:05Z");
        const std::size_t at = body.find("\"" + member + "\":") + member.size() + 3;
        return body.replace(at, body.find('"', at + 1) + 1 - at, value);
    }
};

TEST_F(SessionDocumentTest, ItsMembersAreTheSession) {
    const Grant grant = read(sts_body("2026-01-02T04:04:05Z"));
    EXPECT_EQ(grant.session.credentials, (Credentials{"STS.id", "s3cret", "t0ken"}));
    EXPECT_EQ(grant.session.provider, "oidc");
    EXPECT_EQ(grant.session.expires_at, catalog::from_iso("2026-01-02T04:04:05Z"));
    EXPECT_EQ(left(grant), 1h);
}

TEST_F(SessionDocumentTest, ItsLifeGoesByTheServersClock) {
    // Ours is two hours ahead, then two hours behind; each time 20 s are left, less the second that
    // Date cuts off.
    for (const auto skew : {2h, -2h}) {
        clock.jump_wall(skew);
        EXPECT_EQ(left(read(sts_body("2026-01-02T03:04:25Z"),
                            {{"Date", "Fri, 02 Jan 2026 03:04:05 GMT"}})),
                  19s);
        clock.jump_wall(-skew);
    }
}

TEST_F(SessionDocumentTest, OneThatIsOverAlreadyIsNotTaken) {
    EXPECT_EQ(why(sts_body("2026-01-02T03:04:05Z")),
              "the session given expired at 2026-01-02T03:04:05Z already, by this machine's clock; "
              "set the clock (timedatectl set-ntp true)");
    EXPECT_EQ(why(sts_body("2026-01-02T03:04:05Z"), {{"date", "Fri, 02 Jan 2026 03:04:05 GMT"}}),
              "the session given expired at 2026-01-02T03:04:05Z already, by the server's clock; "
              "it is asked again");
}

TEST_F(SessionDocumentTest, ADateThatIsNoneIsAsGoodAsNone) {
    EXPECT_EQ(left(read(sts_body("2026-01-02T04:04:05Z"), {{"Date", "yesterday"}})), 1h);
}

TEST_F(SessionDocumentTest, AnEndlessSessionIsRenewedAfterADay) {
    EXPECT_EQ(left(read(sts_body("9999-12-31T23:59:59Z"))), 24h);
}

TEST_F(SessionDocumentTest, WhatIsMissingOrNoTextIsNamedAndNotShown) {
    EXPECT_EQ(why(with("AccessKeyId", "null")), "the answer has no AccessKeyId");
    EXPECT_EQ(why(with("AccessKeySecret", "17")), "the answer has no AccessKeySecret");
    EXPECT_EQ(why(with("SecurityToken", "\"\"")), "SecurityToken in the answer is empty");
    EXPECT_EQ(why(with("SecurityToken", "\"s3cret word\"")),
              "SecurityToken in the answer must be one word of printable ASCII, without blanks "
              "inside");
    EXPECT_EQ(why(with("SecurityToken", "\"a\\r\\nX: b\"")).find("X:"), std::string::npos);
    EXPECT_EQ(why(with("AccessKeyId", '"' + std::string(257, 'x') + '"')),
              "AccessKeyId in the answer is too long");
    EXPECT_EQ(why(with("SecurityToken", '"' + std::string(16'385, 'x') + '"')),
              "SecurityToken in the answer is too long");
    EXPECT_EQ(why(with("Expiration", "\"soon\"")), "Expiration in the answer is no time");
    EXPECT_EQ(why(with("Expiration", "\"2026-13-02T04:04:05Z\"")),
              "Expiration in the answer is no time");
}

TEST_F(SessionDocumentTest, WhatIsNoSuchDocumentIsRetryable) {
    for (const char* body : {"{}", "[]", "7", R"({"Credentials":[]})", R"({"Credentials":null})"})
        EXPECT_EQ(why(body), "the answer holds no credentials") << body;
    const std::string whole = sts_body("2026-01-02T04:04:05Z");
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_NE(why(whole.substr(0, size)), "read") << size;
    EXPECT_NE(why("<html>"), "read");
    EXPECT_NE(why(std::string(50'000, '[')), "read");
    EXPECT_EQ(why(whole.substr(0, whole.size() - 1)).find("s3cret"), std::string::npos);
}

}  // namespace
}  // namespace vodcatalog
