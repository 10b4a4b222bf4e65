#include "daemon/vod/signature_v3.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace vodcatalog {
namespace {

constexpr const char* kSearchQuery =
    "Fields=Title%2CTags%2CStatus%2CCreationTime&Match=Title%20in%20%28%27%E5%9B%BE"
    "%E7%89%87%20%2B%2A~%21%28%29%25%26%3D%2F%3F%27%2C%27a_b-c.d%27%29%20and%20Crea"
    "tionTime%3D%5B%272018-01-01T00%3A00%3A00Z%27%2C%272018-02-01T00%3A00%3A00Z%27%"
    "29&PageNo=1&PageSize=100&SearchType=image&SortBy=CreationTime%3AAsc";
constexpr const char* kFormBody =
    "SearchType=image&Match=Status%20in%20%28%27Uploading%27%2C%27UploadFail%27%29";

/// A request of the test account and what the cloud's own libraries make of it.
struct Vector {
    const char* name;
    const char* method;
    const char* action;
    const char* query;
    const char* canonical_sha256;
    const char* signature;
};

void PrintTo(const Vector& vector, std::ostream* out) {
    *out << vector.name;
}

/// M1 to M6 have the fewest headers; A1 to A4 are M1 to M4 as the full client sends them, with one
/// more.
Parameters headers_of(const Vector& vector) {
    const char kind = vector.name[0];
    const char number = vector.name[1];
    const bool form = number == '5';
    const bool temporary = number == '4';
    Parameters out;
    if (form) out.emplace_back("content-type", "application/x-www-form-urlencoded");
    out.emplace_back("host", "vod.cn-shanghai.aliyuncs.com");
    if (temporary) out.emplace_back("x-acs-accesskey-id", "STS.testAccessKeyId");
    out.emplace_back("x-acs-action", vector.action);
    out.emplace_back("x-acs-content-sha256",
                     form ? sha256_hex(kFormBody) : std::string{kEmptyBodySha256});
    if (kind == 'A')
        out.emplace_back("x-acs-credentials-provider", temporary ? "static_sts" : "static_ak");
    out.emplace_back("x-acs-date", "2026-01-02T03:04:05Z");
    if (temporary) out.emplace_back("x-acs-security-token", "CAIS+test/Token==");
    out.emplace_back("x-acs-signature-nonce",
                     std::string{"5c1f9a3b7d2e4f60a1b2c3d4e5f6070"} + number);
    out.emplace_back("x-acs-version", "2017-03-21");
    // The documents list the signed names in byte order.
    std::sort(out.begin(), out.end());
    return out;
}

std::string body_sha256_of(const Parameters& headers) {
    for (const auto& [name, value] : headers) {
        if (name == "x-acs-content-sha256") return value;
    }
    return {};
}

class SignatureV3Vectors : public testing::TestWithParam<Vector> {};

TEST_P(SignatureV3Vectors, SignsWhatTheOfficialLibrariesSign) {
    SignatureV3 signature("testAccessKeySecret");
    const Parameters headers = headers_of(GetParam());
    const std::string body_sha256 = body_sha256_of(headers);
    const SignableRequest request{.method = GetParam().method,
                                  .canonical_query = GetParam().query,
                                  .headers = headers,
                                  .body_sha256 = body_sha256};
    EXPECT_EQ(signature.sign(request), GetParam().signature);
    EXPECT_EQ(signature.canonical_request_sha256(), GetParam().canonical_sha256);
}

const Vector kVectors[] = {
    {"M1", "POST", "GetImageInfo",
     "AuthTimeout=3600&ImageId=bbc65bba53f94e4f8b6fed90de118a78&OutputType=cdn",
     "10a4d7360765edb51137270fbf89716807349ba7563c9f241ed5d4c2927ec2cd",
     "779a3ce5da1f724076e0ca35811ca1fe56188cd8b790b6f92d296e97e9e403f3"},
    {"M2", "GET", "GetImageInfos",
     "AuthTimeout=2592000&ImageIds=bbc65bba53f94e4f8b6fed90de118a78%2C594228cdd14b4d"
     "069fc17a8c4a5e0f11&OutputType=oss",
     "ca707ef4afa184c74cd8563dae22519ff6bdd6e8fbeca8d92dd6aa8a57fe8af5",
     "d514631eba277ed0f6c82f0f32a09a30b2958cf43d3b8030209535b9136f26d6"},
    {"M3", "POST", "SearchMedia", kSearchQuery,
     "76213c289d941c874d9af82162dedd9832dcba1bbabafdc0d598a7ee3b2f985b",
     "de39c144a9415586dbdcc45cb43909e0e71775c69f2dcc32d342a16e6559bb06"},
    {"M4", "POST", "GetImageInfo", "ImageId=bbc65bba53f94e4f8b6fed90de118a78",
     "71ca2d0c7701f160d381a704bf65a67a404d0eb36241dd4bd0cf504b945b6a85",
     "989286593061e58c956966f069ee9a0db5691c5ef88c2c7664b4ea4479c47d1f"},
    {"M5", "POST", "SearchMedia", "",
     "e9f7cb50258dd4170ac691990eb475cede1ea1d2df3db21cfe2447265edf6a20",
     "881af631ea9ffe88c0d96f86311d585e3ffe8e3c7dfa57ac2a4cccdb087337dd"},
    {"M6", "GET", "GetImageInfo",
     "ImageId=%F0%9F%98%80%C3%A9%22%3C%3E%5B%5D%7B%7D%7C%5C%5E%60%23%40%3A%3B%2C%24",
     "d76e2f55c9c6d30e5fdc4e7e435d69af79d5f4c6dc47021ebb88ff3056b06ffc",
     "d68a4e7fb6ef8445339b790a6c63148eb11927bebb93286a1d94c03185d28de9"},
    {"A1", "POST", "GetImageInfo",
     "AuthTimeout=3600&ImageId=bbc65bba53f94e4f8b6fed90de118a78&OutputType=cdn",
     "11b50de1aff775ab1686fc4a260d53f1a834bab35ae89365f214daef9d027276",
     "348f437ca25409b6826ce21c9799c6ee07cf04c6b80cf0fd46417ba4bf3c8f0a"},
    {"A2", "GET", "GetImageInfos",
     "AuthTimeout=2592000&ImageIds=bbc65bba53f94e4f8b6fed90de118a78%2C594228cdd14b4d"
     "069fc17a8c4a5e0f11&OutputType=oss",
     "636ed518cfbc8f86e108d35a52ce83a668db3ad14c84fa1ba0e63baff5059bfd",
     "a199697df3a696505337420019394bc1510c116df954ce8968cce386a475404c"},
    {"A3", "POST", "SearchMedia", kSearchQuery,
     "5a1874ceb5bccb2e613cae3fe7e18044cd597bb36b7e73d4236b8fb02bdad6a9",
     "909f036bab3c7d051f2e605df9557e118eb50620c331c06691aafda52753008e"},
    {"A4", "POST", "GetImageInfo", "ImageId=bbc65bba53f94e4f8b6fed90de118a78",
     "92c69f3541ff4b5ccd15675d3ab8b439530a87d21c1d7faf11992a5c30bd1ba4",
     "a683035c8ccd779f04d68c162d3f810dbaad87df6a5eab20d48ed96541d0ba28"},
};

INSTANTIATE_TEST_SUITE_P(Official, SignatureV3Vectors, testing::ValuesIn(kVectors),
                         [](const auto& param) { return std::string{param.param.name}; });

/// M0: the documentation's own example.
const Parameters kPublishedHeaders{
    {"host", "ecs.cn-shanghai.aliyuncs.com"},
    {"x-acs-action", "RunInstances"},
    {"x-acs-content-sha256", std::string{kEmptyBodySha256}},
    {"x-acs-date", "2023-10-26T10:22:32Z"},
    {"x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d"},
    {"x-acs-version", "2014-05-26"},
};
const SignableRequest kPublishedRequest{
    .method = "POST",
    .canonical_query =
        "ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai",
    .headers = kPublishedHeaders,
    .body_sha256 = kEmptyBodySha256,
};
constexpr const char* kPublished =
    "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0";

TEST(SignatureV3, AgreesWithThePublishedExample) {
    SignatureV3 signature("YourAccessKeySecret");
    EXPECT_EQ(signature.sign(kPublishedRequest), kPublished);
    EXPECT_EQ(signature.canonical_request_sha256(),
              "7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259");
}

TEST(SignatureV3, WritesTheAuthorizationHeaderWithoutBlanksAfterCommas) {
    EXPECT_EQ(
        authorization_v3("YourAccessKeyId", kPublishedHeaders, "0123abcd"),
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-"
        "sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature=0123abcd");
}

TEST(SignatureV3, SignsTheSameAgainWithTheKeyItKept) {
    SignatureV3 signature("YourAccessKeySecret");
    const SignableRequest other{
        .method = "GET", .canonical_query = "", .headers = kPublishedHeaders, .body_sha256 = ""};
    const std::string first = signature.sign(other);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(signature.sign(kPublishedRequest), kPublished);
        EXPECT_EQ(signature.sign(other), first);
    }
    SignatureV3 moved = std::move(signature);
    EXPECT_EQ(moved.sign(kPublishedRequest), kPublished);
}

TEST(SignatureV3, SignsHeaderValuesWithoutBlanksAroundThem) {
    Parameters padded = kPublishedHeaders;
    padded[1].second = " \t RunInstances ";
    SignableRequest request{.method = kPublishedRequest.method,
                            .canonical_query = kPublishedRequest.canonical_query,
                            .headers = padded,
                            .body_sha256 = kPublishedRequest.body_sha256};
    EXPECT_EQ(SignatureV3("YourAccessKeySecret").sign(request), kPublished);
}

TEST(SignatureV3, HashesTheEmptyBodyToTheConstant) {
    EXPECT_EQ(sha256_hex(""), kEmptyBodySha256);
    EXPECT_EQ(sha256_hex(kFormBody),
              "564e3108a09fe9d838cef3953c717389156d272affc1ba479ac9f09bf8f1b3ca");
}

}  // namespace
}  // namespace vodcatalog
