#include "daemon/vod/http_head.h"

#include "catalog/error.h"

namespace vodcatalog {
namespace {

class HttpHeadTest : public testing::Test {
protected:
    HttpHead parse(const std::string& text) { return parse_head(text, 5, 1'000, response_); }
    /// Why it is refused; empty if it is not.
    std::string refusal(const std::string& text) {
        try {
            (void)parse(text);
            return {};
        } catch (const catalog::Retryable& why) {
            EXPECT_EQ(std::string(why.what()).find("canary"), std::string::npos) << why.what();
            return why.what();
        }
    }
    std::string refusal_with(const std::string& headers) {
        return refusal("HTTP/1.1 200 OK\r\n" + headers + "\r\n");
    }

    HttpResponse response_;
};

TEST_F(HttpHeadTest, HasStatusAndHeadersAsReceived) {
    const HttpHead head = parse(
        "HTTP/1.1 404 Not Found\r\nx-ACS-Request-Id:  A b \t\r\nEmpty:\r\n"
        "CONTENT-LENGTH: 12\r\n\r\n");
    EXPECT_EQ(response_.status, 404);
    EXPECT_EQ(response_.headers,
              (Headers{{"x-ACS-Request-Id", "A b"}, {"Empty", ""}, {"CONTENT-LENGTH", "12"}}));
    EXPECT_EQ(head.length, 12U);
    EXPECT_TRUE(head.has_body && head.keep_alive && !head.chunked);
    EXPECT_EQ(response_.header("content-length"), "12");
}

TEST_F(HttpHeadTest, LeavesNothingOfAnEarlierAnswer) {
    (void)parse("HTTP/1.1 200 OK\r\nA: 1\r\nB: 2\r\n\r\n");
    (void)parse("HTTP/1.1 200 OK\r\nC: 3\r\n\r\n");
    EXPECT_EQ(response_.headers, (Headers{{"C", "3"}}));
}

TEST_F(HttpHeadTest, TakesAnyStatusOfThreeDigits) {
    for (const char* line : {"999 Odd", "100 Continue", "302", "200 ", "599 \xc3\xa4"}) {
        EXPECT_EQ(refusal("HTTP/1.1 " + std::string(line) + "\r\n\r\n"), "") << line;
        EXPECT_EQ(response_.status, std::stoi(line));
    }
    for (const char* line : {"", "20", "2000 OK", "2x0 OK", "-20 OK", "099 Low", "OK"}) {
        EXPECT_NE(refusal("HTTP/1.1 " + std::string(line) + "\r\n\r\n"), "") << line;
    }
}

TEST_F(HttpHeadTest, IsHttp1OrNothing) {
    for (const char* text :
         {"", "\r\n", "\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/2 200 OK\r\n\r\n",
          "HTTP/0.9 200 OK\r\n\r\n", "http/1.1 200 OK\r\n\r\n", " HTTP/1.1 200 OK\r\n\r\n"}) {
        EXPECT_NE(refusal(text), "") << text;
    }
    EXPECT_EQ(refusal("HTTP/1.1 200 OK\n\n"), "") << "bare line feeds end a line as well";
}

TEST_F(HttpHeadTest, IsRefusedWhereItIsCutOff) {
    const std::string whole = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_NE(refusal(whole.substr(0, size)), "") << size;
    }
    EXPECT_EQ(refusal(whole), "");
}

TEST_F(HttpHeadTest, HasOneLengthWithinTheLimit) {
    EXPECT_EQ(refusal_with("Content-Length: 1000\r\n"), "");
    EXPECT_EQ(refusal_with("Content-Length: 007\r\n"), "");
    for (const char* headers :
         {"Content-Length: 1001\r\n", "Content-Length: 99999999999999999999\r\n",
          "Content-Length: -5\r\n", "Content-Length: +5\r\n", "Content-Length: five\r\n",
          "Content-Length: 5canary\r\n", "Content-Length: 0x5\r\n", "Content-Length: 5, 5\r\n",
          "Content-Length: 5.0\r\n", "Content-Length:\r\n",
          "Content-Length: 5\r\nContent-Length: 5\r\n",
          "Content-Length: 5\r\ncontent-length: 6\r\n"}) {
        EXPECT_NE(refusal_with(headers), "") << headers;
    }
    EXPECT_NE(refusal_with("Content-Length: 99999999999999999999\r\n").find("longer than 1000"),
              std::string::npos);
}

TEST_F(HttpHeadTest, HasAllOfItsBodyInChunksOrNone) {
    EXPECT_TRUE(parse("HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n").chunked);
    for (const char* headers :
         {"Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding: identity\r\n",
          "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
          "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
          "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"}) {
        EXPECT_NE(refusal_with(headers), "") << headers;
    }
}

TEST_F(HttpHeadTest, HasNoEncodingButGzip) {
    EXPECT_EQ(refusal_with("Content-Encoding: identity\r\n"), "");
    for (const char* headers :
         {"Content-Encoding: deflate\r\n", "content-encoding: br\r\n",
          "Content-Encoding: gzip, gzip\r\n",
          "Content-Encoding: gzip\r\nContent-Encoding: gzip\r\n", "Content-Encoding:\r\n"}) {
        EXPECT_NE(refusal_with(headers), "") << headers;
    }
}

TEST_F(HttpHeadTest, HasNoLineThatCouldBeReadInTwoWays) {
    for (const std::string& headers :
         {std::string("no colon\r\n"), std::string(": canary\r\n"), std::string("A : canary\r\n"),
          std::string(" A: canary\r\n"), std::string("A: canary\r\n folded\r\n"),
          std::string("A: canary\rB: 2\r\n"), std::string("A: canary\0\r\n", 12),
          std::string("A\0B: canary\r\n", 13), std::string("A: \x1b[1mcanary\r\n"),
          std::string("A\x7f: canary\r\n")}) {
        EXPECT_NE(refusal_with(headers), "") << headers;
    }
    EXPECT_EQ(refusal_with("A: caf\xc3\xa9 \t and more\r\n"), "");
}

TEST_F(HttpHeadTest, HasNoMoreHeadersThanTheLimit) {
    EXPECT_EQ(refusal_with("A: 1\r\nA: 2\r\nA: 3\r\nA: 4\r\nA: 5\r\n"), "");
    EXPECT_NE(refusal_with("A: 1\r\nA: 2\r\nA: 3\r\nA: 4\r\nA: 5\r\nA: 6\r\n"), "");
}

TEST_F(HttpHeadTest, KeepsTheConnectionUnlessToldNotTo) {
    EXPECT_TRUE(parse("HTTP/1.1 200 OK\r\n\r\n").keep_alive);
    EXPECT_TRUE(parse("HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\n").keep_alive);
    EXPECT_FALSE(parse("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n").keep_alive);
    EXPECT_FALSE(parse("HTTP/1.1 200 OK\r\nconnection: Upgrade , Close\r\n\r\n").keep_alive);
    EXPECT_FALSE(
        parse("HTTP/1.1 200 OK\r\nConnection: close\r\nConnection: keep-alive\r\n\r\n").keep_alive);
    EXPECT_FALSE(parse("HTTP/1.0 200 OK\r\n\r\n").keep_alive);
}

TEST_F(HttpHeadTest, TellsByTheStatusWhetherThereIsABody) {
    for (const char* status : {"100", "204", "304"}) {
        EXPECT_FALSE(parse("HTTP/1.1 " + std::string(status) + "\r\n\r\n").has_body) << status;
    }
    for (const char* status : {"200", "302", "404", "500"}) {
        EXPECT_TRUE(parse("HTTP/1.1 " + std::string(status) + "\r\n\r\n").has_body) << status;
    }
}

}  // namespace
}  // namespace vodcatalog
