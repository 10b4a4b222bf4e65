// The running simulator is as strict as the cloud's gateway: a call that is wrong in one thing is
// refused with that thing's own code, under either signature and in the form of the cloud's errors.
#include <gtest/gtest.h>

#include "daemon/vod/signature_v3.h"
#include "tests/simulator/running_simulator.h"

namespace simulator {
namespace {

/// A good call, to be spoilt; under V1, then under V3.
class StrictnessTest : public RunningSimulator, public ::testing::WithParamInterface<bool> {
protected:
    StrictnessTest() : good(request(ids.front(), false)) { good.v3 = GetParam(); }

    [[nodiscard]] std::string answer(const SignedRequest& asked) const {
        return ask(cloud->endpoint(), asked.text());
    }
    [[nodiscard]] std::string code(const SignedRequest& asked) const {
        return code_of(answer(asked));
    }
    /// Of the good call, changed in one place after it was signed.
    [[nodiscard]] std::string code_after(const std::string& from, const std::string& to) const {
        std::string text = good.text();
        const std::size_t at = text.find(from);
        if (at == std::string::npos) return "there is no " + from + " in " + text;
        text.replace(at, from.size(), to);
        return code_of(ask(cloud->endpoint(), text));
    }
    [[nodiscard]] vodcatalog::Credentials session() const {
        SignedRequest asked = request("");
        asked.action = "AssumeRole";
        asked.version = "2015-04-01";
        asked.parameters = {{"RoleArn", view("main").role_arn}, {"RoleSessionName", "strict"}};
        const std::string body = body_of(answer(asked));
        return {json_text(body, "/Credentials/AccessKeyId"),
                json_text(body, "/Credentials/AccessKeySecret"),
                json_text(body, "/Credentials/SecurityToken")};
    }

    SignedRequest good;
};

INSTANTIATE_TEST_SUITE_P(V1, StrictnessTest, ::testing::Values(false));
INSTANTIATE_TEST_SUITE_P(V3, StrictnessTest, ::testing::Values(true));

TEST_P(StrictnessTest, AnErrorHasTheGatewaysMembersAndHeaders) {
    good.parameters = {{"ImageId", "none"}};
    const std::string answered = answer(good);
    const std::string body = body_of(answered);
    EXPECT_EQ(code_of(answered), "NoSuchResource 404");
    EXPECT_EQ(json_text(body, "/Message"), "The specified resource does not exist.");
    EXPECT_EQ(json_text(body, "/HostId"), "vod.cn-shanghai.aliyuncs.com");
    EXPECT_EQ(json_text(body, "/Recommend"),
              "https://next.api.aliyun.com/troubleshoot?q=NoSuchResource&product=vod");
    EXPECT_EQ(json_text(body, "/RequestId").size(), 36U);
    EXPECT_EQ(json_text(body, "/RequestId"), header_of(answered, "x-acs-request-id"));
    EXPECT_EQ(header_of(answered, "content-type"), "application/json;charset=utf-8");
    EXPECT_EQ(header_of(answered, "x-acs-trace-id").size(), 32U);
    EXPECT_EQ(header_of(answered, "access-control-allow-origin"), "*");
    EXPECT_EQ(header_of(answered, "keep-alive"), "timeout=25");
}

TEST_P(StrictnessTest, SignatureDoesNotMatch) {
    EXPECT_EQ(code(good), "(no code)");
    good.credentials.access_key_secret += "x";
    EXPECT_EQ(code(good), "SignatureDoesNotMatch 400");
}

TEST_P(StrictnessTest, SignatureDoesNotMatchAParameterChangedOnTheWay) {
    EXPECT_EQ(code_after(ids[0], ids[1]), "SignatureDoesNotMatch 400");
    EXPECT_EQ(code_after("ImageId=", "OutputType=oss&ImageId="), "SignatureDoesNotMatch 400");
    EXPECT_EQ(code_after("POST /", "GET /"), "SignatureDoesNotMatch 400");
}

TEST_P(StrictnessTest, SignatureDoesNotMatchAFormChangedOnTheWay) {
    good.form = true;
    EXPECT_EQ(code(good), "(no code)");
    EXPECT_EQ(code_after(ids[0], ids[1]), "SignatureDoesNotMatch 400");
}

TEST_P(StrictnessTest, InvalidTimeStampExpired) {
    good.now_ms += 15 * 60'000 + 1'000;
    EXPECT_EQ(code(good), "InvalidTimeStamp.Expired 400");
}

TEST_P(StrictnessTest, InvalidTimeStampFormat) {
    for (const char* const time : {"2026-01-02T03:04:05.000Z", "2026-01-02 03:04:05Z",
                                   "2026-01-02T03:04:05", "20260102T030405Z", "1767323045"}) {
        good.time = time;
        EXPECT_EQ(code(good), "InvalidTimeStamp.Format 400") << time;
    }
}

TEST_P(StrictnessTest, SignatureNonceUsed) {
    good.nonce = "once-and-for-all";
    EXPECT_EQ(code(good), "(no code)");
    EXPECT_EQ(code(good), "SignatureNonceUsed 400");
}

TEST_P(StrictnessTest, InvalidAccessKeyIdNotFound) {
    good.credentials.access_key_id = "LTAI5tNobodys";
    EXPECT_EQ(code(good), "InvalidAccessKeyId.NotFound 404");
}

TEST_P(StrictnessTest, InvalidSecurityTokenExpired) {
    good.credentials = session();
    EXPECT_EQ(code(good), "(no code)");
    clock.advance(std::chrono::hours{1});
    good.now_ms = catalog::to_ms(clock.wall());
    EXPECT_EQ(code(good), "InvalidSecurityToken.Expired 400");
}

TEST_P(StrictnessTest, InvalidSecurityTokenMalformed) {
    good.credentials = session();
    good.credentials.security_token.pop_back();
    EXPECT_EQ(code(good), "InvalidSecurityToken.Malformed 400");
}

TEST_P(StrictnessTest, InvalidSecurityTokenMismatchWithAccessKey) {
    const std::string anothers = session().security_token;
    good.credentials = session();
    good.credentials.security_token = anothers;
    EXPECT_EQ(code(good), "InvalidSecurityToken.MismatchWithAccessKey 400");
    good.credentials = cloud->credentials();
    good.credentials.security_token = anothers;
    EXPECT_EQ(code(good), "InvalidSecurityToken.MismatchWithAccessKey 400");
}

TEST_P(StrictnessTest, MissingSecurityToken) {
    good.credentials = session();
    good.credentials.security_token = "";
    EXPECT_EQ(code(good), "MissingSecurityToken 400");
}

TEST_P(StrictnessTest, MissingImageId) {
    good.parameters.clear();
    const std::string answered = answer(good);
    EXPECT_EQ(code_of(answered), "MissingImageId 400");
    EXPECT_EQ(json_text(body_of(answered), "/Message"), "ImageId is mandatory for this action.");
    good.parameters = {{"ImageId", ""}};
    EXPECT_EQ(code(good), "MissingImageId 400");
    good.parameters = {{"ImageIds", ids[0]}};
    EXPECT_EQ(code(good), "MissingImageId 400");
    good.action = "GetImageInfos";
    good.parameters = {{"ImageIds", ",,"}};
    EXPECT_EQ(code(good), "MissingImageIds 400");
}

TEST_P(StrictnessTest, InvalidVersion) {
    good.version = "2017-03-22";
    EXPECT_EQ(code(good), "InvalidVersion 400");
}

TEST_P(StrictnessTest, InvalidActionNotFound) {
    for (const char* const action : {"getimageinfo", "ListImages", "AssumeRole"}) {
        good.action = action;
        EXPECT_EQ(code(good), "InvalidAction.NotFound 404") << action;
    }
}

TEST_P(StrictnessTest, NoSuchResource) {
    good.parameters = {{"ImageId", ids[0] + "," + ids[1]}};
    EXPECT_EQ(code(good), "NoSuchResource 404");
}

TEST_P(StrictnessTest, OverTwentyIds) {
    std::string many = "id-1";
    for (int i = 2; i <= 20; ++i) many += ",id-" + std::to_string(i);
    good.action = "GetImageInfos";
    good.parameters = {{"ImageIds", many}};
    EXPECT_EQ(code(good), "(no code)");
    good.parameters = {{"ImageIds", many + ",id-1"}};
    EXPECT_EQ(code(good), "InvalidParameter 400");
}

TEST_P(StrictnessTest, MalformedAuthTimeout) {
    for (const char* const bad : {"0", "-1", "1.5", "1h", "99999999999999999999"}) {
        good.parameters = {{"ImageId", ids[0]}, {"AuthTimeout", bad}};
        EXPECT_EQ(code(good), "InvalidParameter 400") << bad;
    }
    good.parameters = {{"ImageId", ids[0]}, {"OutputType", "oss"}, {"AuthTimeout", "2592000"}};
    EXPECT_EQ(code(good), "(no code)");
    good.parameters[2].second = "2592001";
    EXPECT_EQ(code(good), "InvalidParameter 400");
    good.parameters[1].second = "cdn";
    EXPECT_EQ(code(good), "(no code)");
}

TEST_P(StrictnessTest, MalformedOutputType) {
    good.parameters = {{"ImageId", ids[0]}, {"OutputType", "CDN"}};
    EXPECT_EQ(code(good), "InvalidParameter 400");
}

TEST_P(StrictnessTest, UnsupportedHttpMethod) {
    for (const char* const method : {"PUT", "DELETE", "OPTIONS"}) {
        good.method = method;
        EXPECT_EQ(code(good), "UnsupportedHTTPMethod 400") << method;
    }
}

TEST_P(StrictnessTest, InvalidApiNotFound) {
    EXPECT_EQ(code_after("POST /", "POST /vod"), "InvalidApi.NotFound 404");
}

class StrictnessV1Test : public StrictnessTest {};
INSTANTIATE_TEST_SUITE_P(V1, StrictnessV1Test, ::testing::Values(false));

TEST_P(StrictnessV1Test, WithoutFormatAnErrorIsXml) {
    good.format = "";
    good.parameters.clear();
    const std::string answered = answer(good);
    EXPECT_EQ(status_of(answered), 400);
    EXPECT_EQ(header_of(answered, "content-type"), "text/xml;charset=utf-8");
    const std::string body = body_of(answered);
    EXPECT_NE(body.find("<Error>"), std::string::npos) << body;
    EXPECT_NE(body.find("<Code>MissingImageId</Code>"), std::string::npos) << body;
    EXPECT_NE(body.find("<RequestId>" + header_of(answered, "x-acs-request-id") + "</RequestId>"),
              std::string::npos)
        << body;
    EXPECT_NE(body.find("<HostId>vod.cn-shanghai.aliyuncs.com</HostId>"), std::string::npos)
        << body;
}

TEST_P(StrictnessV1Test, AFormatThatThereIsNotIsRefused) {
    good.format = "yaml";
    EXPECT_EQ(code(good), "InvalidParameter.Format 400");
    good.format = "json";
    EXPECT_EQ(code(good), "(no code)");
}

TEST_P(StrictnessV1Test, WhatTheSignatureNeedsIsMissedByName) {
    // In a call, parameters stand in the order of their names.
    EXPECT_EQ(code_after("?AccessKeyId=", "?Other="), "MissingAccessKeyId 400");
    for (const std::string name : {"Action", "Signature", "SignatureMethod", "SignatureNonce",
                                   "SignatureVersion", "Timestamp", "Version"}) {
        EXPECT_EQ(code_after("&" + name + "=", "&Other="), "Missing" + name + " 400");
    }
}

TEST_P(StrictnessV1Test, InvalidSignatureMethod) {
    EXPECT_EQ(code_after("HMAC-SHA1", "HMAC-SHA256"), "InvalidSignatureMethod 400");
    EXPECT_EQ(code_after("SignatureVersion=1.0", "SignatureVersion=2.0"),
              "InvalidSignatureMethod 400");
}

class StrictnessV3Test : public StrictnessTest {};
INSTANTIATE_TEST_SUITE_P(V3, StrictnessV3Test, ::testing::Values(true));

TEST_P(StrictnessV3Test, IncompleteSignature) {
    for (const char* const part :
         {"Credential=", "SignedHeaders=", "Signature=", "\r\nhost: ", "\r\nx-acs-date: ",
          "\r\nx-acs-signature-nonce: ", "\r\nx-acs-content-sha256: "}) {
        std::string other = part;
        other.insert(other.find_first_not_of("\r\n"), "other-");
        EXPECT_EQ(code_after(part, other), "IncompleteSignature 400") << part;
    }
    EXPECT_EQ(code_after(",SignedHeaders", ", SignedHeaders"), "IncompleteSignature 400");
}

TEST_P(StrictnessV3Test, SignatureDoesNotMatchAnotherSetOfHeaders) {
    EXPECT_EQ(code_after("host;x-acs-action;", "host;"), "SignatureDoesNotMatch 400");
    EXPECT_EQ(code_after("\r\nConnection", "\r\nx-acs-extra: 1\r\nConnection"),
              "SignatureDoesNotMatch 400");
    EXPECT_EQ(code_after("\r\nhost: ", "\r\nhost: www."), "SignatureDoesNotMatch 400");
}

TEST_P(StrictnessV3Test, SignatureDoesNotMatchAnotherHashOfTheBody) {
    good.content_sha256 = vodcatalog::sha256_hex("");
    EXPECT_EQ(code(good), "(no code)");
    good.content_sha256 = vodcatalog::sha256_hex("x");
    EXPECT_EQ(code(good), "SignatureDoesNotMatch 400");
}

TEST_P(StrictnessV3Test, AnotherAlgorithmIsRefused) {
    EXPECT_EQ(code_after("ACS3-HMAC-SHA256", "ACS3-HMAC-SM3"), "InvalidSignatureMethod 400");
}

}  // namespace
}  // namespace simulator
