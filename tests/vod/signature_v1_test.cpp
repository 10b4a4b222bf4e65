#include "daemon/vod/signature_v1.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace vodcatalog {
namespace {

constexpr const char* kSecret = "testAccessKeySecret";
constexpr const char* kMatch =
    "Title in ('图片 +*~!()%&=/?','a_b-c.d') and "
    "CreationTime=['2018-01-01T00:00:00Z','2018-02-01T00:00:00Z')";
constexpr const char* kOddId = "😀é\"<>[]{}|\\^`#@:;,$";

/// A request and what the cloud's own libraries make of it.
struct Vector {
    const char* name;
    const char* method;
    Parameters parameters;  ///< Besides those that all of them have.
    const char* signature;
    const char* string_to_sign;
};

void PrintTo(const Vector& vector, std::ostream* out) {
    *out << vector.name;
}

Parameters complete(const Vector& vector) {
    const std::string number{vector.name + 1};
    Parameters out = vector.parameters;
    const bool temporary = number == "4";
    out.emplace_back("AccessKeyId", temporary ? "STS.testAccessKeyId" : "testAccessKeyId");
    out.emplace_back("Format", "JSON");
    out.emplace_back("Version", "2017-03-21");
    out.emplace_back("SignatureMethod", "HMAC-SHA1");
    out.emplace_back("SignatureVersion", "1.0");
    out.emplace_back("Timestamp", "2026-01-02T03:04:05Z");
    out.emplace_back("SignatureNonce", "0a1b2c3d-0000-4000-8000-00000000000" + number);
    return out;
}

class SignatureV1Vectors : public testing::TestWithParam<Vector> {};

TEST_P(SignatureV1Vectors, SignsWhatTheOfficialLibrariesSign) {
    SignatureV1 signature(kSecret);
    Parameters parameters = complete(GetParam());
    EXPECT_EQ(signature.sign(GetParam().method, parameters), GetParam().signature);
    EXPECT_EQ(signature.string_to_sign(), GetParam().string_to_sign);
}

const Vector kVectors[] = {
    {"R1",
     "GET",
     {{"Action", "GetImageInfo"},
      {"ImageId", "bbc65bba53f94e4f8b6fed90de118a78"},
      {"OutputType", "cdn"},
      {"AuthTimeout", "3600"}},
     "I9BbRekfDT43Zg9ZFdnBg3lI81E=",
     "GET&%2F&AccessKeyId%3DtestAccessKeyId%26Action%3DGetImageInfo%26AuthTimeout%3D"
     "3600%26Format%3DJSON%26ImageId%3Dbbc65bba53f94e4f8b6fed90de118a78%26OutputType"
     "%3Dcdn%26SignatureMethod%3DHMAC-SHA1%26SignatureNonce%3D0a1b2c3d-0000-4000-800"
     "0-000000000001%26SignatureVersion%3D1.0%26Timestamp%3D2026-01-02T03%253A04%253"
     "A05Z%26Version%3D2017-03-21"},
    {"R2",
     "POST",
     {{"Action", "GetImageInfos"},
      {"ImageIds", "bbc65bba53f94e4f8b6fed90de118a78,594228cdd14b4d069fc17a8c4a5e0f11"},
      {"OutputType", "oss"},
      {"AuthTimeout", "2592000"}},
     "A8NFw1ui/DLkuoMIFqGptVbAya4=",
     "POST&%2F&AccessKeyId%3DtestAccessKeyId%26Action%3DGetImageInfos%26AuthTimeout%"
     "3D2592000%26Format%3DJSON%26ImageIds%3Dbbc65bba53f94e4f8b6fed90de118a78%252C59"
     "4228cdd14b4d069fc17a8c4a5e0f11%26OutputType%3Doss%26SignatureMethod%3DHMAC-SHA"
     "1%26SignatureNonce%3D0a1b2c3d-0000-4000-8000-000000000002%26SignatureVersion%3"
     "D1.0%26Timestamp%3D2026-01-02T03%253A04%253A05Z%26Version%3D2017-03-21"},
    {"R3",
     "POST",
     {{"Action", "SearchMedia"},
      {"SearchType", "image"},
      {"Fields", "Title,Tags,Status,CreationTime"},
      {"SortBy", "CreationTime:Asc"},
      {"PageNo", "1"},
      {"PageSize", "100"},
      {"Match", kMatch}},
     "kDm3+wgU39gyQzHzoN56YTqVPWE=",
     "POST&%2F&AccessKeyId%3DtestAccessKeyId%26Action%3DSearchMedia%26Fields%3DTitle"
     "%252CTags%252CStatus%252CCreationTime%26Format%3DJSON%26Match%3DTitle%2520in%2"
     "520%2528%2527%25E5%259B%25BE%25E7%2589%2587%2520%252B%252A~%2521%2528%2529%252"
     "5%2526%253D%252F%253F%2527%252C%2527a_b-c.d%2527%2529%2520and%2520CreationTime"
     "%253D%255B%25272018-01-01T00%253A00%253A00Z%2527%252C%25272018-02-01T00%253A00"
     "%253A00Z%2527%2529%26PageNo%3D1%26PageSize%3D100%26SearchType%3Dimage%26Signat"
     "ureMethod%3DHMAC-SHA1%26SignatureNonce%3D0a1b2c3d-0000-4000-8000-000000000003%"
     "26SignatureVersion%3D1.0%26SortBy%3DCreationTime%253AAsc%26Timestamp%3D2026-01"
     "-02T03%253A04%253A05Z%26Version%3D2017-03-21"},
    {"R4",
     "POST",
     {{"Action", "GetImageInfo"},
      {"ImageId", "bbc65bba53f94e4f8b6fed90de118a78"},
      {"SecurityToken", "CAIS+test/Token=="}},
     "16X4hn1EIelYrHIYCiMce1tER4I=",
     "POST&%2F&AccessKeyId%3DSTS.testAccessKeyId%26Action%3DGetImageInfo%26Format%3D"
     "JSON%26ImageId%3Dbbc65bba53f94e4f8b6fed90de118a78%26SecurityToken%3DCAIS%252Bt"
     "est%252FToken%253D%253D%26SignatureMethod%3DHMAC-SHA1%26SignatureNonce%3D0a1b2"
     "c3d-0000-4000-8000-000000000004%26SignatureVersion%3D1.0%26Timestamp%3D2026-01"
     "-02T03%253A04%253A05Z%26Version%3D2017-03-21"},
    {"R5",
     "GET",
     {{"Action", "GetImageInfo"}, {"ImageId", kOddId}},
     "EyoOLn3F9UClGaz9wPtpgHemtY0=",
     "GET&%2F&AccessKeyId%3DtestAccessKeyId%26Action%3DGetImageInfo%26Format%3DJSON%"
     "26ImageId%3D%25F0%259F%2598%2580%25C3%25A9%2522%253C%253E%255B%255D%257B%257D%"
     "257C%255C%255E%2560%2523%2540%253A%253B%252C%2524%26SignatureMethod%3DHMAC-SHA"
     "1%26SignatureNonce%3D0a1b2c3d-0000-4000-8000-000000000005%26SignatureVersion%3"
     "D1.0%26Timestamp%3D2026-01-02T03%253A04%253A05Z%26Version%3D2017-03-21"},
    {"R6",
     "POST",
     {{"Action", "GetImageInfo"},
      {"ImageId", "bbc65bba53f94e4f8b6fed90de118a78"},
      {"RegionId", "cn-shanghai"},
      {"SecurityToken", ""}},
     "RkKHWM91W14S0BRJ65NIChfm158=",
     "POST&%2F&AccessKeyId%3DtestAccessKeyId%26Action%3DGetImageInfo%26Format%3DJSON"
     "%26ImageId%3Dbbc65bba53f94e4f8b6fed90de118a78%26RegionId%3Dcn-shanghai%26Secur"
     "ityToken%3D%26SignatureMethod%3DHMAC-SHA1%26SignatureNonce%3D0a1b2c3d-0000-400"
     "0-8000-000000000006%26SignatureVersion%3D1.0%26Timestamp%3D2026-01-02T03%253A0"
     "4%253A05Z%26Version%3D2017-03-21"},
    {"R7",
     "POST",
     {{"Action", "GetImageInfo"},
      {"ImageId", "bbc65bba53f94e4f8b6fed90de118a78"},
      {"RegionId", "cn-shanghai"},
      {"SignatureType", ""}},
     "7NTYYvrvn70GsXsprBTPrWdQu7o=",
     "POST&%2F&AccessKeyId%3DtestAccessKeyId%26Action%3DGetImageInfo%26Format%3DJSON"
     "%26ImageId%3Dbbc65bba53f94e4f8b6fed90de118a78%26RegionId%3Dcn-shanghai%26Signa"
     "tureMethod%3DHMAC-SHA1%26SignatureNonce%3D0a1b2c3d-0000-4000-8000-000000000007"
     "%26SignatureType%3D%26SignatureVersion%3D1.0%26Timestamp%3D2026-01-02T03%253A0"
     "4%253A05Z%26Version%3D2017-03-21"},
};

INSTANTIATE_TEST_SUITE_P(Official, SignatureV1Vectors, testing::ValuesIn(kVectors),
                         [](const auto& param) { return std::string{param.param.name}; });

/// R0: the documentation's own example.
Parameters published_example() {
    return {{"AccessKeyId", "testAccessKeyId"},
            {"Action", "GetVideoPlayAuth"},
            {"Format", "JSON"},
            {"SignatureMethod", "HMAC-SHA1"},
            {"SignatureNonce", "8f8a035d-6496-4268-afd4-67c22837e38d"},
            {"SignatureVersion", "1.0"},
            {"Timestamp", "2017-10-10T12:02:54Z"},
            {"Version", "2017-03-21"},
            {"VideoId", "5aed81b74ba84920be578cdfe004af4b"}};
}
constexpr const char* kPublished = "Ibgh7y8Vp47LBuAsf5Xhi1SvDss=";

TEST(SignatureV1, AgreesWithThePublishedExample) {
    Parameters parameters = published_example();
    EXPECT_EQ(SignatureV1(kSecret).sign("GET", parameters), kPublished);
}

TEST(SignatureV1, TakesParametersInAnyOrderAndLeavesThemSorted) {
    Parameters parameters = published_example();
    std::reverse(parameters.begin(), parameters.end());
    EXPECT_EQ(SignatureV1(kSecret).sign("GET", parameters), kPublished);
    EXPECT_EQ(parameters, published_example());
}

TEST(SignatureV1, SortsByBytesAndNotByCaseOrSign) {
    Parameters parameters{{"\xc3\xa9", "3"}, {"a", "2"}, {"Z", "1"}};
    SignatureV1 signature(kSecret);
    (void)signature.sign("GET", parameters);
    EXPECT_EQ(signature.string_to_sign(), "GET&%2F&Z%3D1%26a%3D2%26%25C3%25A9%3D3");
}

TEST(SignatureV1, SignsTheSameAgainWithTheKeyItKept) {
    SignatureV1 signature(kSecret);
    Parameters other{{"A", std::string(5'000, 'x')}};
    const std::string first = signature.sign("POST", other);
    for (int i = 0; i < 3; ++i) {
        Parameters parameters = published_example();
        EXPECT_EQ(signature.sign("GET", parameters), kPublished);
        EXPECT_EQ(signature.sign("POST", other), first);
    }
    SignatureV1 moved = std::move(signature);
    EXPECT_EQ(moved.sign("POST", other), first);
}

TEST(SignatureV1, SignsWithAnEmptySecretAndWithoutParameters) {
    Parameters none;
    // printf 'GET&%%2F&' | openssl dgst -sha1 -hmac '&' -binary | base64
    EXPECT_EQ(SignatureV1("").sign("GET", none), "9uWlYLdCnrqTnAxZowDkuU1h2og=");
}

}  // namespace
}  // namespace vodcatalog
