#include "tests/vod/allocation_count.h"
#include "tests/vod/vod_client_world.h"

namespace vodcatalog {
namespace {

class VodClientTest : public VodClientWorld {};

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
