#include "daemon/vod/endpoint.h"

#include <gtest/gtest.h>

#include "catalog/error.h"

namespace vodcatalog {
namespace {

TEST(Endpoint, IsReadWithItsSchemesPort) {
    EXPECT_EQ(parse_endpoint("https://vod.cn-shanghai.aliyuncs.com"),
              (Endpoint{true, "vod.cn-shanghai.aliyuncs.com", 443}));
    EXPECT_EQ(parse_endpoint("http://127.0.0.1/"), (Endpoint{false, "127.0.0.1", 80}));
    EXPECT_EQ(parse_endpoint("http://[::1]:8080"), (Endpoint{false, "::1", 8080}));
    EXPECT_EQ(parse_endpoint("HTTPS://VOD.Example.COM:8443/"),
              (Endpoint{true, "vod.example.com", 8443}));
}

TEST(Endpoint, NamesThePortOnlyWhereItIsNotTheSchemesOwn) {
    EXPECT_EQ((Endpoint{true, "a.example", 443}.authority()), "a.example");
    EXPECT_EQ((Endpoint{true, "a.example", 80}.authority()), "a.example:80");
    EXPECT_EQ((Endpoint{false, "127.0.0.1", 80}.authority()), "127.0.0.1");
    EXPECT_EQ((Endpoint{false, "::1", 8080}.url()), "http://[::1]:8080");
}

TEST(Endpoint, IsReadBackFromItsOwnUrl) {
    for (const char* url : {"https://vod.eu-central-1.aliyuncs.com", "https://[2001:db8::1]:444",
                            "http://127.255.0.1:9", "http://localhost"}) {
        EXPECT_EQ(parse_endpoint(url).url(), url);
    }
}

TEST(Endpoint, TakesPlainHttpForLoopbackAlone) {
    for (const char* url : {"http://vod.cn-shanghai.aliyuncs.com", "http://10.0.0.1",
                            "http://128.0.0.1", "http://[::2]", "http://localhost.example.com",
                            "http://0.0.0.0", "http://127.0.0.1.example.com"}) {
        EXPECT_THROW((void)parse_endpoint(url), catalog::Unusable) << url;
    }
}

TEST(Endpoint, RefusesWhatIsNoSchemeHostAndPort) {
    for (const char* url : {"",
                            "vod.cn-shanghai.aliyuncs.com",
                            "ftp://a.example",
                            "https://",
                            "https:///",
                            "https://a.example/x",
                            "https://a.example//",
                            "https://a.example?x=1",
                            "https://a.example#x",
                            "https://u:p@a.example",
                            "https://a.example:",
                            "https://a.example:0",
                            "https://a.example:65536",
                            "https://a.example:-1",
                            "https://a.example:+1",
                            "https://a.example: 1",
                            "https://a.example:1x",
                            "https://a b",
                            "https://[::1",
                            "https://[]",
                            "https://[1.2.3.4]",
                            "https://[::1]x",
                            "https://::1",
                            "https://-a.example",
                            "https://a..example",
                            "https://a.example.",
                            "https://127.1",
                            "https://0x7f000001",
                            "https://2130706433",
                            "https://a.example\n",
                            "https://é.example",
                            " https://a.example"}) {
        EXPECT_THROW((void)parse_endpoint(url), catalog::Unusable) << url;
    }
    EXPECT_THROW((void)parse_endpoint(std::string_view{"http://127.0.0.1\0.example", 25}),
                 catalog::Unusable);
    EXPECT_THROW((void)parse_endpoint("https://" + std::string(64, 'a')), catalog::Unusable);
}

TEST(Endpoint, NeverQuotesAPasswordInItsComplaint) {
    try {
        (void)parse_endpoint("https://user:hunter2@a.example");
        FAIL() << "was accepted";
    } catch (const catalog::Unusable& error) {
        EXPECT_EQ(std::string{error.what()}.find("hunter2"), std::string::npos) << error.what();
        EXPECT_EQ(error.exit_code(), catalog::Unusable::kConfig);
    }
}

TEST(Endpoint, OfARegionIsItsPublicOne) {
    EXPECT_EQ(endpoint_of_region("cn-shanghai").url(), "https://vod.cn-shanghai.aliyuncs.com");
    EXPECT_EQ(endpoint_of_region("eu-central-1").url(), "https://vod.eu-central-1.aliyuncs.com");
}

TEST(Endpoint, OfARegionRefusesWhatIsNoRegionName) {
    for (const std::string region : {"", "CN-shanghai", "a.b", "a/b", "-a", "a-", "é", "a b"}) {
        EXPECT_THROW((void)endpoint_of_region(region), catalog::Unusable) << region;
    }
    EXPECT_NO_THROW((void)endpoint_of_region(std::string(40, 'a')));
    EXPECT_THROW((void)endpoint_of_region(std::string(41, 'a')), catalog::Unusable);
}

}  // namespace
}  // namespace vodcatalog
