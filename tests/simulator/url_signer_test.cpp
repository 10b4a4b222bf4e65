#include "tests/simulator/url_signer.h"

#include <gtest/gtest.h>

namespace simulator {
namespace {

// The vectors of the official Node client for the bucket (clock 2026-01-02T03:04:05Z, 3600 s).
const UrlSigner kSigner(UrlKeys{"aliyuncdnexp1234", "testAccessKeyId", "testAccessKeySecret"});
const UrlSigner kSession(UrlKeys{"", "STS.testAccessKeyId", "testAccessKeySecret"});
constexpr std::int64_t kNow = 1'767'323'045;
const std::string kUrl =
    "https://outin-test.oss-cn-shanghai.aliyuncs.com/image/default/5E84CD5360144D4DAD.png";
constexpr const char* kToken = "CAIS+test/Token==";

TEST(UrlSigner, SignsTypeAAsTheDocumentationHasIt) {
    EXPECT_EQ(kSigner.sign_cdn(CdnSigning::a, "http://cdn.example.com/video/standard/1K.html",
                               1'444'435'200, "0"),
              "http://cdn.example.com/video/standard/1K.html?auth_key="
              "1444435200-0-0-80cd3862d699b7118eed99103f2a3a4f");
}

TEST(UrlSigner, TypesBAndCSignInThePath) {
    const std::string b =
        kSigner.sign_cdn(CdnSigning::b, "http://cdn.example.com/image/a.png", kNow, "");
    EXPECT_TRUE(b.starts_with("http://cdn.example.com/202601021104/")) << b;
    EXPECT_TRUE(b.ends_with("/image/a.png")) << b;
    const std::string c =
        kSigner.sign_cdn(CdnSigning::c, "http://cdn.example.com/image/a.png", kNow, "");
    EXPECT_TRUE(c.ends_with("/695735a5/image/a.png")) << c;
    EXPECT_EQ(b.size() - c.size(), 4U);  // twelve digits and eight
}

TEST(UrlSigner, SignsVersion1AsTheOfficialClient) {
    EXPECT_EQ(kSigner.sign_oss(OssSigning::v1, kUrl, kNow, kNow + 3'600, ""),
              kUrl +
                  "?Expires=1767326645&OSSAccessKeyId=testAccessKeyId"
                  "&Signature=c4pvajDqO469tch7c4lfUw7iKvE%3D");
    EXPECT_EQ(kSession.sign_oss(OssSigning::v1, kUrl, kNow, kNow + 3'600, kToken),
              kUrl +
                  "?Expires=1767326645&OSSAccessKeyId=STS.testAccessKeyId"
                  "&Signature=0N8CiJFQN99f41dIGCUEf3ROjTc%3D&security-token=CAIS%2Btest%2F"
                  "Token%3D%3D");
}

TEST(UrlSigner, SignsVersion4AsTheOfficialClient) {
    EXPECT_EQ(kSigner.sign_oss(OssSigning::v4, kUrl, kNow, kNow + 3'600, ""),
              kUrl +
                  "?x-oss-credential=testAccessKeyId%2F20260102%2Fcn-shanghai%2Foss%2F"
                  "aliyun_v4_request&x-oss-date=20260102T030405Z&x-oss-expires=3600"
                  "&x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-signature="
                  "4f2a67623bbcc46e4e97c0207a395d947f74167a04e08c8463fc309e51c2edb6");
    const std::string session = kSession.sign_oss(OssSigning::v4, kUrl, kNow, kNow + 3'600, kToken);
    EXPECT_NE(session.find("84f7eaa0839f05b7a800286ce96a4d3369679d604ceb67a74b7bdcd2c842b60a"),
              std::string::npos)
        << session;
}

TEST(UrlSigner, Version2HasItsMembers) {
    const std::string url = kSigner.sign_oss(OssSigning::v2, kUrl, kNow, kNow + 3'600, kToken);
    EXPECT_TRUE(url.starts_with(
        kUrl +
        "?security-token=CAIS%2Btest%2FToken%3D%3D&x-oss-access-key-id=testAccessKeyId"
        "&x-oss-expires=1767326645&x-oss-signature-version=OSS2&x-oss-signature="))
        << url;
}

}  // namespace
}  // namespace simulator
