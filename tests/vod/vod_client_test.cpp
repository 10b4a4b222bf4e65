#include "daemon/vod/vod_client.h"

#include <gtest/gtest.h>

#include <ctime>
#include <set>

#include "tests/vod/allocation_count.h"
#include "tests/world/fake_clock.h"
#include "tests/world/fake_http_client.h"
#include "tests/world/fake_random.h"

namespace vodcatalog {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr const char* kFound =
    R"({"RequestId":"r-1","ImageInfo":[{"ImageId":"a","Status":"Normal"}],)"
    R"("NonExistImageIds":["b"]})";
constexpr const char* kOne = R"({"RequestId":"r-1","ImageInfo":{"ImageId":"a","Status":"Normal"}})";

std::string error_body(const std::string& code, const std::string& message = "Why.") {
    return R"({"RequestId":"r-9","HostId":"vod","Code":")" + code + R"(","Message":")" + message +
           "\"}";
}

std::string date_header(WallTime time) {
    const std::time_t seconds =
        std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[40];
    return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts)};
}

/// Sessions as a test gives them; keeps which were refused.
class Sessions final : public SessionSource {
public:
    [[nodiscard]] std::shared_ptr<const Session> current() const override { return session_; }
    void refused(const std::shared_ptr<const Session>& session) override {
        refused_.push_back(session);
        if (next_) session_ = std::exchange(next_, nullptr);
    }

    std::shared_ptr<const Session> session_;
    std::shared_ptr<const Session> next_;  ///< What the first refusal is followed by.
    std::vector<std::shared_ptr<const Session>> refused_;
};

std::shared_ptr<const Session> session(const std::string& name, const std::string& token = "") {
    return std::make_shared<const Session>(
        Session{{"CANARYKEY-" + name, "CANARYSECRET-" + name, token}, std::nullopt, "a test"});
}

class VodClientTest : public testing::Test {
protected:
    VodClientTest() {
        sessions_->session_ = session("1");
        account_.name = "main";
        account_.endpoint = parse_endpoint("https://vod.cn-shanghai.aliyuncs.com");
        account_.sessions = sessions_;
    }

    const CallOutcome& ask(Operation operation = Operation::get_image_infos) {
        if (!client_) client_.emplace(account_, http_, clock_, random_);
        const std::vector<std::string_view> ids{"a", "b"};
        client_->call(operation, std::span(ids).first(std::min(ids.size(), ids_max(operation))),
                      outcome_);
        EXPECT_EQ(http_.left(), 0U);
        return outcome_;
    }
    const CallOutcome& ask_one() { return ask(Operation::get_image_info); }

    /// The error that this answer makes of a call.
    CallError error_of(int status, const std::string& body,
                       Operation operation = Operation::get_image_infos) {
        http_.then_answer(status, body);
        CallError none;
        none.code = "no error";
        return ask(operation).error.value_or(none);
    }

    [[nodiscard]] std::string header(std::size_t request, const std::string& name) const {
        for (const auto& [its_name, value] : http_.requests().at(request).headers) {
            if (its_name == name) return value;
        }
        return {};
    }

    std::shared_ptr<Sessions> sessions_ = std::make_shared<Sessions>();
    VodAccount account_;
    world::FakeHttpClient http_;
    world::FakeClock clock_;
    world::FakeRandom random_;
    std::optional<VodClient> client_;
    CallOutcome outcome_;
};

// ---- What is asked

TEST_F(VodClientTest, AsksForAllImagesInOneCall) {
    account_.output_type = "oss";
    account_.auth_timeout = 3600s;
    account_.timeout = 3s;
    http_.then_answer(200, kFound);
    ask();
    EXPECT_EQ(http_.requests()[0].target, "/?AuthTimeout=3600&ImageIds=a%2Cb&OutputType=oss");
    EXPECT_EQ(http_.requests()[0].timeout, 3s);
    EXPECT_EQ(header(0, "x-acs-action"), "GetImageInfos");
    EXPECT_EQ(header(0, "x-acs-date"), "2026-01-02T03:04:05Z");
    EXPECT_EQ(header(0, "host"), "vod.cn-shanghai.aliyuncs.com");
}

TEST_F(VodClientTest, AsksForOneImageAlone) {
    account_.output_type = "cdn";
    http_.then_answer(200, kOne);
    ask_one();
    EXPECT_EQ(http_.requests()[0].target, "/?ImageId=a&OutputType=cdn");
    EXPECT_EQ(header(0, "x-acs-action"), "GetImageInfo");
}

TEST_F(VodClientTest, SendsNoParameterThatIsNotSet) {
    http_.then_answer(200, kFound);
    ask();
    EXPECT_EQ(http_.requests()[0].target, "/?ImageIds=a%2Cb");
}

TEST_F(VodClientTest, SendsV1AsAForm) {
    account_.signature = SignatureVersion::v1;
    account_.output_type = "oss";
    account_.auth_timeout = 60s;
    http_.then_answer(200, kFound);
    ask();
    http_.then_answer(200, kOne);
    ask_one();
    const std::string& batch = http_.requests()[0].body;
    EXPECT_TRUE(
        batch.starts_with("AccessKeyId=CANARYKEY-1&Action=GetImageInfos&AuthTimeout=60&"
                          "Format=JSON&ImageIds=a%2Cb&OutputType=oss&SignatureMethod="))
        << batch;
    const std::string& one = http_.requests()[1].body;
    EXPECT_TRUE(
        one.starts_with("AccessKeyId=CANARYKEY-1&Action=GetImageInfo&AuthTimeout=60&"
                        "Format=JSON&ImageId=a&OutputType=oss&SignatureMethod="))
        << one;
}

TEST_F(VodClientTest, RefusesACallForNoOrTooManyImages) {
    client_.emplace(account_, http_, clock_, random_);
    const std::vector<std::string_view> ids(21, "a");
    const std::span all(ids);
    EXPECT_THROW(client_->call(Operation::get_image_infos, all, outcome_), std::logic_error);
    EXPECT_THROW(client_->call(Operation::get_image_infos, {}, outcome_), std::logic_error);
    EXPECT_THROW(client_->call(Operation::get_image_info, all.first(2), outcome_),
                 std::logic_error);
    http_.then_answer(200, kFound);
    EXPECT_NO_THROW(client_->call(Operation::get_image_infos, all.first(20), outcome_));
}

// ---- Answers

TEST_F(VodClientTest, ReadsAnswers) {
    http_.then([this](const auto&, auto& response) {
        clock_.advance(250ms);
        response.status = 200;
        response.body = kFound;
    });
    const CallOutcome& batch = ask();
    ASSERT_FALSE(batch.error);
    EXPECT_EQ(batch.answer.request_id, "r-1");
    ASSERT_EQ(batch.answer.image_count, 1U);
    EXPECT_EQ(batch.answer.images[0].image_id, "a");
    EXPECT_EQ(batch.answer.not_exist, std::vector<std::string>{"b"});
    EXPECT_EQ(batch.duration, 250ms);
    EXPECT_EQ(batch.server_ahead, std::nullopt);
    EXPECT_EQ(batch.wait_hint, std::nullopt);
    http_.then_answer(200, kOne);
    EXPECT_EQ(ask_one().answer.image_count, 1U);
}

TEST_F(VodClientTest, TakesNoSuchResourceForAnAnswerAboutTheOneImage) {
    for (const char* code : {"NoSuchResource", "nosuchresource"}) {
        http_.then_answer(404, error_body(code));
        const CallOutcome& outcome = ask_one();
        ASSERT_FALSE(outcome.error);
        EXPECT_EQ(outcome.answer.request_id, "r-9");
        EXPECT_EQ(outcome.answer.image_count, 0U);
        EXPECT_EQ(outcome.answer.not_exist, std::vector<std::string>{"a"});
    }
}

TEST_F(VodClientTest, TakesNothingElseForAMissingImage) {
    const auto batch = error_of(404, error_body("NoSuchResource"));
    EXPECT_EQ(batch.code, "NoSuchResource");
    EXPECT_EQ(batch.error_class, CallErrorClass::request);
    for (const auto& [status, body] : std::vector<std::pair<int, std::string>>{
             {400, error_body("NoSuchResource")},
             {200, error_body("NoSuchResource")},
             {500, error_body("NoSuchResource")},
             {404, error_body("NoSuchResource.Image")},
             {404, error_body("InvalidImage.NotFound")},
             {404, error_body("InvalidImageId.NotFound")},
             {404, error_body("InvalidAccessKeyId.NotFound")},
             {404, error_body("InvalidAction.NotFound")},
             {404, error_body("InvalidApi.NotFound")},
             {404, error_body("InvalidProduct.NotFound")},
             {404, error_body("InvalidProtocol.NeedSsl")},
             {404, error_body("")},
             {404, error_body("Other", "NoSuchResource")},
             {404, "NoSuchResource"},
             {404, "<html><body>404 NoSuchResource</body></html>"},
             {404, ""}}) {
        http_.then_answer(status, body);
        EXPECT_TRUE(ask_one().error) << status << body;
    }
}

TEST_F(VodClientTest, AnErrorIsGoneWithTheNextAnswer) {
    http_.then_answer(500, error_body("InternalError"), {{"Retry-After", "9"}});
    EXPECT_TRUE(ask().error);
    http_.then_answer(200, kFound);
    EXPECT_FALSE(ask().error);
    EXPECT_EQ(outcome_.wait_hint, std::nullopt);
}

// ---- Errors

TEST_F(VodClientTest, TellsWhatAnErrorSays) {
    const CallError error = error_of(400, error_body("Throttling.User", "Too many."));
    EXPECT_EQ(error.error_class, CallErrorClass::throttled);
    EXPECT_EQ(error.code, "Throttling.User");
    EXPECT_EQ(error.message, "Too many.");
    EXPECT_NE(error.advice.find("more slowly"), std::string::npos);
    EXPECT_EQ(error.http_status, 400);
    EXPECT_EQ(error.request_id, "r-9");
    EXPECT_EQ(error.retry_after, std::nullopt);
}

TEST_F(VodClientTest, NamesTheOperationThatIsNotPermitted) {
    const CallError batch = error_of(403, error_body("Forbidden.RAM", "Not authorized."));
    EXPECT_EQ(batch.error_class, CallErrorClass::permission);
    EXPECT_EQ(batch.message, "vod:GetImageInfos: Not authorized.");
    EXPECT_EQ(error_of(403, error_body("NoPermission"), Operation::get_image_info).message,
              "vod:GetImageInfo: Why.");
}

TEST_F(VodClientTest, ReadsErrorsOfOtherForms) {
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

TEST_F(VodClientTest, WhatIsNoErrorOfTheApiGoesByItsStatus) {
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

TEST_F(VodClientTest, ACodeThatIsNoSuccessMakesAnErrorOfA200) {
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

TEST_F(VodClientTest, A200ThatIsNoAnswerIsAServersError) {
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

TEST_F(VodClientTest, ATransportErrorIsNotTriedAgain) {
    http_.then_throw(catalog::Retryable("connection refused"));
    const CallError error = *ask().error;
    EXPECT_EQ(error.error_class, CallErrorClass::transport);
    EXPECT_EQ(error.code, "Transport");
    EXPECT_EQ(error.message, "connection refused");
    EXPECT_EQ(error.http_status, 0);
}

TEST_F(VodClientTest, ACertificateThatDoesNotVerifyIsForAPerson) {
    http_.then_throw(catalog::Refused("the certificate has expired"));
    const CallError error = *ask().error;
    EXPECT_EQ(error.error_class, CallErrorClass::endpoint);
    EXPECT_EQ(error.code, "Certificate");
    EXPECT_EQ(error.message, "the certificate has expired");
}

TEST_F(VodClientTest, NoErrorHoldsASecret) {
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

TEST_F(VodClientTest, CutsLongTexts) {
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

// ---- Sessions

TEST_F(VodClientTest, WithoutCredentialsNothingIsSent) {
    sessions_->session_ = nullptr;
    const CallError error = *ask().error;
    EXPECT_EQ(error.error_class, CallErrorClass::credentials);
    EXPECT_EQ(error.code, "NoCredentials");
    EXPECT_FALSE(error.message.empty());
    EXPECT_NE(error.advice.find("the account's credentials"), std::string::npos);
    EXPECT_TRUE(http_.requests().empty());
    EXPECT_TRUE(sessions_->refused_.empty());

    sessions_->session_ = session("2");
    http_.then_answer(200, kFound);
    EXPECT_FALSE(ask().error);
    sessions_->session_ = nullptr;
    EXPECT_EQ(ask().error->code, "NoCredentials");
}

TEST_F(VodClientTest, SignsEachCallWithTheCurrentSession) {
    http_.then_answer(200, kFound);
    ask();
    sessions_->session_ = session("2", "token");
    http_.then_answer(200, kFound);
    ask();
    EXPECT_NE(header(0, "Authorization").find("Credential=CANARYKEY-1,"), std::string::npos);
    EXPECT_EQ(header(0, "x-acs-security-token"), "");
    EXPECT_NE(header(1, "Authorization").find("Credential=CANARYKEY-2,"), std::string::npos);
    EXPECT_EQ(header(1, "x-acs-security-token"), "token");
    EXPECT_EQ(header(1, "x-acs-accesskey-id"), "CANARYKEY-2");
}

TEST_F(VodClientTest, TriesAnExpiredSessionAgainAtOnceOnlyIfAnotherHasCome) {
    for (const char* code : {"InvalidSecurityToken.Expired", "InvalidAccessKeyId.NotFound",
                             "InvalidAccessKeyId.Inactive", "SignatureDoesNotMatch"}) {
        SCOPED_TRACE(code);
        const auto old = sessions_->session_;
        const std::size_t refused = sessions_->refused_.size();
        const std::size_t requests = http_.requests().size();

        http_.then_answer(400, error_body(code));
        EXPECT_EQ(ask().error->code, code);
        EXPECT_EQ(http_.requests().size(), requests + 1);

        sessions_->next_ = session("2", "token");
        http_.then_answer(400, error_body(code));
        http_.then_answer(200, kFound);
        EXPECT_FALSE(ask().error);
        EXPECT_NE(header(requests + 2, "Authorization").find("CANARYKEY-2"), std::string::npos);
        ASSERT_EQ(sessions_->refused_.size(), refused + 2);
        EXPECT_EQ(sessions_->refused_.back(), old);
        sessions_->session_ = session("1");
    }
}

TEST_F(VodClientTest, AnExpiredSessionIsAClassOfItsOwn) {
    EXPECT_EQ(error_of(403, error_body("InvalidSecurityToken.Expired")).error_class,
              CallErrorClass::session);
}

TEST_F(VodClientTest, TriesOneOtherSessionAndNoMore) {
    const auto second = session("2");
    sessions_->next_ = second;
    http_.then_answer(400, error_body("InvalidSecurityToken.Expired"));
    http_.then([&](const auto&, auto& response) {
        sessions_->next_ = session("3");
        response.status = 400;
        response.body = error_body("InvalidSecurityToken.Expired");
    });
    EXPECT_EQ(ask().error->error_class, CallErrorClass::session);
    EXPECT_EQ(sessions_->refused_.size(), 2U);
    EXPECT_EQ(sessions_->refused_.back(), second);
}

TEST_F(VodClientTest, DoesNotTryAgainWhenTheOtherSessionIsNone) {
    http_.then([this](const auto&, auto& response) {
        sessions_->session_ = nullptr;
        response.status = 400;
        response.body = error_body("InvalidSecurityToken.Expired");
    });
    EXPECT_EQ(ask().error->code, "InvalidSecurityToken.Expired");
}

TEST_F(VodClientTest, BlamesTheSessionForNothingElse) {
    sessions_->next_ = session("2");
    for (const char* code : {"Forbidden.RAM", "OperationDenied", "Throttling", "InternalError",
                             "InvalidParameter", "InvalidVersion", "IncompleteSignature"}) {
        EXPECT_EQ(error_of(400, error_body(code)).code, code);
    }
    EXPECT_TRUE(sessions_->refused_.empty());
}

// ---- Second attempts

TEST_F(VodClientTest, ASecondAttemptIsSignedAfresh) {
    http_.then([this](const auto&, auto&) {
        clock_.advance(1s);
        sessions_->session_ = session("2");
        throw StaleConnection("closed");
    });
    http_.then_answer(200, kFound);
    EXPECT_FALSE(ask().error);
    ASSERT_EQ(http_.requests().size(), 2U);
    EXPECT_NE(header(0, "x-acs-signature-nonce"), header(1, "x-acs-signature-nonce"));
    EXPECT_EQ(header(0, "x-acs-date"), "2026-01-02T03:04:05Z");
    EXPECT_EQ(header(1, "x-acs-date"), "2026-01-02T03:04:06Z");
    EXPECT_NE(header(1, "Authorization").find("CANARYKEY-2"), std::string::npos);
    EXPECT_EQ(http_.requests()[0].target, http_.requests()[1].target);
}

TEST_F(VodClientTest, AConnectionThatIsStaleTwiceIsATransportError) {
    http_.then_throw(StaleConnection("closed"));
    http_.then_throw(StaleConnection("closed again"));
    const CallError error = *ask().error;
    EXPECT_EQ(error.error_class, CallErrorClass::transport);
    EXPECT_EQ(error.message, "closed again");
}

TEST_F(VodClientTest, TheSessionMayBeGoneOnceTheConnectionIsStale) {
    http_.then([this](const auto&, auto&) {
        sessions_->session_ = nullptr;
        throw StaleConnection("closed");
    });
    EXPECT_EQ(ask().error->code, "NoCredentials");
}

TEST_F(VodClientTest, SignsAgainOnceWhereANonceWasUsed) {
    http_.then_answer(400, error_body("signaturenonceused"));
    http_.then_answer(200, kFound);
    EXPECT_FALSE(ask().error);
    EXPECT_NE(header(0, "x-acs-signature-nonce"), header(1, "x-acs-signature-nonce"));

    http_.then_answer(400, error_body("SignatureNonceUsed"));
    http_.then_answer(400, error_body("SignatureNonceUsed"));
    EXPECT_EQ(ask().error->error_class, CallErrorClass::server);
}

TEST_F(VodClientTest, EachCauseIsGoodForOneMoreAttempt) {
    sessions_->next_ = session("2");
    clock_.jump_wall(-20min);
    const Headers now{{"Date", date_header(clock_.undisturbed())}};
    http_.then_throw(StaleConnection("closed"));
    http_.then_answer(400, error_body("SignatureNonceUsed"));
    http_.then_answer(400, error_body("InvalidTimeStamp.Expired"), now);
    http_.then_answer(400, error_body("InvalidSecurityToken.Expired"));
    http_.then_answer(400, error_body("SignatureNonceUsed"));
    EXPECT_EQ(ask().error->code, "SignatureNonceUsed");
}

// ---- Clocks

/// A cloud that takes a request only if its time is right to 15 minutes.
class VodClientClockTest : public VodClientTest {
protected:
    void expect_request() {
        http_.then([this](const HttpRequest& request, HttpResponse& response) {
            const auto signed_at = catalog::from_iso(time_of(request));
            ASSERT_TRUE(signed_at);
            const bool good = std::chrono::abs(*signed_at - clock_.undisturbed()) <= 15min;
            response.status = good ? 200 : 400;
            response.body = good ? kFound : error_body("InvalidTimeStamp.Expired", "Expired.");
            response.headers.clear();
            if (dated_) response.headers = {{"Date", date_header(clock_.undisturbed())}};
        });
    }
    /// A call for which just so many requests are sent.
    const CallOutcome& ask_in(int requests) {
        for (int i = 0; i < requests; ++i) expect_request();
        return ask();
    }
    static std::string time_of(const HttpRequest& request) {
        for (const auto& [name, value] : request.headers) {
            if (name == "x-acs-date") return value;
        }
        const std::size_t at = request.body.find("Timestamp=") + 10;
        std::string time = request.body.substr(at, request.body.find('&', at) - at);
        for (std::size_t colon; (colon = time.find("%3A")) != std::string::npos;)
            time.replace(colon, 3, ":");
        return time;
    }

    bool dated_ = true;
};

TEST_F(VodClientClockTest, SignsByTheCloudsClockWhereThisMachinesIsOff) {
    for (const auto version : {SignatureVersion::v1, SignatureVersion::v3}) {
        for (const milliseconds behind :
             {milliseconds{20min}, milliseconds{-20min}, milliseconds{23h}, milliseconds{-23h}}) {
            SCOPED_TRACE(behind.count());
            account_.signature = version;
            client_.reset();
            clock_.jump_wall(-behind);
            const CallOutcome& first = ask_in(2);
            EXPECT_FALSE(first.error);
            EXPECT_EQ(first.server_ahead, behind + 500ms);
            for (int i = 0; i < 3; ++i) {
                clock_.advance(10min);
                const CallOutcome& next = ask_in(1);
                EXPECT_FALSE(next.error);
                EXPECT_EQ(next.server_ahead, behind + 500ms);
            }
            clock_.jump_wall(behind);
        }
    }
}

TEST_F(VodClientClockTest, FollowsAClockThatJumps) {
    EXPECT_FALSE(ask_in(1).error);
    clock_.jump_wall(-20min);
    EXPECT_FALSE(ask_in(2).error);
    EXPECT_FALSE(ask_in(1).error);
    clock_.jump_wall(20min);  // somebody set it right
    EXPECT_FALSE(ask_in(2).error);
    EXPECT_FALSE(ask_in(1).error);
    clock_.jump_wall(10min);  // the cloud would not mind
    EXPECT_FALSE(ask_in(1).error);
    clock_.jump_wall(10min);  // 10 min of it are known of
    EXPECT_FALSE(ask_in(1).error);
    EXPECT_EQ(outcome_.server_ahead, -20min + 500ms);
}

TEST_F(VodClientClockTest, AClockThatIsDaysOffIsForAPerson) {
    clock_.jump_wall(-48h);
    const CallError behind = *ask_in(1).error;
    EXPECT_EQ(behind.error_class, CallErrorClass::clock);
    EXPECT_EQ(behind.code, "InvalidTimeStamp.Expired");
    EXPECT_EQ(behind.message, "this machine's clock is 2 days behind the cloud's: Expired.");
    EXPECT_EQ(outcome_.server_ahead, 48h + 500ms);
    clock_.jump_wall(96h);
    EXPECT_EQ(ask_in(1).error->message,
              "this machine's clock is 2 days ahead of the cloud's: Expired.");
    clock_.jump_wall(-48h);
    EXPECT_FALSE(ask_in(1).error);
}

TEST_F(VodClientClockTest, ComingBackFromADaysOffNeedsNoFurtherMeasure) {
    clock_.jump_wall(-48h);
    EXPECT_TRUE(ask_in(1).error);
    clock_.jump_wall(48h - 20min);
    EXPECT_FALSE(ask_in(2).error);
}

TEST_F(VodClientClockTest, DoesNotCompensateIfItMayNot) {
    account_.compensate_clock = false;
    clock_.jump_wall(20min);
    EXPECT_EQ(ask_in(1).error->message,
              "this machine's clock is 20 min ahead of the cloud's: Expired.");
    EXPECT_EQ(outcome_.server_ahead, -20min + 500ms);
    clock_.jump_wall(-6min);  // near enough
    EXPECT_FALSE(ask_in(1).error);
}

TEST_F(VodClientClockTest, ItTakesADateHeaderToKnow) {
    dated_ = false;
    clock_.jump_wall(20min);
    const CallError error = *ask_in(1).error;
    EXPECT_EQ(error.error_class, CallErrorClass::clock);
    EXPECT_EQ(error.message, "Expired.");
    EXPECT_EQ(outcome_.server_ahead, std::nullopt);
}

TEST_F(VodClientClockTest, SignsAgainOnlyOnce) {
    clock_.jump_wall(-20min);
    expect_request();
    http_.then([this](const auto&, HttpResponse& response) {
        clock_.jump_wall(-1h);  // a clock that runs wild
        response.status = 400;
        response.body = error_body("InvalidTimeStamp.Expired", "Expired.");
        response.headers = {{"Date", date_header(clock_.undisturbed())}};
    });
    EXPECT_EQ(ask().error->message, "this machine's clock is 80 min behind the cloud's: Expired.");
}

TEST_F(VodClientClockTest, ARefusedTimeIsNotTriedAgainWhileClocksAgree) {
    http_.then_answer(400, error_body("InvalidTimeStamp.Expired", "Expired."),
                      {{"Date", date_header(clock_.undisturbed())}});
    EXPECT_EQ(ask().error->message, "Expired.");
}

TEST_F(VodClientClockTest, TheFailedAttemptsMeasureIsKeptIfTheNextGetsNoAnswer) {
    clock_.jump_wall(-20min);
    expect_request();
    http_.then_throw(catalog::Retryable("cut off"));
    EXPECT_EQ(ask().error->code, "Transport");
    EXPECT_EQ(outcome_.server_ahead, 20min + 500ms);
}

// ---- Hints

TEST_F(VodClientTest, TellsForHowLongTheServerWantsNoCalls) {
    http_.then_answer(400, error_body("Throttling.User"),
                      {{"x-acs-retry-after", "1500"}, {"Retry-After", "1"}});
    EXPECT_EQ(ask().wait_hint, 1500ms);
    EXPECT_EQ(outcome_.error->retry_after, 1500ms);
    http_.then_answer(503, "", {{"Retry-After", "2"}});
    EXPECT_EQ(ask().wait_hint, 2s);
    http_.then_answer(400, error_body("Throttling"));
    EXPECT_EQ(ask().wait_hint, std::nullopt);
}

TEST_F(VodClientTest, TellsThatTheLimitIsUsedUpWithAGoodAnswer) {
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

TEST_F(VodClientTest, CountsADateByTheServersClock) {
    const WallTime cloud = clock_.undisturbed();
    clock_.jump_wall(-20min);
    http_.then_answer(503, "",
                      {{"Date", date_header(cloud)}, {"Retry-After", date_header(cloud + 30s)}});
    EXPECT_EQ(ask().wait_hint, 29'500ms);
}

// ---- Cost

class Canned final : public HttpClient {
public:
    void send(const HttpRequest&, HttpResponse& response) override {
        response.status = 200;
        response.headers.resize(1);
        response.headers[0].first.assign("Date");
        response.headers[0].second.assign("Fri, 02 Jan 2026 03:04:05 GMT");
        response.body.assign(kFound);
    }
};

TEST_F(VodClientTest, AsksForNoMemoryOnceItIsUnderWay) {
    for (const auto version : {SignatureVersion::v1, SignatureVersion::v3}) {
        account_.signature = version;
        account_.auth_timeout = 3600s;
        Canned http;
        VodClient client(account_, http, clock_, random_);
        const std::vector<std::string_view> ids(20, "bbc65bba53f94e4f8b6fed90de118a78");
        for (int i = 0; i < 3; ++i) client.call(Operation::get_image_infos, ids, outcome_);
        const std::size_t before = allocation_count();
        client.call(Operation::get_image_infos, ids, outcome_);
        EXPECT_LE(allocation_count() - before, 1U);  // the name in `not_exist`
        EXPECT_FALSE(outcome_.error);
    }
}

}  // namespace
}  // namespace vodcatalog
