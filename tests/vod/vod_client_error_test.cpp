#include "tests/vod/vod_client_world.h"

namespace vodcatalog {
namespace {

class VodClientErrorTest : public VodClientWorld {};

// ---- Errors

TEST_F(VodClientErrorTest, TellsWhatAnErrorSays) {
    const CallError error = error_of(400, error_body("Throttling.User", "Too many."));
    EXPECT_EQ(error.error_class, CallErrorClass::throttled);
    EXPECT_EQ(error.code, "Throttling.User");
    EXPECT_EQ(error.message, "Too many.");
    EXPECT_NE(error.advice.find("more slowly"), std::string::npos);
    EXPECT_EQ(error.http_status, 400);
    EXPECT_EQ(error.request_id, "r-9");
    EXPECT_EQ(error.retry_after, std::nullopt);
}

TEST_F(VodClientErrorTest, NamesTheOperationThatIsNotPermitted) {
    const CallError batch = error_of(403, error_body("Forbidden.RAM", "Not authorized."));
    EXPECT_EQ(batch.error_class, CallErrorClass::permission);
    EXPECT_EQ(batch.message, "vod:GetImageInfos: Not authorized.");
    EXPECT_EQ(error_of(403, error_body("NoPermission"), Operation::get_image_info).message,
              "vod:GetImageInfo: Why.");
}

TEST_F(VodClientErrorTest, ReadsErrorsOfOtherForms) {
    const CallError xml = error_of(403,
                                   "<?xml version='1.0'?><Error><RequestId>r-2</RequestId><Code>"
                                   "Forbidden</Code><Message>No.</Message></Error>");
    EXPECT_EQ(xml.error_class, CallErrorClass::permission);
    EXPECT_EQ(xml.request_id, "r-2");
    const CallError lower = error_of(503, R"({"code":"serviceunavailable","requestId":"r-3"})");
    EXPECT_EQ(lower.error_class, CallErrorClass::server);
    EXPECT_EQ(lower.code, "serviceunavailable");
    EXPECT_EQ(lower.request_id, "r-3");
}

TEST_F(VodClientErrorTest, WhatIsNoErrorOfTheApiGoesByItsStatus) {
    const std::tuple<int, const char*, CallErrorClass> cases[] = {
        {500, "", CallErrorClass::server},
        {502, "<html>bad</html>", CallErrorClass::server},
        {503, "{", CallErrorClass::server},
        {429, "", CallErrorClass::throttled},
        {302, "", CallErrorClass::server},
        {204, "", CallErrorClass::server},
        {201, kFound, CallErrorClass::server},
        {404, "[]", CallErrorClass::server},
        {999, "\xff\xfe", CallErrorClass::server},
        {403, "<html>", CallErrorClass::server}};
    for (const auto& [status, body, error_class] : cases) {
        const CallError error = error_of(status, body);
        EXPECT_EQ(to_string(error.error_class), to_string(error_class)) << status;
        EXPECT_EQ(error.code, "HTTP" + std::to_string(status));
        EXPECT_TRUE(error.message.starts_with("the answer has no error code")) << error.message;
        EXPECT_EQ(error.http_status, status);
    }
}

TEST_F(VodClientErrorTest, ACodeThatIsNoSuccessMakesAnErrorOfA200) {
    const CallError error = error_of(200, error_body("Throttling.User"));
    EXPECT_EQ(error.error_class, CallErrorClass::throttled);
    EXPECT_EQ(error.message, "Why.");
    EXPECT_EQ(error.request_id, "r-9");
    EXPECT_EQ(error.http_status, 200);
    // Even beside what looks like an answer.
    EXPECT_EQ(error_of(200, R"({"ImageInfo":[],"code":"InternalError"})").code, "InternalError");
    for (const char* code :
         {"200", "\"200\"", "\"OK\"", "\"Success\"", "\"success\"", "null", "\"\""})
        EXPECT_EQ(error_of(200, std::string(R"({"ImageInfo":[],"Code":)") + code + "}").code,
                  "no error")
            << code;
    // In an image it is nothing special.
    EXPECT_EQ(error_of(200, R"({"ImageInfo":[{"ImageId":"a","Code":"x"}]})").code, "no error");
}

TEST_F(VodClientErrorTest, A200ThatIsNoAnswerIsAServersError) {
    for (const char* body : {"", "{", "null", "[]", "{}", "<html>", R"({"RequestId":"r"})",
                             R"({"ImageInfo":7})", R"({"Code":{},"ImageInfo":[]})"}) {
        const CallError error = error_of(200, body);
        EXPECT_EQ(error.error_class, CallErrorClass::server) << body;
        EXPECT_EQ(error.http_status, 200);
    }
    const CallError error = error_of(200, "<html>" + std::string(10'000, 'x'));
    EXPECT_EQ(error.code, "InvalidResponse");
    EXPECT_NE(error.message.find("<html>xxx"), std::string::npos) << error.message;
    EXPECT_LE(error.message.size(), 300U);
}

TEST_F(VodClientErrorTest, ATransportErrorIsNotTriedAgain) {
    http_.then_throw(catalog::Retryable("connection refused"));
    const CallError error = *ask().error;
    EXPECT_EQ(error.error_class, CallErrorClass::transport);
    EXPECT_EQ(error.code, "Transport");
    EXPECT_EQ(error.message, "connection refused");
    EXPECT_EQ(error.http_status, 0);
}

TEST_F(VodClientErrorTest, ACertificateThatDoesNotVerifyIsForAPerson) {
    http_.then_throw(catalog::Refused("the certificate has expired"));
    const CallError error = *ask().error;
    EXPECT_EQ(error.error_class, CallErrorClass::endpoint);
    EXPECT_EQ(error.code, "Certificate");
    EXPECT_EQ(error.message, "the certificate has expired");
}

TEST_F(VodClientErrorTest, AProxyThatSaysNoIsForAPersonToo) {
    http_.then_throw(ProxyRefused("the proxy answers 407"));
    const CallError error = *ask().error;
    EXPECT_EQ(error.error_class, CallErrorClass::endpoint);
    EXPECT_EQ(error.code, "ProxyRefused");
    EXPECT_EQ(error.message, "the proxy answers 407");
    EXPECT_NE(error.advice.find("password_file"), std::string::npos) << error.advice;
}

TEST_F(VodClientErrorTest, NoErrorHoldsASecret) {
    account_.signature = SignatureVersion::v1;
    sessions_->session_ = session("1", "CANARYTOKEN+/=");
    const std::string plain = "CANARYKEY-1 CANARYSECRET-1 CANARYTOKEN+/=";
    const std::string named =
        "AccessKeyId=CANARYOTHER&Signature=CANARYSIGNATURE server string to sign is:CANARYALL";
    const auto check = [](const CallError& error) {
        const std::string all = error.code + error.message + error.advice + error.request_id;
        EXPECT_EQ(all.find("CANARY"), std::string::npos) << all;
        EXPECT_NE(all.find("***"), std::string::npos) << all;
    };
    for (const std::string& said : {plain, named}) {
        for (const char* code : {"SignatureDoesNotMatch", "Forbidden", "InvalidTimeStamp.Expired"})
            check(error_of(400, error_body(code, said)));
        check(error_of(200, error_body("Throttling", said)));
        check(error_of(502, "<html>" + said + "</html>"));
        check(error_of(200, "<html>" + said + "</html>"));
        http_.then_throw(catalog::Retryable("cannot reach https://vod/?" + said));
        check(*ask().error);
        http_.then_throw(catalog::Refused("not the certificate of " + said));
        check(*ask().error);
    }
    check(error_of(400, error_body("CANARYKEY-1")));
    check(error_of(400, R"({"Code":"x","RequestId":"CANARYSECRET-1"})"));
    // The whole of what was sent, echoed.
    http_.then([](const HttpRequest& request, HttpResponse& response) {
        response.status = 502;
        response.body = request.body;
    });
    check(*ask().error);
    http_.then([](const HttpRequest& request, HttpResponse& response) {
        response.status = 502;
        response.body = "no " + request.body.substr(request.body.find("Signature=") + 10);
    });
    EXPECT_EQ(ask().error->message, "the answer has no error code: no ***");
}

TEST_F(VodClientErrorTest, CutsLongTexts) {
    const std::string umlauts = [] {
        std::string out;
        for (int i = 0; i < 5'000; ++i) out += "ü";
        return out;
    }();
    const CallError error = error_of(400, error_body(umlauts, umlauts));
    EXPECT_LE(error.code.size(), 128U);
    EXPECT_LE(error.message.size(), 300U);
    EXPECT_TRUE(error.message.ends_with("ü...")) << error.message;
}

// ---- Hints

TEST_F(VodClientErrorTest, TellsForHowLongTheServerWantsNoCalls) {
    http_.then_answer(400, error_body("Throttling.User"),
                      {{"x-acs-retry-after", "1500"}, {"Retry-After", "1"}});
    EXPECT_EQ(ask().wait_hint, 1500ms);
    EXPECT_EQ(outcome_.error->retry_after, 1500ms);
    http_.then_answer(503, "", {{"Retry-After", "2"}});
    EXPECT_EQ(ask().wait_hint, 2s);
    http_.then_answer(400, error_body("Throttling"));
    EXPECT_EQ(ask().wait_hint, std::nullopt);
}

TEST_F(VodClientErrorTest, TellsThatTheLimitIsUsedUpWithAGoodAnswer) {
    http_.then_answer(200, kFound, {{"x-ratelimit-user", "Limit:9,Remain:0,TimeLeft:800"}});
    EXPECT_FALSE(ask().error);
    EXPECT_EQ(outcome_.wait_hint, 800ms);
    http_.then_answer(200, kFound,
                      {{"x-ratelimit-user", "Limit:9,Remain:1,TimeLeft:800"},
                       {"Retry-After", "9"},
                       {"x-acs-retry-after", "9"}});
    EXPECT_EQ(ask().wait_hint, std::nullopt);
    http_.then_answer(404, error_body("NoSuchResource"),
                      {{"x-ratelimit-user-api", "Limit:9,Remain:0,TimeLeft:5"}});
    EXPECT_EQ(ask_one().wait_hint, 5ms);
}

TEST_F(VodClientErrorTest, CountsADateByTheServersClock) {
    const WallTime cloud = clock_.undisturbed();
    clock_.jump_wall(-20min);
    http_.then_answer(503, "",
                      {{"Date", date_header(cloud)}, {"Retry-After", date_header(cloud + 30s)}});
    EXPECT_EQ(ask().wait_hint, 29'500ms);
}

}  // namespace
}  // namespace vodcatalog
