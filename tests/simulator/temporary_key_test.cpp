// Where temporary keys come from: STS and the metadata service, and how they end.
#include <gtest/gtest.h>

#include <chrono>

#include "tests/simulator/running_simulator.h"

namespace simulator {
namespace {

using std::chrono::milliseconds;

class TemporaryKeyTest : public RunningSimulator {
protected:
    [[nodiscard]] SignedRequest assume(const std::string& account) const {
        SignedRequest out = request("");
        out.action = "AssumeRole";
        out.version = "2015-04-01";
        out.v3 = false;
        out.parameters = {{"RoleArn", view(account).role_arn}, {"RoleSessionName", "vodcatalog"}};
        return out;
    }
    [[nodiscard]] std::string sts(const SignedRequest& asked) const {
        return ask(cloud->endpoint(), asked.text());
    }
    /// AssumeRoleWithOIDC with a form of those pairs.
    [[nodiscard]] std::string oidc(const std::string& form) const {
        return ask(cloud->endpoint(),
                   "POST /?Action=AssumeRoleWithOIDC&Format=JSON&Version=2015-04-01 HTTP/1.1\r\n"
                   "Host: sts\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                   "Content-Length: " +
                       std::to_string(form.size()) + "\r\n\r\n" + form);
    }
    [[nodiscard]] static vodcatalog::Credentials key_in(const std::string& body,
                                                        const std::string& at) {
        return {json_text(body, (at + "/AccessKeyId").c_str()),
                json_text(body, (at + "/AccessKeySecret").c_str()),
                json_text(body, (at + "/SecurityToken").c_str())};
    }
    /// How a call with that key ends: "(no code)" is good.
    [[nodiscard]] std::string call_with(const vodcatalog::Credentials& key, bool v3 = true) const {
        SignedRequest out = request(ids[0]);
        out.credentials = key;
        out.v3 = v3;
        return code_of(ask(cloud->endpoint(), out.text()));
    }
    [[nodiscard]] std::string metadata(const std::string& method, const std::string& path,
                                       const std::string& header = "") const {
        return ask(cloud->endpoint(), method + " /latest/" + path + " HTTP/1.1\r\nHost: metadata" +
                                          (header.empty() ? "" : "\r\n" + header) +
                                          "\r\nContent-Length: 0\r\n\r\n");
    }
    static constexpr const char* kRole = "meta-data/ram/security-credentials/";
};

TEST_F(TemporaryKeyTest, ARoleIsAssumedAndItsKeyEnds) {
    set(R"({"temporary":{"sts_life":"20s"}})");
    const std::string answer = sts(assume("main"));
    ASSERT_EQ(status_of(answer), 200) << answer;
    const std::string body = body_of(answer);
    EXPECT_EQ(json_text(body, "/Credentials/Expiration"), "2026-01-02T03:04:25Z");
    EXPECT_EQ(json_text(body, "/RequestId"), header_of(answer, "x-acs-request-id"));
    const vodcatalog::Credentials key = key_in(body, "/Credentials");
    EXPECT_TRUE(key.access_key_id.starts_with("STS."));
    EXPECT_EQ(call_with(key), "(no code)");
    EXPECT_EQ(call_with(key, false), "(no code)");
    clock.advance(milliseconds{20'000});
    EXPECT_EQ(call_with(key), "InvalidSecurityToken.Expired 400");
}

TEST_F(TemporaryKeyTest, ASessionIsOfTheRolesAccount) {
    const vodcatalog::Credentials key = key_in(body_of(sts(assume("third"))), "/Credentials");
    SignedRequest out = request(view("third").image_ids.front(), false);
    out.credentials = key;
    EXPECT_EQ(code_of(sts(out)), "(no code)");
    EXPECT_EQ(call_with(key), "(no code)");
    SignedRequest again = assume("third");
    again.credentials = key;
    EXPECT_EQ(code_of(sts(again)), "NoPermission 403");
}

TEST_F(TemporaryKeyTest, WithoutASetLifeItLastsAsAskedFor) {
    SignedRequest asked = assume("main");
    EXPECT_EQ(json_text(body_of(sts(asked)), "/Credentials/Expiration"), "2026-01-02T04:04:05Z");
    asked.parameters.emplace_back("DurationSeconds", "900");
    EXPECT_EQ(json_text(body_of(sts(asked)), "/Credentials/Expiration"), "2026-01-02T03:19:05Z");
    for (const char* const bad : {"899", "43201", "-1", "soon", "99999999999999999999"}) {
        asked.parameters.back().second = bad;
        EXPECT_EQ(code_of(sts(asked)), "InvalidParameter.DurationSeconds 400") << bad;
    }
}

TEST_F(TemporaryKeyTest, WhatStsCannotTakeItRefuses) {
    const auto with = [&](const std::string& role, const std::string& session) {
        SignedRequest asked = assume("main");
        asked.parameters.clear();
        if (!role.empty()) asked.parameters.emplace_back("RoleArn", role);
        if (!session.empty()) asked.parameters.emplace_back("RoleSessionName", session);
        return code_of(sts(asked));
    };
    const std::string role = view("main").role_arn;
    EXPECT_EQ(with("", "name"), "MissingRoleArn 400");
    EXPECT_EQ(with(role, ""), "MissingRoleSessionName 400");
    EXPECT_EQ(with(role, "a b"), "InvalidParameter.RoleSessionName 400");
    EXPECT_EQ(with("acs:ram::1:role/x", "name"), "EntityNotExist.Role 404");
    EXPECT_EQ(with("nonsense", "name"), "EntityNotExist.Role 404");
    SignedRequest wrong = assume("main");
    wrong.credentials.access_key_secret = "wrong";
    EXPECT_EQ(code_of(sts(wrong)), "SignatureDoesNotMatch 400");
    set(R"({"accounts":[{"name":"main","denied":["AssumeRole"]}]})");
    const std::string denied = sts(assume("main"));
    EXPECT_EQ(code_of(denied), "Forbidden.RAM 403");
    EXPECT_EQ(json_text(body_of(denied), "/AccessDeniedDetail/AuthAction"), "sts:AssumeRole");
    EXPECT_EQ(json_text(body_of(denied), "/HostId"), "sts.aliyuncs.com");
}

TEST_F(TemporaryKeyTest, AnOidcTokenIsTradedForAKey) {
    const Simulator::AccountView main = view("main");
    const std::string form = "RoleArn=" + main.role_arn +
                             "&OIDCProviderArn=" + main.oidc_provider_arn +
                             "&RoleSessionName=vod&OIDCToken=";
    const std::string answer = oidc(form + "the.token");
    ASSERT_EQ(status_of(answer), 200) << answer;
    EXPECT_EQ(call_with(key_in(body_of(answer), "/Credentials")), "(no code)");
    EXPECT_EQ(code_of(oidc(form)), "MissingOIDCToken 400");
    set(R"({"temporary":{"oidc_token":"next.token"}})");
    EXPECT_EQ(code_of(oidc(form + "the.token")), "AuthenticationFail.OIDCToken.Invalid 400");
    EXPECT_EQ(code_of(oidc(form + "next.token")), "(no code)");
    EXPECT_EQ(code_of(oidc("RoleArn=" + main.role_arn +
                           "&OIDCProviderArn=acs:ram::1:oidc-provider/"
                           "x&RoleSessionName=vod&OIDCToken=next.token")),
              "EntityNotExist.OIDCProvider 404");
}

TEST_F(TemporaryKeyTest, ASessionSharesItsAccountsLimit) {
    const vodcatalog::Credentials key = key_in(body_of(sts(assume("main"))), "/Credentials");
    set(R"({"limits":{"GetImageInfos":{"per_second":2}}})");
    EXPECT_EQ(call_with(key), "(no code)");
    EXPECT_EQ(call_with(cloud->credentials()), "(no code)");
    EXPECT_EQ(call_with(key), "Throttling.User 400");
    EXPECT_EQ(call_with(cloud->credentials()), "Throttling.User 400");
    EXPECT_NE(control("GET", "/record?account=main").find(R"("action":"AssumeRole")"),
              std::string::npos);
}

TEST_F(TemporaryKeyTest, LimitsAndPermissionsHoldForAnOidcTokenToo) {
    const Simulator::AccountView main = view("main");
    const std::string form = "RoleArn=" + main.role_arn +
                             "&OIDCProviderArn=" + main.oidc_provider_arn +
                             "&RoleSessionName=vod&OIDCToken=the.token";
    set(R"({"limits":{"AssumeRoleWithOIDC":{"per_second":1}}})");
    EXPECT_EQ(code_of(oidc(form)), "(no code)");
    EXPECT_EQ(code_of(oidc(form)), "Throttling.User 400");
    set(R"({"accounts":[{"name":"main","denied":["AssumeRoleWithOIDC"]}]})");
    EXPECT_EQ(code_of(oidc(form)), "Forbidden.RAM 403");
}

TEST_F(TemporaryKeyTest, TheMachinesRoleHasAKeyThatIsRenewedHalfWay) {
    set(R"({"temporary":{"role":"reader","role_account":"third","role_life":"40s"}})");
    EXPECT_EQ(body_of(metadata("GET", kRole)), "reader");
    const std::string first = body_of(metadata("GET", std::string{kRole} + "reader"));
    EXPECT_EQ(json_text(first, "/Code"), "Success");
    EXPECT_EQ(json_text(first, "/Expiration"), "2026-01-02T03:04:45Z");
    EXPECT_EQ(json_text(first, "/LastUpdated"), "2026-01-02T03:04:05Z");
    SignedRequest out = request(view("third").image_ids.front(), false);
    out.credentials = key_in(first, "");
    EXPECT_EQ(code_of(ask(cloud->endpoint(), out.text())), "(no code)");
    clock.advance(milliseconds{19'999});
    EXPECT_EQ(body_of(metadata("GET", std::string{kRole} + "reader")), first);
    clock.advance(milliseconds{1});
    const std::string second = body_of(metadata("GET", std::string{kRole} + "reader"));
    EXPECT_NE(key_in(second, "").access_key_id, key_in(first, "").access_key_id);
    EXPECT_EQ(call_with(key_in(first, "")), "(no code)");
    EXPECT_EQ(control("POST", "/keys/expire"), "{}");
    EXPECT_EQ(call_with(key_in(second, "")), "InvalidSecurityToken.Expired 400");
    const std::string third = body_of(metadata("GET", std::string{kRole} + "reader"));
    EXPECT_EQ(call_with(key_in(third, "")), "(no code)");
}

TEST_F(TemporaryKeyTest, AMetadataTokenMayBeRequiredAndEnds) {
    const std::string ttl = "X-aliyun-ecs-metadata-token-ttl-seconds: ";
    set(R"({"temporary":{"token_required":true}})");
    EXPECT_EQ(status_of(metadata("GET", kRole)), 403);
    const std::string answer = metadata("PUT", "api/token", ttl + "60");
    EXPECT_EQ(status_of(answer), 200);
    const std::string token = "X-aliyun-ecs-metadata-token: " + body_of(answer);
    EXPECT_EQ(body_of(metadata("GET", kRole, token)), "vod-reader");
    EXPECT_EQ(status_of(metadata("GET", kRole, token + "x")), 403);
    clock.advance(milliseconds{60'000});
    EXPECT_EQ(status_of(metadata("GET", kRole, token)), 403);
    for (const char* const bad : {"0", "21601", "-5", "long", ""}) {
        EXPECT_EQ(status_of(metadata("PUT", "api/token", ttl + bad)), 400) << bad;
    }
    EXPECT_EQ(status_of(metadata("GET", "api/token")), 405);
    EXPECT_EQ(status_of(metadata("POST", kRole)), 405);
}

TEST_F(TemporaryKeyTest, AMachineMayHaveNoRole) {
    EXPECT_EQ(status_of(metadata("GET", std::string{kRole} + "other")), 404);
    set(R"({"temporary":{"role":""}})");
    EXPECT_EQ(status_of(metadata("GET", kRole)), 404);
}

TEST_F(TemporaryKeyTest, BothFailToOrder) {
    order(R"({"fault":"code","code":"Throttling.User","action":"AssumeRole"})");
    order(R"({"fault":"code","code":"InternalError","action":"MetadataCredentials"})");
    order(R"({"fault":"redirect_302","action":"AssumeRoleWithOIDC"})");
    EXPECT_EQ(call_with(cloud->credentials()), "(no code)");
    EXPECT_EQ(code_of(sts(assume("main"))), "Throttling.User 400");
    EXPECT_EQ(code_of(sts(assume("main"))), "(no code)");
    EXPECT_EQ(status_of(metadata("GET", kRole)), 200);
    EXPECT_EQ(status_of(metadata("GET", std::string{kRole} + "vod-reader")), 500);
    EXPECT_EQ(status_of(oidc("OIDCToken=x")), 302);
}

}  // namespace
}  // namespace simulator
