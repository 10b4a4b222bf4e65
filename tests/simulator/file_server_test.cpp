#include "tests/simulator/file_server.h"

#include <gtest/gtest.h>

#include <chrono>

#include "daemon/vod/answer_parser.h"
#include "tests/simulator/running_simulator.h"

namespace simulator {
namespace {

class FileServerTest : public RunningSimulator {
protected:
    /// A fresh URL of the first image.
    [[nodiscard]] std::string fresh_url(const std::string& output, const std::string& seconds) {
        SignedRequest asked = request(ids[0], false);
        asked.parameters.emplace_back("OutputType", output);
        asked.parameters.emplace_back("AuthTimeout", seconds);
        return json_text(body_of(ask(cloud->endpoint(), asked.text())), "/ImageInfo/URL");
    }
    /// What a GET of it brings, by the path below /files.
    [[nodiscard]] std::string get(const std::string& url) const {
        return ask(cloud->endpoint(), "GET /files/" + url.substr(url.find("://") + 3) +
                                          " HTTP/1.1\r\nHost: any\r\n\r\n");
    }
    /// The same with one letter of its signature changed.
    static std::string forged(std::string url, std::size_t at) {
        url[at] = url[at] == 'a' ? 'b' : 'a';
        return url;
    }
};

TEST_F(FileServerTest, AFreshUrlOfTheCdnIsServedUntilItsEnd) {
    set(R"({"cdn_valid":"30s"})");
    for (const char* const type : {"a", "b", "c"}) {
        set(R"({"quirks":{"cdn_urls":")" + std::string{type} + R"("}})");
        const std::string url = fresh_url("cdn", "60");
        const std::string answer = get(url);
        EXPECT_EQ(status_of(answer), 200) << url << "\n" << answer;
        EXPECT_EQ(header_of(answer, "content-type"), "image/png");
        clock.advance(std::chrono::seconds{91});
        const std::string late = get(url);
        EXPECT_EQ(status_of(late), 403) << url;
        EXPECT_TRUE(header_of(late, "x-tengine-error")
                        .starts_with("denied by req auth: expired timestamp="))
            << late;
        EXPECT_EQ(status_of(get(fresh_url("cdn", "60"))), 200);
    }
}

TEST_F(FileServerTest, AForgedUrlOfTheCdnIsNot) {
    const std::string url = fresh_url("cdn", "60");
    const std::string answer = get(forged(url, url.size() - 1));
    EXPECT_EQ(status_of(answer), 403);
    EXPECT_TRUE(
        header_of(answer, "x-tengine-error").starts_with("denied by req auth: invalid md5hash="));
    EXPECT_EQ(status_of(get(forged(url, url.find("/image/") + 1))), 403);
    EXPECT_EQ(status_of(get(url.substr(0, url.find('?')))), 403);
    EXPECT_EQ(status_of(get(url + "0")), 403);
    EXPECT_EQ(status_of(get(url.substr(0, url.find('=') + 1) + "nonsense")), 403);
    for (const char* const type : {"b", "c"}) {
        set(R"({"quirks":{"cdn_urls":")" + std::string{type} + R"("}})");
        const std::string other = fresh_url("cdn", "60");
        EXPECT_EQ(status_of(get(other)), 200);
        EXPECT_EQ(status_of(get(forged(other, other.find("/image/") - 1))), 403) << other;
        EXPECT_EQ(status_of(get(forged(other, other.find("/image/") + 8))), 403) << other;
    }
}

TEST_F(FileServerTest, AFreshUrlOfTheBucketIsServedUntilItsEnd) {
    for (const char* const version : {"v1", "v2", "v4"}) {
        set(R"({"quirks":{"oss_urls":")" + std::string{version} + R"("}})");
        for (int i = 0; i < 6; ++i) {  // with and without a token
            const std::string url = fresh_url("oss", "60");
            EXPECT_EQ(status_of(get(url)), 200) << url;
            EXPECT_NE(get(forged(url, url.find("ignature=") + 12))
                          .find("<Code>SignatureDoesNotMatch</Code>"),
                      std::string::npos);
            clock.advance(std::chrono::seconds{61});
            const std::string late = get(url);
            EXPECT_EQ(status_of(late), 403);
            EXPECT_NE(late.find("<Message>Request has expired.</Message>"), std::string::npos);
        }
    }
}

TEST_F(FileServerTest, WithoutASignatureOnlyPublicFilesAreServed) {
    const std::string url = fresh_url("oss", "60");
    const std::string bare = url.substr(0, url.find('?'));
    EXPECT_NE(get(bare).find("<Code>AccessDenied</Code>"), std::string::npos);
    set(R"({"quirks":{"unsigned_urls":1}})");
    EXPECT_EQ(status_of(get(bare)), 200);
    EXPECT_EQ(status_of(get(fresh_url("cdn", "60"))), 200);
}

TEST_F(FileServerTest, TheHostMayBeTold) {
    const std::string url = fresh_url("cdn", "60");
    const std::string rest = url.substr(url.find("://") + 3);
    const std::size_t slash = rest.find('/');
    const std::string answer =
        ask(cloud->endpoint(), "GET " + rest.substr(slash) +
                                   " HTTP/1.1\r\nHost: " + rest.substr(0, slash) + "\r\n\r\n");
    EXPECT_EQ(status_of(answer), 200) << answer;
    EXPECT_EQ(header_of(answer, "x-acs-request-id"), "");
    EXPECT_EQ(status_of(ask(cloud->endpoint(),
                            "PUT /files/cdn.example.com/a HTTP/1.1\r\n"
                            "Host: any\r\nContent-Length: 0\r\n\r\n")),
              405);
}

TEST_F(FileServerTest, NonsenseIsRefused) {
    for (const char* const path :
         {"", "x", "cdn.example.com", "cdn.example.com/", "cdn.example.com//",
          "cdn.example.com/a/b", "cdn.example.com/202613990000/0123456789abcdef0123456789abcdef/a",
          "cdn.example.com/0123456789abcdef0123456789abcdef/zz/a", "cdn.example.com/a?auth_key=1-2",
          "b.oss-x.aliyuncs.com/a?Signature=x&Expires=-1",
          "b.oss-x.aliyuncs.com/a?x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-date=x",
          "b.oss-x.aliyuncs.com"}) {
        EXPECT_EQ(status_of(get("http://" + std::string{path})), 403) << path;
    }
}

}  // namespace
}  // namespace simulator
