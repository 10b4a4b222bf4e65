#include "daemon/vod/redact.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace vodcatalog {
namespace {

std::string redacted(std::string text) {
    redact(text);
    std::string again = text;
    redact(again);
    EXPECT_EQ(again, text) << "redacting twice changed more";
    return text;
}

TEST(Redact, LeavesTextWithoutSecretsAlone) {
    for (const char* text :
         {"", "an answer came", "Specified signature is not matched with our calculation.",
          "SignatureDoesNotMatch",
          "InvalidAccessKeyId.NotFound: Specified access key is not found.",
          "The SecurityToken is expired", "GetImageInfos?ImageIds=a,b&OutputType=cdn",
          "bbc65bba53f94e4f8b6fed90de118a78", "/image/default/5E84CD5360144D4DAD.png",
          "credentials: file", "STS. is short", "x-acs-signature-nonce: 1", "signature="}) {
        EXPECT_EQ(redacted(text), text);
    }
}

TEST(Redact, MasksEverySecretOfAQuery) {
    for (const char* name :
         {"auth_key", "Signature", "OSSAccessKeyId", "security-token", "x-oss-signature",
          "x-oss-credential", "x-oss-access-key-id", "x-oss-security-token", "AccessKeyId",
          "SecurityToken", "BearerToken"}) {
        const std::string before = std::string{"https://h/a?x=1&"} + name + "=";
        EXPECT_EQ(redacted(before + "canary+/%3D==&y=2"), before + "***&y=2");
        EXPECT_EQ(redacted(before + "canary"), before + "***");
        EXPECT_EQ(redacted(before + "canary was refused"), before + "*** was refused");
    }
}

TEST(Redact, MasksEverySecretHeaderToTheEndOfItsLine) {
    for (const char* name :
         {"Authorization", "x-acs-security-token", "X-Acs-AccessKey-Id", "x-acs-bearer-token",
          "X-aliyun-ecs-metadata-token", "X-VOD-SIGNATURE"}) {
        EXPECT_EQ(
            redacted(std::string{"Host: h\r\n"} + name + ": canary one, two=three\r\nAccept: a"),
            std::string{"Host: h\r\n"} + name + ": ***\r\nAccept: a");
    }
}

TEST(Redact, MasksEverySecretMemberOfJson) {
    for (const char* name :
         {"AccessKeySecret", "SecurityToken", "access_key_secret", "sts_token", "UploadAuth",
          "UploadAddress", "AuthKey", "OIDCToken", "AccessKeyId"}) {
        const std::string key = std::string{"{\"a\":1,\""} + name;
        EXPECT_EQ(redacted(key + R"(":"canary","b":2})"), key + R"(":"***","b":2})");
        EXPECT_EQ(redacted(key + R"(" : "can\"ary\\","b":2})"), key + R"(" : "***","b":2})");
        EXPECT_EQ(redacted(key + R"(":1234,"b":2})"), key + R"(":***,"b":2})");
        EXPECT_EQ(redacted(key + R"(":{"x":"canary"},"b":2})"), key + R"(":***)");
        EXPECT_EQ(redacted(key + R"(":"canary)"), key + R"(":"***)");
    }
}

TEST(Redact, MasksJsonWithinJson) {
    EXPECT_EQ(redacted(R"({"UserData":"{\"AccessKeySecret\":\"canary\",\"b\":1}"})"),
              R"({"UserData":"{\"AccessKeySecret\":\"***\",\"b\":1}"})");
}

TEST(Redact, MasksSettingsAndXml) {
    EXPECT_EQ(redacted("access_key_secret: canary canary\nregion: cn"),
              "access_key_secret: ***\nregion: cn");
    EXPECT_EQ(redacted("access_key_secret = 'canary x'"), "access_key_secret = '***'");
    EXPECT_EQ(redacted("<SecurityToken>canary</SecurityToken>"),
              "<SecurityToken>***</SecurityToken>");
}

TEST(Redact, MasksWhatIsPercentEncodedOnceOrTwice) {
    EXPECT_EQ(redacted("GET&%2F&AccessKeyId%3Dcanary%26Action%3DGetImageInfo%26SecurityToken%3Dcan%"
                       "252Bary%26V"),
              "GET&%2F&AccessKeyId%3D***%26Action%3DGetImageInfo%26SecurityToken%3D***%26V");
    EXPECT_EQ(redacted("u%253FSignature%253Dcanary%2526b"), "u%253FSignature%253D***%2526b");
    EXPECT_EQ(redacted(R"("https://h/a?b=1\u0026Signature=canary\u0026c=2")"),
              R"("https://h/a?b=1\u0026Signature=***\u0026c=2")");
}

TEST(Redact, CutsOffTheStringThatTheServerSigned) {
    EXPECT_EQ(
        redacted("Specified signature is not matched with our calculation. server string to sign "
                 "is:POST&%2F&"
                 "AccessKeyId%3Dcanary"),
        "Specified signature is not matched with our calculation. server string to sign is: ***");
    EXPECT_EQ(redacted("Server String To Sign Is:ACS3-HMAC-SHA256\ncanary"),
              "Server String To Sign Is: ***");
}

TEST(Redact, MasksAnAuthorizationHeaderHoweverItIsWritten) {
    const std::string text = redacted(
        "sent Authorization=ACS3-HMAC-SHA256 "
        "Credential=canary,SignedHeaders=host;x-acs-date,Signature=canary.");
    EXPECT_EQ(text.find("canary"), std::string::npos) << text;
}

TEST(Redact, MasksKeyIdsByTheirLook) {
    EXPECT_EQ(redacted("key LTAI5tAbCdEfGhIjKlMnOpQr is disabled"), "key *** is disabled");
    EXPECT_EQ(redacted("key STS.NTabcdefghijklmnop"), "key ***");
}

TEST(Redact, MasksTheHashInAPathSignedByTypeBOrC) {
    EXPECT_EQ(redacted("http://h/202601021104/80cd3862d699b7118eed99103f2a3a4f/a/b.png"),
              "http://h/202601021104/***/a/b.png");
    EXPECT_EQ(redacted("http://h/80cd3862d699b7118eed99103f2a3a4f/56189f80/a.png"),
              "http://h/***/56189f80/a.png");
}

TEST(Redact, KnowsSecretNamesInAnyCaseAndWholeOnly) {
    EXPECT_TRUE(is_secret_name("UPLOADAUTH"));
    EXPECT_TRUE(is_secret_name("x-oss-signature"));
    EXPECT_FALSE(is_secret_name("UploadAuthor"));
    EXPECT_FALSE(is_secret_name("Upload"));
    EXPECT_FALSE(is_secret_name(""));
}

TEST(Redact, KeepsAHashBesideWhatIsNoTime) {
    for (const char* text : {"/images/bbc65bba53f94e4f8b6fed90de118a78/00000000/a.png",
                             "/bbc65bba53f94e4f8b6fed90de118a78/a.png", "?a=keyhole&b=signs",
                             "the key=value of a line", "https://slack.com/hooks"}) {
        EXPECT_EQ(redacted(text), text);
    }
}

std::vector<std::string> words_with(const std::string& mark, const std::string& text) {
    std::vector<std::string> words;
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
        words.push_back(text.substr(at, text.find_first_of(" \"&?%,.<>=:;\\\n", at) - at));
    }
    return words;
}

// Whatever a secret stands in: no "canary", no "c0ffee" (where only hexadecimal digits can be) is
// left, and every "keep" is.
TEST(Redact, LeavesNoCanaryInTheCorpusAndKeepsTheRest) {
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(VODCATALOG_TEST_DATA "/secrets")) {
        std::ifstream in(entry.path(), std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(in), {}};
        const std::string left = redacted(text);
        EXPECT_EQ(left.find("canary"), std::string::npos) << entry.path() << left;
        EXPECT_EQ(left.find("c0ffee"), std::string::npos) << entry.path() << left;
        EXPECT_EQ(words_with("keep", left), words_with("keep", text)) << left;
        ++files;
    }
    EXPECT_EQ(files, 10U);
}

TEST(Redact, TakesAsLongAsTheTextIsLong) {
    constexpr std::size_t kBytes = 1024 * 1024;
    for (const std::string& piece :
         {std::string("signature%3d "), std::string("signature="), std::string("/202601021104"),
          std::string("%41"), std::string("key\\\\"), std::string("signature\": \\"),
          std::string("hooks.slack.com/ "), std::string("string to sign i")}) {
        std::string text;
        while (text.size() < kBytes) text += piece;
        const std::size_t size = text.size();
        redact(text);
        EXPECT_LE(text.size(), size + size / 4);
    }
}

}  // namespace
}  // namespace vodcatalog
