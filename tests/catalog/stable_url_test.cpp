#include "catalog/stable_url.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace catalog {
namespace {

constexpr const char* kObject =
    "https://outin-test.oss-cn-shanghai.aliyuncs.com/image/default/5E84CD5360144D4DAD.png";

constexpr const char* kHash = "80cd3862d699b7118eed99103f2a3a4f";

/// What is stored of `url`, with "signed: " before it if something was taken off. Doing it twice
/// must change nothing more.
std::string stored(std::string_view url) {
    std::string out, again;
    const bool was_signed = stable_url(url, out);
    EXPECT_EQ(was_signed, out != url) << url;
    EXPECT_FALSE(stable_url(out, again)) << url;
    EXPECT_EQ(again, out) << url;
    return (was_signed ? "signed: " : "") + out;
}

/// `text` with every "HASH" in it replaced by an MD5.
std::string with_hash(std::string text) {
    for (std::size_t at = text.find("HASH"); at != std::string::npos; at = text.find("HASH", at)) {
        text.replace(at, 4, kHash);
    }
    return text;
}

TEST(StableUrl, TakesOffTheSignatureOfTheCdn) {
    EXPECT_EQ(stored("http://cdn.example.com/"
                     "a.png?auth_key=1767324845-0-0-80cd3862d699b7118eed99103f2a3a4f"),
              "signed: http://cdn.example.com/a.png");
}

// The sample of the CDN's documentation, and a rand that is a UUID without dashes.
TEST(StableUrl, TakesOffTheSignatureOfTheCdnAsItIsDocumented) {
    EXPECT_EQ(stored(with_hash("http://cdn.example.com/video/standard/1K.html?"
                               "auth_key=1444435200-0-0-HASH")),
              "signed: http://cdn.example.com/video/standard/1K.html");
    EXPECT_EQ(stored(with_hash("https://h/a.png?x=1&auth_key=1444435200-HASH-0-HASH&y=2")),
              "signed: https://h/a.png?x=1&y=2");
}

TEST(StableUrl, TakesOffTheSignatureInAPathOfTypeB) {
    for (const char* url :
         {"http://cdn.example.com/202601021104/HASH/image/a.png",
          "HTTPS://cdn.example.com:443/201501010000/HASH/image/a.png?x=1#f",
          "//cdn.example.com/209912312359/HASH/image/a.png",
          "cdn.example.com/202402290000/HASH/image/a.png", "/202601021104/HASH/image/a.png"}) {
        const std::string signed_url = with_hash(url);
        std::string plain = signed_url;
        plain.erase(plain.find(kHash) - 13, 13 + 33);
        EXPECT_EQ(stored(signed_url), "signed: " + plain);
    }
    EXPECT_EQ(stored("http://h/202601021104/80CD3862D699B7118EED99103F2A3A4F/a.png"),
              "signed: http://h/a.png");
}

TEST(StableUrl, TakesOffTheSignatureInAPathOfTypeC) {
    EXPECT_EQ(stored(with_hash("http://h/HASH/56189f80/image/a.png?x=1")),
              "signed: http://h/image/a.png?x=1");
    EXPECT_EQ(stored(with_hash("http://h/HASH/6957EA75/a.png")), "signed: http://h/a.png");
    EXPECT_EQ(stored(with_hash("http://h/HASH/54a48e00/")), "signed: http://h/");
}

TEST(StableUrl, TakesOffTheSignatureInAQueryOfTypeCUnderAnyNames) {
    for (const char* url :
         {"http://h/a.png?KEY1=HASH&KEY2=56189f80", "http://h/a.png?t=6957ea75&sign=HASH",
          "http://h/a.png?sign=HASH&sign=HASH&t=6957ea75&t=6957ea75"}) {
        EXPECT_EQ(stored(with_hash(url)), "signed: http://h/a.png");
    }
    EXPECT_EQ(stored(with_hash("http://h/a.png?x=1&sign=HASH&y=2&t=6957ea75#f")),
              "signed: http://h/a.png?x=1&y=2#f");
}

// A hash, a number or a name may look like half of a signature.
TEST(StableUrl, KeepsWhatOnlyLooksLikeASignatureOfTypesBAndC) {
    for (const char* url : {"http://h/HASH/a.png",
                            "http://h/HASH/HASH/a.png",
                            "http://h/image/HASH/a.png",
                            "http://h/202601021104/a.png",
                            "http://h/202601021104/HASH",
                            "http://h/202601021104/HASH?a/",
                            "http://h/202613021104/HASH/a.png",
                            "http://h/202602301104/HASH/a.png",
                            "http://h/202302290000/HASH/a.png",
                            "http://h/202601022404/HASH/a.png",
                            "http://h/202601021160/HASH/a.png",
                            "http://h/201412312359/HASH/a.png",
                            "http://h/210001010000/HASH/a.png",
                            "http://h/20260102110/HASH/a.png",
                            "http://h/2026010211045/HASH/a.png",
                            "http://h/20260102110x/HASH/a.png",
                            "http://h/202601021104/HASHa/a.png",
                            "http://h/202601021104/g0cd3862d699b7118eed99103f2a3a4f/a.png",
                            "http://h/image/202601021104/HASH/a.png",
                            "http://h/HASH/54a48dff/a.png",
                            "http://h/HASH/f4865700/a.png",
                            "http://h/HASH/20260102/a.png",
                            "http://h/HASH/6957ea7/a.png",
                            "http://h/HASH/6957ea75",
                            "http://h/x/HASH/6957ea75/a",
                            "https://outin-a.oss-cn-shanghai.aliyuncs.com/202601021104/HASH/a.png",
                            "https://outin-a.oss-cn-shanghai.aliyuncs.com:443/HASH/6957ea75/a.png",
                            "202601021104/HASH/a.png",
                            "folder/202601021104/HASH/a.png",
                            "HASH/6957ea75/a.png",
                            "http://h/a?sign=HASH",
                            "http://h/a?t=6957ea75",
                            "http://h/a?sign=HASH&t=20260102",
                            "http://h/a?sign=HASH&t=6957ea750",
                            "http://h/a?sign=HASH0&t=6957ea75",
                            "http://h/a?HASH&6957ea75",
                            "http://h/a?s=HASH#t=6957ea75",
                            "bbc65bba53f94e4f8b6fed90de118a78"}) {
        const std::string plain = with_hash(url);
        EXPECT_EQ(stored(plain), plain);
    }
}

TEST(StableUrl, TakesOffEverySignatureOfAUrlThatHasSeveral) {
    EXPECT_EQ(stored(with_hash("http://h/202601021104/HASH/HASH/6957ea75/a.png?auth_key=1-0-0-HASH&"
                               "OSSAccessKeyId=k&Expires=1&Signature=s&x-oss-signature=t")),
              "signed: http://h/a.png");
    EXPECT_EQ(stored(with_hash("http://h/202601021104/HASH//g/202601021104/HASH/a.png")),
              with_hash("signed: http://h/g/202601021104/HASH/a.png"));
}

TEST(StableUrl, TakesSignaturesOffUrlsWithinTheUrl) {
    EXPECT_EQ(stored(with_hash("https://p/http://h/202601021104/HASH/a.png?auth_key=1-0-0-HASH")),
              "signed: https://p/http://h/a.png");
    EXPECT_EQ(stored("https://p/?u=https%3A%2F%2Fh%2Fa.png%3Fauth_key%3D1-0-0-f%26b%3D1&c=2"),
              "signed: https://p/?u=https%3A%2F%2Fh%2Fa.png%3Fb%3D1&c=2");
    EXPECT_EQ(stored(with_hash("https%3a%2f%2fh%2f202601021104%2fHASH%2fa.png")),
              "signed: https%3A%2F%2Fh%2Fa.png");
    EXPECT_EQ(stored("https%253A%252F%252Fh%252Fa.png%253FSignature%253Dc4%25252B"),
              "signed: https%253A%252F%252Fh%252Fa.png");
    EXPECT_EQ(stored("https://p/?u=https%3A%2F%2Fh%2Fa%20b.png"),
              "https://p/?u=https%3A%2F%2Fh%2Fa%20b.png");
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
    EXPECT_EQ(stored(object + "?x-oss-credential=testAccessKeyId%2F20260102%2Fcn-shanghai%2Foss%2F"
                              "aliyun_v4_request&x-oss-date=20260102T030405Z&x-oss-expires=3600&"
                              "x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-signature="
                              "4f2a67623bbcc46e4e97c0207a395d947f74167a04e08c8463fc309e51c2edb6"),
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
    EXPECT_EQ(stored("https://h/a?auth%5fkey%3d1"), "signed: https://h/a");
    EXPECT_EQ(stored("https://h/a?X-OSS-SIGNATURE=1&X-Oss-Date=2"), "signed: https://h/a");
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
          "https://h/a#Signature=1", "https://h/a?", "https://h/a?auth_key",
          "https://h/a?Signature&b", "https://h/a?Signature-of-my-boss.png",
          "https://h/a?a=%53ignature%3D", "https://h/a?=", ""}) {
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
    EXPECT_EQ(stored("https://h/a?auth_key=1#b?auth_key=2"), "signed: https://h/a#b");
}

TEST(StableUrl, ReusesTheMemoryOfItsResult) {
    std::string out(200, 'x');
    const char* memory = out.data();
    EXPECT_TRUE(stable_url("https://h/a?auth_key=1", out));
    EXPECT_EQ(out, "https://h/a");
    EXPECT_EQ(out.data(), memory);
}

// What the pieces of signatures are put together to, at random but always the same: nothing that
// was found once is found again, and none of the canaries is left.
TEST(StableUrl, IsStableWhateverItIsGiven) {
    const std::vector<std::string> pieces = {"http://",
                                             "h",
                                             "//",
                                             "/",
                                             ":",
                                             "?",
                                             "&",
                                             "#",
                                             ";",
                                             "=",
                                             "a.b",
                                             "%3F",
                                             "%26",
                                             "%3D",
                                             "%2F%2F",
                                             "auth_key=CANARY",
                                             "Signature=CANARY",
                                             "Expires=1",
                                             "OSSAccessKeyId=CANARY",
                                             "x-oss-date=1",
                                             "security-token%3DCANARY",
                                             "Sign",
                                             "ature=",
                                             std::string("/202601021104/") + kHash + "/",
                                             std::string("/") + kHash + "/6957ea75/",
                                             std::string("s=") + kHash,
                                             "t=6957ea75",
                                             "%25"};
    std::uint64_t state = 1;
    for (std::uint64_t round = 0; round < 20'000; ++round) {
        std::string text;
        for (std::uint64_t length = round % 12; length > 0; --length) {
            state = state * 6364136223846793005U + 1442695040888963407U;
            text += pieces[(state >> 33) % pieces.size()];
        }
        const std::string left = stored(text);
        const std::string query = left.substr(std::min(left.find('?'), left.size()));
        for (const char* name : {"?auth_key=CANARY", "&auth_key=CANARY", ";Signature=CANARY"}) {
            if (query.find('#') != std::string::npos) continue;  // there it may be no query
            EXPECT_EQ(query.find(name), std::string::npos) << text;
        }
    }
}

TEST(StableUrl, TakesAsLongAsTheTextIsLong) {
    constexpr std::size_t kBytes = 1024 * 1024;
    for (const std::string& piece :
         {std::string("?auth_key=1&"), std::string("://"), std::string("//h/202601021104/") + kHash,
          std::string("%2F%2F"), std::string("%252F="), std::string("?#"), std::string("?a=b&")}) {
        std::string text, out;
        while (text.size() < kBytes) text += piece;
        stable_url(text, out);
        EXPECT_LE(out.size(), 3 * text.size());
    }
}

}  // namespace
}  // namespace catalog
