#include "daemon/vod/credentials/ecs_role.h"

#include "tests/vod/provider_world.h"

namespace vodcatalog {
namespace {

using namespace std::chrono_literals;

constexpr const char* kRoles = "/latest/meta-data/ram/security-credentials/";
constexpr const char* kToken = "x-aliyun-ecs-metadata-token";

class EcsRoleTest : public ProviderWorld {
protected:
    EcsRole role(const std::string& name = "", bool imdsv1 = true) {
        return {{name, imdsv1}, metadata_endpoint(), http, clock, redactor};
    }
    static std::string body(const std::string& code = "Success") {
        return R"({"Code":")" + code + R"(","LastUpdated":"2026-01-02T03:00:00Z",)" +
               members("2026-01-02T04:04:05Z") + "}";
    }
    void give_token() { http.then_answer(200, "imds-t0ken"); }
    std::string fault_of(EcsRole provider) { return fault(provider); }
};

TEST_F(EcsRoleTest, TokenThenNameThenCredentials) {
    give_token();
    http.then_answer(200, "reader\n");
    http.then_answer(200, body());
    const Grant grant = role().fetch();
    EXPECT_EQ(grant.session.credentials, (Credentials{"STS.id", "s3cret", "t0ken"}));
    EXPECT_EQ(grant.session.provider, "ecs_role");
    EXPECT_EQ(left(grant), 1h);
    EXPECT_TRUE(is_known("imds-t0ken"));
    ASSERT_EQ(http.requests().size(), 3U);
    EXPECT_EQ(http.requests()[0].method, "PUT");
    EXPECT_EQ(http.requests()[0].target, "/latest/api/token");
    EXPECT_EQ(header_of(http.requests()[0], "X-aliyun-ecs-metadata-token-ttl-seconds"), "21600");
    EXPECT_EQ(http.requests()[1].target, kRoles);
    EXPECT_EQ(http.requests()[2].target, std::string(kRoles) + "reader");
    for (const HttpRequest& request : http.requests()) {
        EXPECT_EQ(request.endpoint.url(), "http://100.100.100.200");
        EXPECT_EQ(header_of(request, "Host"), "100.100.100.200");
        EXPECT_EQ(request.timeout, 1s);
        EXPECT_EQ(header_of(request, kToken), request.method == "PUT" ? "" : "imds-t0ken");
    }
}

TEST_F(EcsRoleTest, ANamedRoleIsNotLookedFor) {
    give_token();
    http.then_answer(200, body());
    static_cast<void>(role("re@der").fetch());
    EXPECT_EQ(http.requests().at(1).target, std::string(kRoles) + "re%40der");
}

TEST_F(EcsRoleTest, WithoutATokenItAsksPlainly) {
    http.then_answer(404, "");
    http.then_answer(200, body());
    static_cast<void>(role("reader").fetch());
    http.then_throw(catalog::Retryable("timed out"));
    http.then_answer(200, body());
    static_cast<void>(role("reader").fetch());
    http.then_answer(200, "no token\r\nX: y");
    http.then_answer(200, body());
    static_cast<void>(role("reader").fetch());
    for (const HttpRequest& request : http.requests()) EXPECT_EQ(header_of(request, kToken), "");
}

TEST_F(EcsRoleTest, WithoutATokenItDoesNotAskWhereThatIsTurnedOff) {
    http.then_answer(404, "");
    EXPECT_EQ(fault_of(role("reader", false)),
              "retryable: ecs_role: the metadata service at http://100.100.100.200 gave no token "
              "(status 404), and asking without one is turned off (imdsv1); if this is no ECS "
              "instance, give the account other credentials");
    http.then_throw(catalog::Retryable("timed out"));
    EXPECT_NE(fault_of(role("reader", false)).find("(timed out)"), std::string::npos);
    http.then_answer(200, std::string(5'000, 'x'));
    EXPECT_NE(fault_of(role("reader", false)).find("too long"), std::string::npos);
    EXPECT_EQ(http.requests().size(), 3U);
    give_token();
    http.then_answer(200, body());
    EXPECT_EQ(fault_of(role("reader", false)), "gave STS.id");
}

TEST_F(EcsRoleTest, AnInstanceWithoutRoleIsRefused) {
    give_token();
    http.then_answer(404, "not found");
    EXPECT_EQ(fault_of(role()),
              "refused: ecs_role: the metadata service at http://100.100.100.200 answered 404; "
              "attach a RAM role to this instance and, if ecs_role.name is given, check that it is "
              "the name of that role");
    for (const char* name : {"", "two roles", "../../x", "<html>"}) {
        give_token();
        http.then_answer(200, name);
        EXPECT_EQ(fault_of(role()),
                  "refused: ecs_role: the metadata service names no RAM role; attach one to this "
                  "instance")
            << name;
    }
}

TEST_F(EcsRoleTest, WhatMayPassIsRetryable) {
    give_token();
    http.then_answer(503, "");
    EXPECT_TRUE(fault_of(role("reader")).starts_with("retryable: ")) << fault_of(role("reader"));
    give_token();
    http.then_throw(catalog::Retryable("timed out"));
    EXPECT_EQ(fault_of(role("reader")),
              "retryable: ecs_role: the metadata service at http://100.100.100.200 gave no answer: "
              "timed out; if this is no ECS instance, give the account other credentials");
    give_token();
    http.then_answer(200, body("Failed"));
    EXPECT_NE(fault_of(role("reader")).find("the metadata service says Failed instead"),
              std::string::npos);
    for (const std::string& bad :
         {std::string("<html>"), std::string("{}"), body().substr(0, 90)}) {
        give_token();
        http.then_answer(200, bad);
        EXPECT_TRUE(fault_of(role("reader")).starts_with("retryable: ecs_role: ")) << bad;
    }
}

TEST_F(EcsRoleTest, PlainHttpGoesToThatOneAddressAlone) {
    EXPECT_EQ(parse_metadata_endpoint("http://100.100.100.200"), metadata_endpoint());
    EXPECT_EQ(parse_metadata_endpoint("http://100.100.100.200/"), metadata_endpoint());
    EXPECT_EQ(parse_metadata_endpoint("http://127.0.0.1:8080").port, 8080);
    EXPECT_TRUE(parse_metadata_endpoint("https://metadata.example").tls);
    for (const char* text : {"http://100.100.100.201", "http://100.100.100.200:81",
                             "http://100.100.100.200.example", "http://169.254.169.254"})
        EXPECT_THROW(static_cast<void>(parse_metadata_endpoint(text)), catalog::Unusable) << text;
}

}  // namespace
}  // namespace vodcatalog
