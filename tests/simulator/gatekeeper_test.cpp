#include "tests/simulator/gatekeeper.h"

#include <gtest/gtest.h>

#include "tests/simulator/signed_request.h"

namespace simulator {
namespace {

constexpr std::int64_t kNow = 1'767'323'045'000;
const vodcatalog::Credentials kKey{"LTAItest", "secret", ""};

Scenario two_accounts() {
    return read_scenario("accounts: [{name: second}]", "s");
}

/// With kKey of main, and one of another account.
class Ring : public KeyRing {
public:
    Ring() : KeyRing(1) {
        add(kKey, 0);
        add({"LTAIsecond", "secret2", ""}, 1);
    }
};

HttpRequest parsed(const std::string& text) {
    HttpRequest request;
    const std::size_t end = text.find("\r\n\r\n");
    EXPECT_TRUE(read_head(std::string_view{text}.substr(0, end), request));
    request.body = text.substr(end + 4);
    return request;
}

Admission admit_alone(const std::string& text) {
    const Ring keys;
    return Gatekeeper(keys).admit(parsed(text), kNow, two_accounts());
}

/// A gate, and a good request to be spoilt.
class GatekeeperTest : public ::testing::TestWithParam<bool> {
protected:
    GatekeeperTest() {
        good.credentials = kKey;
        good.v3 = GetParam();
        good.now_ms = kNow;
        good.parameters = {{"ImageIds", "a,b *~+\xc3\xa9"}, {"OutputType", "cdn"}};
    }
    [[nodiscard]] Admission admit(const std::string& text, std::int64_t now_ms = kNow) {
        return gate.admit(parsed(text), now_ms, scenario);
    }
    [[nodiscard]] std::string code(const std::string& text, std::int64_t now_ms = kNow) {
        const Admission admission = admit(text, now_ms);
        if (!admission.refusal) return "";
        return admission.refusal->code + " " + std::to_string(admission.refusal->http_status);
    }
    [[nodiscard]] std::string code(const SignedRequest& request) { return code(request.text()); }

    SignedRequest good;
    Scenario scenario = two_accounts();
    Ring keys;
    Gatekeeper gate{keys};
};

INSTANTIATE_TEST_SUITE_P(V1, GatekeeperTest, ::testing::Values(false));
INSTANTIATE_TEST_SUITE_P(V3, GatekeeperTest, ::testing::Values(true));

TEST_P(GatekeeperTest, SignedRequestsAreAdmittedInEveryForm) {
    for (const char* const method : {"GET", "POST"}) {
        for (const bool form : {false, true}) {
            SignedRequest request = good;
            request.method = method;
            request.form = form;
            const Admission admission = admit(request.text());
            EXPECT_FALSE(admission.refusal) << method << form << admission.refusal->message;
            EXPECT_EQ(admission.action, "GetImageInfos");
            EXPECT_EQ(admission.parameter("ImageIds"), "a,b *~+\xc3\xa9");
            EXPECT_FALSE(admission.xml);
        }
    }
}

TEST_P(GatekeeperTest, AnUnknownKeyIsNotFound) {
    good.credentials.access_key_id = "LTAIother";
    EXPECT_EQ(code(good), "InvalidAccessKeyId.NotFound 404");
}

TEST_P(GatekeeperTest, AWrongSecretDoesNotMatchAndIsToldTheStringToSign) {
    good.credentials.access_key_secret = "wrong";
    const Admission admission = admit(good.text());
    ASSERT_TRUE(admission.refusal);
    EXPECT_EQ(admission.refusal->code, "SignatureDoesNotMatch");
    EXPECT_EQ(admission.refusal->http_status, 400);
    EXPECT_NE(
        admission.refusal->message.find("server string to sign is:" +
                                        std::string{good.v3 ? "ACS3" : "POST&%2F&AccessKeyId"}),
        std::string::npos);
}

TEST_P(GatekeeperTest, AChangedParameterDoesNotMatch) {
    std::string text = good.text();
    text.replace(text.find("OutputType=cdn"), 14, "OutputType=oss");
    EXPECT_EQ(code(text), "SignatureDoesNotMatch 400");
}

TEST_P(GatekeeperTest, ATimeMoreThanAQuarterOfAnHourOffIsExpired) {
    for (const int minutes : {-16, 16}) {
        SignedRequest request = good;
        request.now_ms += minutes * 60'000;
        EXPECT_EQ(code(request), "InvalidTimeStamp.Expired 400");
    }
    for (const int minutes : {-15, 15}) {
        SignedRequest request = good;
        request.now_ms += minutes * 60'000;
        EXPECT_EQ(code(request), "");
    }
    good.time = "yesterday";
    EXPECT_EQ(code(good), "InvalidTimeStamp.Format 400");
}

TEST_P(GatekeeperTest, ANonceIsGoodOnce) {
    good.nonce = "the-one";
    EXPECT_EQ(code(good), "");
    EXPECT_EQ(code(good), "SignatureNonceUsed 400");
}

TEST_P(GatekeeperTest, ANonceOfARefusedRequestIsNotUsedUp) {
    good.nonce = "the-one";
    SignedRequest wrong = good;
    wrong.credentials.access_key_secret = "wrong";
    EXPECT_EQ(code(wrong), "SignatureDoesNotMatch 400");
    EXPECT_EQ(code(good), "");
}

TEST_P(GatekeeperTest, AnotherVersionOrActionIsRefused) {
    SignedRequest request = good;
    request.version = "2018-01-01";
    EXPECT_EQ(code(request), "InvalidVersion 400");
    request = good;
    request.action = "DeleteImage";
    EXPECT_EQ(code(request), "InvalidAction.NotFound 404");
    request = good;
    request.method = "PUT";
    EXPECT_EQ(code(request), "UnsupportedHTTPMethod 400");
}

TEST_P(GatekeeperTest, ATemporaryKeyIsGoodWithItsTokenUntilItsEnd) {
    const Key key = keys.issue(1, kNow + 20'000);
    const Key other = keys.issue(0, kNow + 20'000);
    good.credentials = key.credentials;
    const Admission admission = admit(good.text());
    EXPECT_FALSE(admission.refusal) << admission.refusal->message;
    EXPECT_EQ(admission.account, 1U);
    EXPECT_TRUE(admission.temporary);
    EXPECT_EQ(code(good.text(), kNow + 19'999), "");
    EXPECT_EQ(code(good.text(), kNow + 20'000), "InvalidSecurityToken.Expired 400");
    good.credentials.security_token = "";
    EXPECT_EQ(code(good), "MissingSecurityToken 400");
    good.credentials.security_token = "CAIS+none";
    EXPECT_EQ(code(good), "InvalidSecurityToken.Malformed 400");
    good.credentials.security_token = other.credentials.security_token;
    EXPECT_EQ(code(good), "InvalidSecurityToken.MismatchWithAccessKey 400");
    good.credentials = kKey;
    good.credentials.security_token = other.credentials.security_token;
    EXPECT_EQ(code(good), "InvalidSecurityToken.MismatchWithAccessKey 400");
}

TEST_P(GatekeeperTest, AKeySwitchedOffIsRefusedAsTheCloudPutsIt) {
    const Key session = keys.issue(0, kNow + 20'000);
    const std::pair<KeyState, const char*> states[] = {
        {KeyState::inactive, "InvalidAccessKeyId.Inactive 400"},
        {KeyState::disabled, "Forbidden.AccessKeyDisabled 403"},
        {KeyState::deleted, "InvalidAccessKeyId.NotFound 404"}};
    for (const auto& [state, refused] : states) {
        scenario.accounts[0].key = state;
        good.credentials = kKey;
        EXPECT_EQ(code(good), refused);
        good.credentials = {"LTAIsecond", "secret2", ""};
        EXPECT_EQ(code(good), "");
        good.credentials = session.credentials;
        EXPECT_EQ(code(good), "");
    }
}

TEST_P(GatekeeperTest, AnAccountMayHaveAClockOfItsOwn) {
    scenario.accounts[1].clock_skew = Milliseconds{20 * 60'000};
    EXPECT_EQ(code(good), "");
    good.credentials = {"LTAIsecond", "secret2", ""};
    EXPECT_EQ(code(good), "InvalidTimeStamp.Expired 400");
    EXPECT_EQ(admit(good.text()).clock_skew, Milliseconds{20 * 60'000});
    good.now_ms += 20 * 60'000;
    EXPECT_EQ(code(good), "");
}

TEST_P(GatekeeperTest, StsHasAVersionAndActionsOfItsOwn) {
    good.version = "2015-04-01";
    EXPECT_EQ(code(good), "InvalidAction.NotFound 404");
    good.action = "AssumeRole";
    EXPECT_EQ(code(good), "");
    EXPECT_EQ(admit(good.text()).product, Product::sts);
    good.version = "2017-03-21";
    EXPECT_EQ(code(good), "InvalidAction.NotFound 404");
}

TEST(Gatekeeper, AnOidcTokenStandsInForASignature) {
    const Admission admission =
        admit_alone("POST /?Action=AssumeRoleWithOIDC&Version=2015-04-01 HTTP/1.1\r\n\r\n");
    EXPECT_FALSE(admission.refusal);
    EXPECT_EQ(admission.account, std::nullopt);
}

TEST(Gatekeeper, WithoutFormatV1AnswersXmlAndV3Json) {
    for (const bool v3 : {false, true}) {
        SignedRequest request;
        request.credentials = kKey;
        request.now_ms = kNow;
        request.v3 = v3;
        request.format = "";
        EXPECT_EQ(admit_alone(request.text()).xml, !v3);
    }
}

TEST(Gatekeeper, WhatIsMissingForASignatureIsNamed) {
    const auto code = [&](const std::string& head) {
        return admit_alone(head + "\r\n\r\n").refusal.value_or(Refusal{}).code;
    };
    EXPECT_EQ(code("GET / HTTP/1.1"), "MissingVersion");
    EXPECT_EQ(code("GET /?Version=2017-03-21 HTTP/1.1"), "MissingAction");
    EXPECT_EQ(code("GET /?Version=2017-03-21&Action=GetImageInfo HTTP/1.1"), "MissingAccessKeyId");
    EXPECT_EQ(code("GET / HTTP/1.1\r\nAuthorization: ACS3-HMAC-SHA256 Credential=a\r\n"
                   "x-acs-action: GetImageInfo\r\nx-acs-version: 2017-03-21"),
              "IncompleteSignature");
    EXPECT_EQ(code("GET /other HTTP/1.1"), "InvalidApi.NotFound");
    const std::string v1 =
        "GET /?Version=2017-03-21&Action=GetImageInfo&AccessKeyId=a&Signature=b&SignatureNonce=c"
        "&Timestamp=d&SignatureVersion=1.0&SignatureMethod=";
    EXPECT_EQ(code(v1 + "HMAC-SHA256 HTTP/1.1"), "InvalidSignatureMethod");
    EXPECT_EQ(code("GET / HTTP/1.1\r\nAuthorization: ACS4-HMAC Credential=a\r\n"
                   "x-acs-action: GetImageInfo\r\nx-acs-version: 2017-03-21"),
              "InvalidSignatureMethod");
}

TEST(Gatekeeper, AHeaderThatShouldBeSignedAndIsNotDoesNotMatch) {
    SignedRequest request;
    request.credentials = kKey;
    request.now_ms = kNow;
    std::string text = request.text();
    text.insert(text.find("\r\n\r\n"), "\r\nx-acs-extra: 1");
    EXPECT_EQ(admit_alone(text).refusal.value_or(Refusal{}).code, "SignatureDoesNotMatch");
}

TEST(Gatekeeper, ATokenIsForTemporaryKeysAlone) {
    SignedRequest request;
    request.credentials = kKey;
    request.now_ms = kNow;
    request.v3 = false;
    request.parameters = {{"SecurityToken", ""}};
    EXPECT_FALSE(admit_alone(request.text()).refusal);
    request.parameters = {{"SecurityToken", "CAIS"}};
    EXPECT_EQ(admit_alone(request.text()).refusal.value_or(Refusal{}).code,
              "InvalidSecurityToken.MismatchWithAccessKey");
}

TEST(KeyRing, ForgetsTheOldestTemporaryKeyAlone) {
    Ring keys;
    const Key first = keys.issue(0, kNow);
    for (std::size_t i = 0; i < KeyRing::kTemporaryMax; ++i) (void)keys.issue(0, kNow);
    EXPECT_FALSE(keys.find(first.credentials.access_key_id));
    EXPECT_FALSE(keys.knows_token(first.credentials.security_token));
    EXPECT_TRUE(keys.find(kKey.access_key_id));
}

TEST(NonceMemory, ForgetsOnlyWhatCouldNotPassAnyMore) {
    NonceMemory nonces;
    EXPECT_TRUE(nonces.insert("a", kNow));
    EXPECT_FALSE(nonces.insert("a", kNow + 30 * 60'000));
    EXPECT_FALSE(nonces.insert("a", kNow + 31 * 60'000));
    EXPECT_TRUE(nonces.insert("a", kNow + 62 * 60'000));
}

}  // namespace
}  // namespace simulator
