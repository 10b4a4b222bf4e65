#include "daemon/web/web_request.h"

#include <gtest/gtest.h>

namespace vodcatalog {
namespace {

/// What becomes of the bytes: the status of the refusal, 0 if more is waited for, 200 if whole.
int fate(const std::string& bytes, WebRequest* request = nullptr, std::size_t piece = 0) {
    WebRequestReader reader([](const WebRequest&) { return std::size_t{10}; });
    if (piece == 0) piece = bytes.size();
    try {
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            if (!reader.take(std::string_view(bytes).substr(at, piece))) continue;
            if (request != nullptr) *request = reader.request();
            return 200;
        }
        return 0;
    } catch (const WebRefusal& refusal) {
        return refusal.reply().status;
    }
}

constexpr const char* kPost =
    "POST /a/b?c=d?e HTTP/1.1\r\nHost: localhost\r\nX-Two:  words here \r\nContent-Length: 4\r\n"
    "\r\nbodymore";

TEST(WebRequestTest, IsReadHoweverItsBytesCome) {
    for (const std::size_t piece : {0U, 1U, 2U, 3U, 7U, 90U}) {
        WebRequest request;
        ASSERT_EQ(fate(kPost, &request, piece), 200) << piece;
        EXPECT_EQ(request.method, "POST");
        EXPECT_EQ(request.path, "/a/b");
        EXPECT_EQ(request.query, "c=d?e");
        EXPECT_EQ(request.body, "body");
        ASSERT_NE(request.header("x-two"), nullptr);
        EXPECT_EQ(*request.header("x-two"), "words here");
        EXPECT_EQ(request.header("x-three"), nullptr);
    }
}

TEST(WebRequestTest, MoreIsWaitedFor) {
    const std::string whole = std::string(kPost).substr(0, std::string(kPost).size() - 5);
    for (std::size_t size = 0; size <= whole.size(); ++size)
        EXPECT_EQ(fate(whole.substr(0, size)), 0) << size;
}

TEST(WebRequestTest, WhatCouldMeanTwoThingsIsRefused) {
    const std::string get = "GET / HTTP/1.1\r\n";
    const std::pair<std::string, int> table[] = {
        {"\r\n\r\n", 400},
        {"GET\r\n\r\n", 400},
        {"GET /\r\n\r\n", 400},
        {"GET / HTTP/2.0\r\n\r\n", 505},
        {"GET / HTTP/1.1 \r\n\r\n", 505},
        {"GET  HTTP/1.1\r\n\r\n", 400},
        {"G\"T / HTTP/1.1\r\n\r\n", 400},
        {"GET a HTTP/1.1\r\n\r\n", 400},
        {"GET http://localhost/ HTTP/1.1\r\n\r\n", 400},
        {"GET /a b HTTP/1.1\r\n\r\n", 400},
        {"GET /\xc3\xa9 HTTP/1.1\r\n\r\n", 400},
        {std::string("GET /\0 HTTP/1.1\r\n\r\n", 19), 400},
        {get + "no header\r\n\r\n", 400},
        {get + " Folded: x\r\n\r\n", 400},
        {get + "Blank : x\r\n\r\n", 400},
        {get + ": x\r\n\r\n", 400},
        {get + "A: x\ny\r\n\r\n", 400},
        {get + "Host: a\r\nHost: b\r\n\r\n", 400},
        {get + "Content-Length: 1\r\nContent-Length: 1\r\n\r\n", 400},
        {get + "Content-Length: -1\r\n\r\n", 400},
        {get + "Content-Length: +1\r\n\r\n", 400},
        {get + "Content-Length: 1,1\r\n\r\n", 400},
        {get + "Content-Length: \r\n\r\n", 400},
        {get + "Content-Length: 11\r\n\r\n", 413},
        {get + "Content-Length: 99999999999999999999\r\n\r\n", 413},
        {get + "Transfer-Encoding: chunked\r\n\r\n", 411},
        {"GET / HTTP/1.0\r\n\r\n", 200},
        {get + "Content-Length: 0\r\n\r\n", 200},
    };
    for (const auto& [bytes, status] : table) EXPECT_EQ(fate(bytes), status) << bytes;
}

TEST(WebRequestTest, ItsHeadHasLimits) {
    const std::string get = "GET / HTTP/1.1\r\n";
    std::string headers;
    for (std::size_t i = 0; i < WebRequestReader::kHeadersMax; ++i) headers += "A: x\r\n";
    EXPECT_EQ(fate(get + headers + "\r\n"), 200);
    EXPECT_EQ(fate(get + headers + "B: x\r\n\r\n"), 431);
    const std::size_t rest = WebRequestReader::kHeadBytesMax - get.size() - 3;
    EXPECT_EQ(fate(get + "A: " + std::string(rest, 'x') + "\r\n\r\n"), 200);
    EXPECT_EQ(fate(get + "A: " + std::string(rest + 1, 'x') + "\r\n\r\n"), 431);
    EXPECT_EQ(fate(std::string(1'000'000, 'x'), nullptr, 4'096), 431);
}

TEST(WebRequestTest, WhoeverAdmitsIsAskedBeforeTheBodyComes) {
    WebRequestReader reader(
        [](const WebRequest& head) -> std::size_t { throw WebRefusal(403, "not " + head.path); });
    try {
        static_cast<void>(reader.take("POST /x HTTP/1.1\r\nContent-Length: 99\r\n\r\n"));
        FAIL() << "admitted";
    } catch (const WebRefusal& refusal) {
        EXPECT_STREQ(refusal.what(), "not /x");
    }
}

}  // namespace
}  // namespace vodcatalog
