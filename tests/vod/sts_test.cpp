#include "daemon/vod/credentials/sts.h"

#include <algorithm>
#include <map>

#include "daemon/vod/credentials/oidc_role.h"
#include "daemon/vod/credentials/role.h"
#include "daemon/vod/credentials/static_key.h"
#include "daemon/vod/signature_v1.h"
#include "tests/vod/provider_world.h"

namespace vodcatalog {
namespace {

using namespace std::chrono_literals;

constexpr const char* kExpiration = "2026-01-02T04:04:05Z";

std::string decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
        i += 2;
    }
    return out;
}

std::map<std::string, std::string> form_of(const HttpRequest& request) {
    std::map<std::string, std::string> form;
    std::string_view rest = request.body;
    while (!rest.empty()) {
        const std::string_view pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
        const std::size_t equals = pair.find('=');
        form[decoded(pair.substr(0, equals))] = decoded(pair.substr(equals + 1));
    }
    return form;
}

class StsTest : public ProviderWorld {
protected:
    StsTest() {
        settings.role.arn = "acs:ram::1:role/reader";
        settings.provider_arn = "acs:ram::1:oidc-provider/k8s";
        settings.token_file = world::write_file(folder / "token", "jwt.one\n", 0644);
        role.arn = "acs:ram::1:role/reader";
        role.duration = 15min;
        role.policy = R"({"Version":"1"})";
        role.external_id = "ext=1";
    }
    OidcRole oidc() { return {settings, Sts(endpoint, http, clock), redactor}; }
    Role assumed(const std::string& token = "") {
        StaticKeySettings base{"LTAI1", SecretFile("./secret", folder.path()), {}};
        world::write_file(folder / "secret", "b4se\n");
        if (!token.empty())
            base.security_token =
                SecretFile(world::write_file(folder / "sts", token + "\n").string(), "/");
        return {role, std::make_unique<StaticKey>(base), Sts(endpoint, http, clock), random,
                redactor};
    }
    /// What an error of STS becomes, without the words before and after the advice.
    std::string fault_of(int status, const std::string& code, const std::string& message) {
        http.then_answer(
            status, R"({"RequestId":"r","Code":")" + code + R"(","Message":")" + message + "\"}");
        OidcRole provider = oidc();
        return fault(provider);
    }
    const Endpoint endpoint = parse_endpoint("https://sts.cn-shanghai.aliyuncs.com");
    OidcSettings settings;
    RoleSettings role;
};

TEST_F(StsTest, AnOidcTokenIsExchangedForASession) {
    http.then_answer(200, sts_body(kExpiration));
    const Grant grant = oidc().fetch();
    EXPECT_EQ(grant.session.credentials, (Credentials{"STS.id", "s3cret", "t0ken"}));
    EXPECT_EQ(grant.session.provider, "oidc");
    const HttpRequest& request = http.requests().at(0);
    EXPECT_EQ(request.endpoint, endpoint);
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "/") << "a proxy's log has no token";
    EXPECT_EQ(request.timeout, 5s);
    EXPECT_LE(request.body_bytes_max, 65'536U);
    EXPECT_EQ(header_of(request, "Host"), "sts.cn-shanghai.aliyuncs.com");
    EXPECT_EQ(header_of(request, "Content-Type"), "application/x-www-form-urlencoded");
    EXPECT_EQ(form_of(request), (std::map<std::string, std::string>{
                                    {"Action", "AssumeRoleWithOIDC"},
                                    {"Version", "2015-04-01"},
                                    {"Format", "JSON"},
                                    {"Timestamp", "2026-01-02T03:04:05Z"},
                                    {"RoleArn", "acs:ram::1:role/reader"},
                                    {"OIDCProviderArn", "acs:ram::1:oidc-provider/k8s"},
                                    {"OIDCToken", "jwt.one"},
                                    {"RoleSessionName", "vodcatalog"},
                                    {"DurationSeconds", "3600"}}));
}

TEST_F(StsTest, TheTokenIsReadEachTime) {
    http.then_answer(200, sts_body(kExpiration));
    http.then_answer(200, sts_body(kExpiration));
    OidcRole provider = oidc();
    static_cast<void>(provider.fetch());
    world::write_file(folder / "token", "jwt.two", 0644);
    static_cast<void>(provider.fetch());
    EXPECT_EQ(form_of(http.requests().at(1)).at("OIDCToken"), "jwt.two");
}

TEST_F(StsTest, ATokenFileThatIsNoneIsNamedAndItsContentIsNot) {
    const std::string advice = "; check the path and what renews the file";
    OidcRole provider = oidc();
    for (const auto& [text, words] : std::map<std::string, std::string>{
             {"", "is empty"},
             {"jwt one", "must be one word of printable ASCII, without blanks inside"},
             {std::string(20'001, 'j'), "is bigger than 20000 bytes"}}) {
        world::write_file(folder / "token", text);
        EXPECT_EQ(fault(provider),
                  "retryable: oidc: token_file names DIR/token, which " + words + advice);
    }
    std::filesystem::remove(folder / "token");
    EXPECT_EQ(fault(provider),
              "retryable: oidc: token_file names DIR/token, which does not exist" + advice);
    EXPECT_TRUE(http.requests().empty());
}

TEST_F(StsTest, ARoleIsAskedForWithTheSignatureOfItsBase) {
    http.then_answer(200, sts_body(kExpiration));
    Role provider = assumed("b4se-token");
    EXPECT_FALSE(provider.gives_at_once());
    EXPECT_EQ(provider.fetch().session.provider, "role");
    auto form = form_of(http.requests().at(0));
    const std::string signature = form.at("Signature");
    form.erase("Signature");
    Parameters parameters(form.begin(), form.end());
    EXPECT_EQ(SignatureV1("b4se").sign("POST", parameters), signature);
    EXPECT_EQ(form.at("SignatureNonce").size(), 32U);
    form.erase("SignatureNonce");
    EXPECT_EQ(form, (std::map<std::string, std::string>{{"Action", "AssumeRole"},
                                                        {"Version", "2015-04-01"},
                                                        {"Format", "JSON"},
                                                        {"Timestamp", "2026-01-02T03:04:05Z"},
                                                        {"AccessKeyId", "LTAI1"},
                                                        {"SecurityToken", "b4se-token"},
                                                        {"SignatureMethod", "HMAC-SHA1"},
                                                        {"SignatureVersion", "1.0"},
                                                        {"RoleArn", "acs:ram::1:role/reader"},
                                                        {"RoleSessionName", "vodcatalog"},
                                                        {"DurationSeconds", "900"},
                                                        {"Policy", R"({"Version":"1"})"},
                                                        {"ExternalId", "ext=1"}}));
}

TEST_F(StsTest, WhatIsNotGivenIsNotSent) {
    role.policy.clear();
    role.external_id.clear();
    http.then_answer(200, sts_body(kExpiration));
    static_cast<void>(assumed().fetch());
    const auto form = form_of(http.requests().at(0));
    for (const char* name : {"SecurityToken", "Policy", "ExternalId"})
        EXPECT_FALSE(form.contains(name)) << name;
}

TEST_F(StsTest, AStaleConnectionIsTriedAgainWithANewNonce) {
    http.then_throw(StaleConnection("closed"));
    http.then_answer(200, sts_body(kExpiration));
    static_cast<void>(assumed().fetch());
    EXPECT_NE(form_of(http.requests().at(0)).at("SignatureNonce"),
              form_of(http.requests().at(1)).at("SignatureNonce"));
    http.then_throw(StaleConnection("closed"));
    http.then_throw(StaleConnection("closed"));
    OidcRole provider = oidc();
    EXPECT_TRUE(fault(provider).starts_with("retryable: oidc: STS at https://sts.cn-shang"));
    EXPECT_EQ(http.left(), 0U);
}

TEST_F(StsTest, AWrongClockIsMadeUpForByTheServers) {
    const Headers two_hours_on{{"Date", "Fri, 02 Jan 2026 05:04:05 GMT"}};
    http.then_answer(400, R"({"Code":"InvalidTimeStamp.Expired","Message":"m"})", two_hours_on);
    http.then_answer(200, sts_body("2026-01-02T06:04:05Z"), two_hours_on);
    Role provider = assumed();
    const Grant grant = provider.fetch();
    EXPECT_EQ(left(grant), 1h - 1s);
    EXPECT_EQ(form_of(http.requests().at(1)).at("Timestamp").substr(0, 17), "2026-01-02T05:04:");
    // What is not mended by that is told, after one more attempt.
    http.then_answer(400, R"({"Code":"InvalidTimeStamp.Expired","Message":"m"})", two_hours_on);
    EXPECT_TRUE(fault(provider).starts_with("refused: role: STS answered 400 InvalidTimeStamp"));
    EXPECT_EQ(http.left(), 0U);
}

TEST_F(StsTest, WithoutCompensationTheClockIsTakenAsItIs) {
    const Headers two_hours_on{{"Date", "Fri, 02 Jan 2026 05:04:05 GMT"}};
    OidcRole provider(settings, Sts(endpoint, http, clock, false), redactor);
    http.then_answer(400, R"({"Code":"InvalidTimeStamp.Expired","Message":"m"})", two_hours_on);
    EXPECT_TRUE(fault(provider).starts_with("refused: oidc: STS answered 400 InvalidTimeStamp"));
    http.then_answer(200, sts_body("2026-01-02T06:04:05Z"), two_hours_on);
    EXPECT_EQ(left(provider.fetch()), 1h - 1s)
        << "a session's life goes by the server's all the same";
    EXPECT_EQ(form_of(http.requests().at(1)).at("Timestamp"), "2026-01-02T03:04:05Z");
}

TEST_F(StsTest, WhatItAsksWithIsKnownBeforeItIsSent) {
    world::write_file(folder / "token", "long-enough-jwt\n", 0644);
    const auto look = [&](const HttpRequest&, HttpResponse&) {
        EXPECT_TRUE(is_known("long-enough-jwt"));
        throw catalog::Retryable("timed out");
    };
    http.then(look);
    OidcRole by_token = oidc();
    EXPECT_TRUE(fault(by_token).starts_with("retryable: "));
    http.then([&](const HttpRequest&, HttpResponse&) {
        EXPECT_TRUE(is_known("long-enough-base-token"));
        throw catalog::Retryable("timed out");
    });
    Role by_key = assumed("long-enough-base-token");
    EXPECT_TRUE(fault(by_key).starts_with("retryable: "));
    EXPECT_EQ(http.left(), 0U);
}

TEST_F(StsTest, AFaultOfTheBaseNamesBoth) {
    Role provider = assumed();
    std::filesystem::remove(folder / "secret");
    EXPECT_TRUE(fault(provider).starts_with(
        "refused: role: static: access_key_secret_file names DIR/secret, which does not exist"))
        << fault(provider);
    EXPECT_FALSE(provider.changed());
    world::write_file(folder / "secret", "b4se\n");
    EXPECT_TRUE(provider.changed()) << "its base has";
}

TEST_F(StsTest, WhatAPersonMustMendIsRefusedWithAdvice) {
    EXPECT_EQ(fault_of(404, "EntityNotExist.Role", "The role not exists: acs:ram::1:role/r."),
              "refused: oidc: STS answered 404 EntityNotExist.Role: The role not exists: "
              "acs:ram::1:role/r.; check the role's ARN: the cloud knows no such role or provider");
    EXPECT_TRUE(fault_of(403, "NoPermission", "You are not authorized.")
                    .ends_with("grant that one sts:AssumeRole"));
    EXPECT_TRUE(fault_of(400, "AuthenticationFail.OIDCToken.Expired", "This JWT is expired.")
                    .find("check provider_arn") != std::string::npos);
    EXPECT_TRUE(fault_of(404, "InvalidAccessKeyId.NotFound", "")
                    .starts_with("refused: oidc: STS answered 404 InvalidAccessKeyId.NotFound; "
                                 "Check access_key_id"));
    EXPECT_TRUE(fault_of(400, "Weird", "").ends_with("check the role's settings and sts_endpoint"));
}

TEST_F(StsTest, WhatMayPassIsRetryable) {
    EXPECT_EQ(fault_of(500, "InternalError", "Oops."),
              "retryable: oidc: STS answered 500 InternalError: Oops.; it is asked again");
    EXPECT_TRUE(fault_of(400, "Throttling.User", "slow").starts_with("retryable: "));
    OidcRole provider = oidc();
    http.then_answer(302, "");
    EXPECT_EQ(fault(provider), "retryable: oidc: STS answered 302 without code; it is asked again");
    http.then_answer(502, "<html>Bad Gateway</html>");
    EXPECT_EQ(fault(provider), "retryable: oidc: STS answered 502 without code; it is asked again");
    http.then_answer(200, "<html>");
    EXPECT_TRUE(fault(provider).starts_with("retryable: oidc: "));
    http.then_throw(catalog::Retryable("timed out"));
    EXPECT_EQ(fault(provider),
              "retryable: oidc: STS at https://sts.cn-shanghai.aliyuncs.com gave no answer: timed "
              "out; check network and sts_endpoint if it lasts");
    http.then_throw(catalog::Refused("its certificate does not verify"));
    EXPECT_EQ(fault(provider), "refused: oidc: its certificate does not verify");
}

TEST_F(StsTest, NoMessageRepeatsWhatWasSent) {
    const std::string said = fault_of(
        400, "SignatureDoesNotMatch",
        "Specified signature is not matched. server string to sign is:POST&%2F&jwt.one AccessKeyId"
        "=LTAI1234567890123456&SecurityToken=jwt.one");
    EXPECT_EQ(said.find("jwt.one"), std::string::npos) << said;
    EXPECT_EQ(said.find("LTAI1234"), std::string::npos) << said;
    EXPECT_LT(fault_of(400, "InvalidParameter", std::string(5000, 'x')).size(), 600U);
}

TEST_F(StsTest, ItsEndpointGoesByRegionAndNetwork) {
    EXPECT_EQ(sts_endpoint("", false).url(), "https://sts.aliyuncs.com");
    EXPECT_EQ(sts_endpoint("", true).url(), "https://sts.aliyuncs.com");
    EXPECT_EQ(sts_endpoint("cn-shanghai", false).url(), "https://sts.cn-shanghai.aliyuncs.com");
    EXPECT_EQ(sts_endpoint("cn-shanghai", true).url(), "https://sts-vpc.cn-shanghai.aliyuncs.com");
    EXPECT_THROW(static_cast<void>(sts_endpoint("evil.example/", false)), catalog::Unusable);
}

}  // namespace
}  // namespace vodcatalog
