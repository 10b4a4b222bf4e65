#include "catalog/stable_url.h"

#include <gtest/gtest.h>

namespace catalog {
namespace {

constexpr const char* kObject =
    "https://outin-test.oss-cn-shanghai.aliyuncs.com/image/default/5E84CD5360144D4DAD.png";

/// What is stored of `url`, with "signed: " before it if something was taken off.
std::string stored(std::string_view url) {
    std::string out;
    const bool was_signed = stable_url(url, out);
    return (was_signed ? "signed: " : "") + out;
}

TEST(StableUrl, TakesOffTheSignatureOfTheCdn) {
    EXPECT_EQ(stored("http://cdn.example.com/"
                     "a.png?auth_key=1767324845-0-0-80cd3862d699b7118eed99103f2a3a4f"),
              "signed: http://cdn.example.com/a.png");
}

TEST(StableUrl, TakesOffTheSignatureOfOssVersion1InAnyOrder) {
    const std::string object = kObject;
    const std::string plain = "signed: " + object;
    EXPECT_EQ(stored(object + "?OSSAccessKeyId=testAccessKeyId&Expires=1767326645&"
                              "Signature=c4pvajDqO469tch7c4lfUw7iKvE%3D"),
              plain);
    EXPECT_EQ(stored(object + "?Expires=1767326645&OSSAccessKeyId=testAccessKeyId&"
                              "Signature=c4pvajDqO469tch7c4lfUw7iKvE%3D"),
              plain);
    EXPECT_EQ(
        stored(object +
               "?OSSAccessKeyId=STS.testAccessKeyId&Expires=1767326645&"
               "Signature=0N8CiJFQN99f41dIGCUEf3ROjTc%3D&security-token=CAIS%2Btest%2FToken%3D%3D"),
        plain);
}

TEST(StableUrl, TakesOffTheSignatureOfOssVersions2And4) {
    const std::string object = kObject;
    const std::string plain = "signed: " + object;
    EXPECT_EQ(stored(object + "?x-oss-signature-version=OSS2&x-oss-expires=1767326645&"
                              "x-oss-access-key-id=testAccessKeyId&x-oss-signature=abc%3D"),
              plain);
    EXPECT_EQ(
        stored(object + "?x-oss-credential=STS.testAccessKeyId%2F20260102%2Fcn-shanghai%2Foss%2F"
                        "aliyun_v4_request&x-oss-date=20260102T030405Z&x-oss-expires=3600&"
                        "x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-security-token=CAIS%2B&"
                        "x-oss-additional-headers=host&x-oss-signature=84f7"),
        plain);
}

TEST(StableUrl, IsTheSameForTwoSignaturesOfOneUrl) {
    EXPECT_EQ(stored("https://h/a?Expires=1&OSSAccessKeyId=k&Signature=x&v=2"),
              stored("https://h/a?OSSAccessKeyId=l&Signature=y&Expires=2&v=2"));
}

TEST(StableUrl, KeepsTheRestOfTheQueryAndTheFragmentByteForByte) {
    EXPECT_EQ(stored("https://h/a?x-oss-process=image%2Fresize&auth_key=1-0-0-f&b=%zz+&&c#d?e"),
              "signed: https://h/a?x-oss-process=image%2Fresize&b=%zz+&&c#d?e");
    EXPECT_EQ(stored("https://h/a?auth_key=1&b"), "signed: https://h/a?b");
    EXPECT_EQ(stored("https://h/a?b&auth_key=1"), "signed: https://h/a?b");
    EXPECT_EQ(stored("https://h/a?auth_key=1#f"), "signed: https://h/a#f");
    EXPECT_EQ(stored("https://h/a?b&auth_key=1#f"), "signed: https://h/a?b#f");
}

TEST(StableUrl, TakesOffEveryOneOfADoubledName) {
    EXPECT_EQ(stored("https://h/a?Signature=1&Signature=2&b&Signature=3"), "signed: https://h/a?b");
}

TEST(StableUrl, KnowsNamesInAnyCaseAndPercentEncoded) {
    EXPECT_EQ(stored("https://h/a?SIGNATURE=1&expires=2&ossaccesskeyid=3"), "signed: https://h/a");
    EXPECT_EQ(stored("https://h/a?%53ign%61ture=1&%45xpires=2"), "signed: https://h/a");
    EXPECT_EQ(stored("https://h/a?auth%5Fkey=1"), "signed: https://h/a");
    EXPECT_EQ(stored("https://h/a?auth%5fkey"), "signed: https://h/a");
}

TEST(StableUrl, KeepsExpiresWithoutASignatureOfOss) {
    EXPECT_EQ(stored("https://h/a?Expires=1767326645"), "https://h/a?Expires=1767326645");
    EXPECT_EQ(stored("https://h/a?Expires=5&auth_key=1"), "signed: https://h/a?Expires=5");
    EXPECT_EQ(stored("https://h/a?Expires=5&security-token=1"), "signed: https://h/a?Expires=5");
    EXPECT_EQ(stored("https://h/a?x-oss-date=1&x-oss-expires=2"),
              "https://h/a?x-oss-date=1&x-oss-expires=2");
}

TEST(StableUrl, KeepsNamesThatAreOnlyLikeThem) {
    for (const char* url :
         {"https://h/a?Signature2=1", "https://h/a?xSignature=1", "https://h/a?auth_ke=1",
          "https://h/a?auth%5=1", "https://h/a?a=Signature", "https://h/Signature=1",
          "https://h/a#Signature=1", "https://h/a?", ""}) {
        EXPECT_EQ(stored(url), url);
    }
}

TEST(StableUrl, CopiesAFileNameUnchanged) {
    for (const char* name : {"a.png", "what?.png", "50% & more.png", "a#1?b;c.png", "图片.png"}) {
        EXPECT_EQ(stored(name), name);
    }
}

TEST(StableUrl, TakesASignatureOffAFileNameThatHasOne) {
    EXPECT_EQ(stored("a.png?Expires=1&OSSAccessKeyId=k&Signature=x"), "signed: a.png");
}

TEST(StableUrl, FindsSignaturesInUrlsPutTogetherBadly) {
    EXPECT_EQ(stored("https://h/a#1.png?OSSAccessKeyId=k&Signature=x"),
              "signed: https://h/a#1.png");
    EXPECT_EQ(stored("https://h/a?style=s?auth_key=1"), "signed: https://h/a?style=s");
    EXPECT_EQ(stored("https://h/a?b=1&amp;Signature=x&amp;c=2"),
              "signed: https://h/a?b=1&amp;amp;c=2");
}

TEST(StableUrl, ReusesTheMemoryOfItsResult) {
    std::string out(200, 'x');
    const char* memory = out.data();
    EXPECT_TRUE(stable_url("https://h/a?auth_key=1", out));
    EXPECT_EQ(out, "https://h/a");
    EXPECT_EQ(out.data(), memory);
}

}  // namespace
}  // namespace catalog
