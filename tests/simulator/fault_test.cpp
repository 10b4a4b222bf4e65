// What goes wrong on the way, seen from the wire.
#include "tests/simulator/fault.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <chrono>

#include "tests/simulator/coding.h"
#include "tests/simulator/refusal.h"
#include "tests/simulator/running_simulator.h"

namespace simulator {
namespace {

class FaultTest : public RunningSimulator {
protected:
    /// The bytes of the next answer, under that fault, to a client that takes these codings.
    [[nodiscard]] std::string bytes_of(const std::string& fault, const std::string& codings = "") {
        order(R"({"fault":")" + fault + R"("})");
        SignedRequest asked = request(ids[0]);
        asked.accept_encoding = codings;
        asked.connection = "close";
        const RawClient client(cloud->endpoint());
        client.send(asked.text());
        std::string bytes;
        EXPECT_NE(client.read_to_end(bytes, kPatience), RawClient::End::silent);
        return bytes;
    }
};

/// How many bytes come out of a compressed body, and its first hundred. zlib finds the form itself.
std::string decoded(const std::string& body, std::size_t& size) {
    z_stream stream{};
    inflateInit2(&stream, 15 + 32);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
    stream.avail_in = static_cast<uInt>(body.size());
    std::string begin;
    std::string part(1 << 16, '\0');
    int state = Z_OK;
    size = 0;
    while (state == Z_OK) {
        stream.next_out = reinterpret_cast<Bytef*>(part.data());
        stream.avail_out = static_cast<uInt>(part.size());
        state = inflate(&stream, Z_NO_FLUSH);
        const std::size_t made = part.size() - stream.avail_out;
        size += made;
        if (begin.size() < 100'000) begin += part.substr(0, made);
    }
    inflateEnd(&stream);
    EXPECT_EQ(state, Z_STREAM_END);
    return begin;
}

int count_of(const std::string& text, const std::string& what) {
    int count = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
        ++count;
    }
    return count;
}

TEST_F(FaultTest, AProxysPageIsHtmlAndNotTheGateways) {
    for (const int status : {407, 502, 503, 504}) {
        const std::string bytes = bytes_of("proxy_" + std::to_string(status));
        EXPECT_EQ(status_of(bytes), status);
        EXPECT_EQ(header_of(bytes, "content-type"), "text/html");
        EXPECT_EQ(header_of(bytes, "x-acs-request-id"), "");
        EXPECT_EQ(header_of(bytes, "proxy-authenticate") != "", status == 407);
        EXPECT_NE(body_of(bytes).find("<h1>" + std::to_string(status)), std::string::npos);
    }
    EXPECT_EQ(served(), 0U);
}

TEST_F(FaultTest, ARedirectNamesTheTargetThatWasSet) {
    set(R"({"faults":{"redirect_to":"http://127.0.0.2:8080/there"}})");
    for (const int status : {302, 307}) {
        const std::string bytes = bytes_of("redirect_" + std::to_string(status));
        EXPECT_EQ(status_of(bytes), status);
        EXPECT_EQ(header_of(bytes, "location"), "http://127.0.0.2:8080/there");
    }
    set(R"({"faults":{"redirect_to":""}})");
    EXPECT_EQ(header_of(bytes_of("redirect_302"), "location"), "");
}

TEST_F(FaultTest, AStatusMayBeOdd) {
    const std::string none = bytes_of("status_204");
    EXPECT_EQ(status_of(none), 204);
    EXPECT_EQ(body_of(none), "");
    EXPECT_EQ(header_of(none, "content-length"), "");
    const std::string odd = bytes_of("status_999");
    EXPECT_EQ(status_of(odd), 999);
    EXPECT_TRUE(is_json(body_of(odd)));
    EXPECT_EQ(served(), 0U);
}

TEST_F(FaultTest, ASlowAnswerIsWholeInTheEnd) {
    set(R"({"faults":{"slow_for":"200ms"}})");
    const std::string bytes = bytes_of("slow");
    EXPECT_EQ(std::to_string(body_of(bytes).size()), header_of(bytes, "content-length"));
    EXPECT_TRUE(is_json(body_of(bytes)));
    EXPECT_EQ(served(), 1U);
}

TEST_F(FaultTest, AHugeAnswerIsGoodJson) {
    set(R"({"faults":{"huge_bytes":3000000}})");
    const std::string bytes = bytes_of("huge");
    EXPECT_EQ(header_of(bytes, "content-length"), "3000000");
    EXPECT_EQ(body_of(bytes).size(), 3'000'000U);
    EXPECT_TRUE(is_json(body_of(bytes)));
    EXPECT_EQ(served(), 0U);
}

TEST_F(FaultTest, AnAnswerIsCompressedForThoseAloneWhoTakeIt) {
    for (const std::string coding : {"gzip", "deflate"}) {
        const std::string bytes = bytes_of(coding, "br, " + coding);
        EXPECT_EQ(header_of(bytes, "content-encoding"), coding);
        std::size_t size = 0;
        EXPECT_TRUE(is_json(decoded(body_of(bytes), size)));
        EXPECT_EQ(body_of(bytes)[0] == '\x1f', coding == "gzip");
    }
    EXPECT_EQ(served(), 2U);
    for (const char* const fault : {"gzip", "gzip_bomb", "deflate", "deflate_bomb"}) {
        const std::string plain = bytes_of(fault, fault[0] == 'g' ? "deflate" : "gzip");
        EXPECT_EQ(header_of(plain, "content-encoding"), "");
        EXPECT_TRUE(is_json(body_of(plain)));
    }
    EXPECT_EQ(served(), 6U);
}

TEST_F(FaultTest, ABombIsSmallUntilItIsUnpacked) {
    set(R"({"faults":{"bomb_bytes":20000000}})");
    for (const std::string coding : {"gzip", "deflate"}) {
        const std::string bytes = bytes_of(coding + "_bomb", coding);
        EXPECT_LT(body_of(bytes).size(), 150'000U);
        std::size_t size = 0;
        EXPECT_TRUE(decoded(body_of(bytes), size).starts_with("{"));
        EXPECT_GT(size, 20'000'000U);
    }
    EXPECT_EQ(served(), 0U);
}

TEST_F(FaultTest, WhatIsEndlessEndsWithTheClient) {
    const std::pair<const char*, const char*> endless[] = {
        {"endless_body", "\r\n\r\n"},
        {"endless_chunks", "transfer-encoding: chunked"},
        {"endless_headers", "x-filler: a"}};
    for (const auto& [fault, mark] : endless) {
        order(R"({"fault":")" + std::string{fault} + R"("})");
        RawClient client(cloud->endpoint());
        client.send(request(ids[0]).text());
        const std::string bytes = client.some(5'000'000);
        EXPECT_GE(bytes.size(), 5'000'000U) << fault;
        EXPECT_NE(bytes.find(mark), std::string::npos) << fault;
        EXPECT_EQ(header_of(bytes, "content-length"), "") << fault;
        EXPECT_EQ(bytes.find("\r\n\r\n") == std::string::npos,
                  std::string{fault} == "endless_headers");
    }
    EXPECT_EQ(served(), 0U);
}

TEST_F(FaultTest, ALengthMayBeWrong) {
    const std::string shorter = bytes_of("length_too_short");
    EXPECT_GT(body_of(shorter).size(), std::stoul(header_of(shorter, "content-length")));
    EXPECT_EQ(header_of(bytes_of("length_no_number"), "content-length"), "many");
    const std::string two = bytes_of("two_lengths");
    EXPECT_EQ(count_of(two, "content-length: "), 2);
    EXPECT_EQ(std::to_string(body_of(two).size()), header_of(two, "content-length"));
    EXPECT_EQ(served(), 0U);
}

TEST_F(FaultTest, AContinueComesBeforeTheAnswer) {
    const std::string bytes = bytes_of("continue_100");
    EXPECT_TRUE(bytes.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")) << bytes;
    EXPECT_EQ(served(), 1U);
}

TEST_F(FaultTest, EveryDocumentedCodeCanBeOrdered) {
    const std::pair<const char*, int> codes[] = {
        {"NoSuchResource", 404},
        {"MissingParameter", 400},
        {"InvalidParameter", 400},
        {"OperationDenied", 403},
        {"OperationDenied.Suspended", 403},
        {"Forbidden", 403},
        {"InternalError", 500},
        {"ServiceUnAvailable", 503},
        {"MissingImageId", 400},
        {"InvalidParameter.Format", 400},
        {"InvalidVersion", 400},
        {"InvalidAction.NotFound", 404},
        {"InvalidApi.NotFound", 404},
        {"InvalidProduct.NotFound", 404},
        {"InvalidProtocol.NeedSsl", 400},
        {"UnsupportedHTTPMethod", 400},
        {"InvalidAccessKeyId.NotFound", 404},
        {"InvalidAccessKeyId.Inactive", 400},
        {"Forbidden.AccessKeyDisabled", 403},
        {"SignatureDoesNotMatch", 400},
        {"IncompleteSignature", 400},
        {"InvalidSignatureMethod", 400},
        {"IllegalTimestamp", 400},
        {"InvalidTimeStamp.Format", 400},
        {"InvalidTimeStamp.Expired", 400},
        {"SignatureNonceUsed", 400},
        {"InvalidSecurityToken.Expired", 400},
        {"InvalidSecurityToken.Malformed", 400},
        {"InvalidSecurityToken.MismatchWithAccessKey", 400},
        {"MissingSecurityToken", 400},
        {"Forbidden.RAM", 403},
        {"NoPermission", 403},
        {"Forbidden.RiskControl", 403},
        {"Throttling", 400},
        {"Throttling.User", 400},
        {"Throttling.Api", 400},
        {"Throttling.Api.Concurrency", 400},
        {"ServiceUnavailable", 503}};
    for (const auto& [code, status] : codes) {
        order(R"({"fault":"code","code":")" + std::string{code} + R"("})");
        const std::string answer = call(ids[0], false);
        EXPECT_EQ(code_of(answer), std::string{code} + " " + std::to_string(status));
        EXPECT_NE(json_text(body_of(answer), "/Message"), "");
    }
    EXPECT_EQ(served(), 0U);
    order(R"({"fault":"code","code":"Throttling.User","http_status":429,"message":"Slow down."})");
    const std::string answer = call(ids[0], false);
    EXPECT_EQ(code_of(answer), "Throttling.User 429");
    EXPECT_EQ(json_text(body_of(answer), "/Message"), "Slow down.");
}

TEST_F(FaultTest, ARuleFitsSomeCallsForSomeTime) {
    set(R"({"faults":{"rules":[
        {"action":"GetImageInfo","account":"third","fault":"code","code":"InternalError",
         "from":"10s","until":"20s"},
        {"action":"GetImageInfos","fault":"proxy_502","share":0.5}]}})");
    EXPECT_EQ(code_of(call_as("third", "none", false)), "NoSuchResource 404");
    clock.advance(std::chrono::seconds{10});
    EXPECT_EQ(code_of(call_as("third", "none", false)), "InternalError 500");
    EXPECT_EQ(code_of(call_as("main", "none", false)), "NoSuchResource 404");
    clock.advance(std::chrono::seconds{10});
    EXPECT_EQ(code_of(call_as("third", "none", false)), "NoSuchResource 404");
    int pages = 0;
    for (int i = 0; i < 100; ++i) pages += status_of(call(ids[0])) == 502 ? 1 : 0;
    EXPECT_GT(pages, 25);
    EXPECT_LT(pages, 75);
}

TEST(Fault, SharesAreDrawnInOrder) {
    FaultShares shares;
    shares[Fault::throttle] = 0.25;
    shares[Fault::proxy_504] = 0.25;
    EXPECT_EQ(shares.drawn(0), Fault::throttle);
    EXPECT_EQ(shares.drawn(0.25), Fault::proxy_504);
    EXPECT_EQ(shares.drawn(0.49), Fault::proxy_504);
    EXPECT_EQ(shares.drawn(0.5), Fault::none);
}

TEST(Fault, EachHasANameOfItsOwn) {
    for (std::size_t i = 0; i < kFaultCount; ++i) {
        const auto fault = static_cast<Fault>(i);
        EXPECT_EQ(fault_from(to_string(fault)), fault);
    }
    EXPECT_EQ(fault_from("flood"), std::nullopt);
}

TEST(Refusal, ParametersHaveCodesOfTheirOwn) {
    EXPECT_EQ(documented_refusal("MissingImageIds").value_or(Refusal{}).message,
              "ImageIds is mandatory for this action.");
    EXPECT_TRUE(documented_refusal("InvalidOutputType"));
    for (const char* const other : {"", "Missing", "Invalid", "Invalid.X", "InvalidImage.NotFound"})
        EXPECT_FALSE(documented_refusal(other)) << other;
}

}  // namespace
}  // namespace simulator
