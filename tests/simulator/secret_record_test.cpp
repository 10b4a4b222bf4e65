#include "tests/simulator/secret_record.h"

#include <gtest/gtest.h>

#include <string>

namespace simulator {
namespace {

const std::string kHash = "80cd3862d699b7118eed99103f2a3a4f";

std::string record_of(const std::string& body) {
    SecretRecord record;
    record.note(body);
    return record.json();
}

std::string one(const std::string& secret) {
    return R"({"complete":true,"secrets":[")" + secret + R"("]})";
}

TEST(SecretRecord, FindsWhatSignsAUrl) {
    EXPECT_EQ(record_of(R"("http://h/a?auth_key=1-0-0-)" + kHash + R"(","x")"), one(kHash));
    EXPECT_EQ(record_of(R"("http://h/202601021104/)" + kHash + R"(/a.png")"), one(kHash));
    EXPECT_EQ(record_of(R"("http://cdn.example.com/)" + kHash + R"(/6957ea75/a.png")"), one(kHash));
    EXPECT_EQ(record_of(R"("https://b/a?Expires=1&Signature=c4p%2B%3D&x=1")"), one("c4p+="));
    EXPECT_EQ(record_of(R"("https://b/a?x-oss-signature=84f7")"), one("84f7"));
    EXPECT_EQ(record_of(R"("https://b/a?x-oss-security-token=CA%2BIS")"), one("CA+IS"));
}

TEST(SecretRecord, FindsATemporaryKey) {
    EXPECT_EQ(record_of(R"({"Credentials":{"SecurityToken":"CAIS+/=="}})"), one("CAIS+/=="));
    EXPECT_EQ(record_of(R"({"AccessKeySecret":"0123456789"})"), one("0123456789"));
    EXPECT_EQ(record_of(R"({"AccessKeyId":"STS.N0123"})"), one("STS.N0123"));
}

TEST(SecretRecord, FindsWhatSignsARequest) {
    SecretRecord record;
    HttpRequest request;
    EXPECT_TRUE(read_head("GET /?a=b&Signature=c4p%2B%3D HTTP/1.1", request));
    record.note_request(request);
    EXPECT_EQ(record.json(), one("c4p+="));
    SecretRecord other;
    EXPECT_TRUE(
        read_head("GET / HTTP/1.1\r\nAuthorization: ACS3-HMAC-SHA256 "
                  "Credential=a,SignedHeaders=host,Signature=0badcafe",
                  request = {}));
    other.note_request(request);
    EXPECT_EQ(other.json(), one("0badcafe"));
}

TEST(SecretRecord, FindsTheTokensOfARequest) {
    SecretRecord record;
    HttpRequest request;
    EXPECT_TRUE(read_head("POST / HTTP/1.1", request));
    request.body = "OIDCToken=the.oidc%2Btoken&RoleArn=a";
    record.note_request(request);
    EXPECT_EQ(record.json(), one("the.oidc+token"));
    SecretRecord other;
    EXPECT_TRUE(read_head("GET / HTTP/1.1\r\nX-aliyun-ecs-metadata-token: abcd==", request = {}));
    other.note_request(request);
    EXPECT_EQ(other.json(), one("abcd=="));
}

TEST(SecretRecord, KeepsWhatIsNone) {
    EXPECT_EQ(record_of(R"("http://h/image/)" + kHash + R"(/a.png","ImageId":")" + kHash + '"'),
              R"({"complete":true,"secrets":[]})");
    EXPECT_EQ(record_of(R"("https://b/a?Signature=c4p)"), R"({"complete":true,"secrets":[]})");
}

TEST(SecretRecord, SaysWhenItIsNotComplete) {
    SecretRecord record;
    for (std::size_t i = 0; i < SecretRecord::kSecretsMax; ++i) record.add(std::to_string(i));
    record.add("1");
    EXPECT_TRUE(record.json().starts_with(R"({"complete":true)"));
    record.add("one more");
    EXPECT_TRUE(record.json().starts_with(R"({"complete":false)"));
}

}  // namespace
}  // namespace simulator
