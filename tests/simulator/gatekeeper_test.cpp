#include "tests/simulator/gatekeeper.h"

#include <gtest/gtest.h>

#include "tests/simulator/signed_request.h"

namespace simulator {
namespace {

constexpr std::int64_t kNow = 1'767'323'045'000;
const vodcatalog::Credentials kKey{"LTAItest", "secret", ""};

HttpRequest parsed(const std::string& text) {
    HttpRequest request;
    const std::size_t end = text.find("\r\n\r\n");
    EXPECT_TRUE(read_head(std::string_view{text}.substr(0, end), request));
    request.body = text.substr(end + 4);
    return request;
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
    [[nodiscard]] Admission admit(const std::string& text) {
        return gate.admit(parsed(text), kNow);
    }
    [[nodiscard]] std::string code(const std::string& text) {
        const Admission admission = admit(text);
        if (!admission.refusal) return "";
        return admission.refusal->code + " " + std::to_string(admission.refusal->http_status);
    }
    [[nodiscard]] std::string code(const SignedRequest& request) { return code(request.text()); }

    SignedRequest good;
    Gatekeeper gate{kKey};
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

TEST(Gatekeeper, WithoutFormatV1AnswersXmlAndV3Json) {
    for (const bool v3 : {false, true}) {
        SignedRequest request;
        request.credentials = kKey;
        request.now_ms = kNow;
        request.v3 = v3;
        request.format = "";
        EXPECT_EQ(Gatekeeper(kKey).admit(parsed(request.text()), kNow).xml, !v3);
    }
}

TEST(Gatekeeper, WhatIsMissingForASignatureIsNamed) {
    Gatekeeper gate(kKey);
    const auto code = [&](const std::string& head) {
        return gate.admit(parsed(head + "\r\n\r\n"), kNow).refusal.value_or(Refusal{}).code;
    };
    EXPECT_EQ(code("GET / HTTP/1.1"), "MissingVersion");
    EXPECT_EQ(code("GET /?Version=2017-03-21 HTTP/1.1"), "MissingAction");
    EXPECT_EQ(code("GET /?Version=2017-03-21&Action=GetImageInfo HTTP/1.1"), "MissingAccessKeyId");
    EXPECT_EQ(code("GET / HTTP/1.1\r\nAuthorization: ACS3-HMAC-SHA256 Credential=a\r\n"
                   "x-acs-action: GetImageInfo\r\nx-acs-version: 2017-03-21"),
              "IncompleteSignature");
    EXPECT_EQ(code("GET /other HTTP/1.1"), "InvalidApi.NotFound");
}

TEST(Gatekeeper, AHeaderThatShouldBeSignedAndIsNotDoesNotMatch) {
    SignedRequest request;
    request.credentials = kKey;
    request.now_ms = kNow;
    std::string text = request.text();
    text.insert(text.find("\r\n\r\n"), "\r\nx-acs-extra: 1");
    EXPECT_EQ(Gatekeeper(kKey).admit(parsed(text), kNow).refusal.value_or(Refusal{}).code,
              "SignatureDoesNotMatch");
}

TEST(Gatekeeper, ATokenIsForTemporaryKeysAlone) {
    SignedRequest request;
    request.credentials = kKey;
    request.now_ms = kNow;
    request.v3 = false;
    request.parameters = {{"SecurityToken", ""}};
    EXPECT_FALSE(Gatekeeper(kKey).admit(parsed(request.text()), kNow).refusal);
    request.parameters = {{"SecurityToken", "CAIS"}};
    EXPECT_EQ(Gatekeeper(kKey).admit(parsed(request.text()), kNow).refusal.value_or(Refusal{}).code,
              "InvalidSecurityToken.MismatchWithAccessKey");
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
