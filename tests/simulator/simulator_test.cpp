#include "tests/simulator/simulator.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <map>
#include <thread>

#include "daemon/vod/answer_parser.h"
#include "tests/simulator/running_simulator.h"

namespace simulator {
namespace {

using SimulatorTest = RunningSimulator;

TEST_F(SimulatorTest, ABatchNamesWhatIsThereAndWhatIsNot) {
    const std::string answer = call(ids[0] + "," + ids[1] + ",nobody");
    EXPECT_EQ(status_of(answer), 200) << answer;
    vodcatalog::AnswerParser parser;
    vodcatalog::Answer read;
    std::string body = body_of(answer);
    parser.read_answer(body, read);
    EXPECT_EQ(read.image_count, 2U);
    EXPECT_EQ(read.not_exist, std::vector<std::string>{"nobody"});
    EXPECT_EQ(read.request_id, header_of(answer, "x-acs-request-id"));
}

TEST_F(SimulatorTest, AnAnswerHasTheGatewaysHeaders) {
    const std::string answer = call(ids[0], false);
    EXPECT_EQ(header_of(answer, "content-type"), "application/json;charset=utf-8");
    EXPECT_EQ(header_of(answer, "x-acs-trace-id").size(), 32U);
    EXPECT_EQ(header_of(answer, "keep-alive"), "timeout=25");
    EXPECT_EQ(header_of(answer, "date"), "Fri, 02 Jan 2026 03:04:05 GMT");
}

TEST_F(SimulatorTest, EachRefusalHasItsCode) {
    EXPECT_EQ(code_of(call("", true)), "MissingImageIds 400");
    EXPECT_EQ(code_of(call("", false)), "MissingImageId 400");
    EXPECT_EQ(code_of(call("nobody", false)), "NoSuchResource 404");
    std::string many;
    for (int i = 0; i < 20; ++i) many += "id-" + std::to_string(i) + ",";
    EXPECT_EQ(code_of(call(many)), "(no code)");
    EXPECT_EQ(code_of(call(many + "one-more")), "InvalidParameter 400");
    SignedRequest odd = request(ids[0]);
    odd.parameters.emplace_back("OutputType", "floppy");
    EXPECT_EQ(code_of(ask(cloud->endpoint(), odd.text())), "InvalidParameter 400");
    odd = request(ids[0]);
    odd.parameters.emplace_back("AuthTimeout", "soon");
    EXPECT_EQ(code_of(ask(cloud->endpoint(), odd.text())), "InvalidParameter 400");
}

TEST_F(SimulatorTest, WhoAsksForNoFormatUnderV1GetsXml) {
    SignedRequest xml = request(ids[0], false);
    xml.v3 = false;
    xml.format = "";
    const std::string good = ask(cloud->endpoint(), xml.text());
    EXPECT_EQ(status_of(good), 200);
    EXPECT_NE(good.find("<GetImageInfoResponse>"), std::string::npos) << good;
    xml.parameters = {{"ImageId", "nobody"}};
    xml.nonce.clear();
    const std::string bad = ask(cloud->endpoint(), xml.text());
    EXPECT_EQ(header_of(bad, "content-type"), "text/xml;charset=utf-8");
    EXPECT_NE(bad.find("<Code>NoSuchResource</Code>"), std::string::npos) << bad;
}

TEST_F(SimulatorTest, AConnectionServesManyCalls) {
    RawClient client(cloud->endpoint());
    for (int i = 0; i < 5; ++i) {
        client.send(request(ids[0]).text());
        EXPECT_EQ(status_of(client.answer()), 200);
    }
    SignedRequest last = request(ids[0]);
    last.connection = "close";
    client.send(last.text());
    std::string bytes;
    EXPECT_EQ(client.read_to_end(bytes, kPatience), RawClient::End::closed);
    EXPECT_EQ(header_of(bytes, "connection"), "close");
}

TEST_F(SimulatorTest, AnIdleConnectionIsClosed) {
    EXPECT_EQ(control("POST", "/settings", R"({"keep_alive":"20ms"})"), "{}");
    RawClient client(cloud->endpoint());
    client.send(request(ids[0]).text());
    EXPECT_EQ(status_of(client.answer()), 200);
    std::string bytes;
    EXPECT_EQ(client.read_to_end(bytes, kPatience), RawClient::End::closed);
    EXPECT_EQ(bytes, "");
}

TEST_F(SimulatorTest, OnlyWholeGoodAnswersCountAsServed) {
    EXPECT_EQ(served(), 0U);
    (void)call(ids[0]);
    EXPECT_EQ(served(), 1U);
    std::string bytes;
    for (const char* const fault : {"reset_before_answer", "reset_in_body", "truncated_body"}) {
        (void)suffer(fault, bytes);
        EXPECT_EQ(served(), 1U) << fault;
    }
    (void)call(ids[0], false);
    EXPECT_EQ(served(), 2U);
}

TEST_F(SimulatorTest, AThrottledCallSaysSo) {
    EXPECT_EQ(control("POST", "/faults", R"({"fault":"throttle","calls":2})"), "{}");
    EXPECT_EQ(code_of(call(ids[0])), "Throttling.User 400");
    EXPECT_EQ(
        control("POST", "/settings",
                R"({"faults":{"throttle_status":429,"throttle_hint":"rate_limit","hint":"3s"}})"),
        "{}");
    const std::string answer = call(ids[0]);
    EXPECT_EQ(code_of(answer), "Throttling.User 429");
    EXPECT_EQ(header_of(answer, "x-ratelimit-user-api"), "Limit:1,Remain:0,TimeLeft:3000,Reset:1");
    EXPECT_EQ(status_of(call(ids[0])), 200);
}

TEST_F(SimulatorTest, ALimitLetsThroughSoManyPerSecond) {
    EXPECT_EQ(control("POST", "/settings", R"({"limits":{"GetImageInfos":{"per_second":2}}})"),
              "{}");
    const auto through = [&] {
        int count = 0;
        for (int i = 0; i < 5; ++i) count += status_of(call(ids[0])) == 200 ? 1 : 0;
        return count;
    };
    EXPECT_EQ(through(), 2);
    clock.advance(std::chrono::milliseconds{1'500});
    EXPECT_EQ(through(), 2);
    EXPECT_EQ(status_of(call(ids[0], false)), 200);
}

TEST_F(SimulatorTest, AFailingCloudAnswersWithJsonOrWithAProxysPage) {
    std::map<int, int> statuses;
    for (int i = 0; i < 30; ++i) {
        EXPECT_EQ(control("POST", "/faults", R"({"fault":"http_5xx"})"), "{}");
        const std::string answer = call(ids[0]);
        ++statuses[status_of(answer)];
        EXPECT_EQ(is_json(body_of(answer)), status_of(answer) != 502) << answer;
    }
    EXPECT_EQ(statuses.size(), 3U);
    EXPECT_TRUE(statuses.contains(500) && statuses.contains(502) && statuses.contains(503));
    EXPECT_EQ(served(), 0U);
}

TEST_F(SimulatorTest, AResetBeforeTheAnswerBringsNoByte) {
    std::string bytes;
    EXPECT_EQ(suffer("reset_before_answer", bytes), RawClient::End::reset);
    EXPECT_EQ(bytes, "");
}

TEST_F(SimulatorTest, AResetInTheBodyBringsPartOfIt) {
    std::string bytes;
    EXPECT_EQ(suffer("reset_in_body", bytes), RawClient::End::reset);
    EXPECT_EQ(status_of(bytes), 200);
    EXPECT_LT(body_of(bytes).size(), std::stoul(header_of(bytes, "content-length")));
}

TEST_F(SimulatorTest, ATruncatedBodyIsShorterThanPromisedEvenWhereItWouldParse) {
    int parsed = 0;
    for (int i = 0; i < 20; ++i) {
        std::string bytes;
        EXPECT_EQ(suffer("truncated_body", bytes), RawClient::End::closed);
        EXPECT_LT(body_of(bytes).size(), std::stoul(header_of(bytes, "content-length")));
        parsed += is_json(body_of(bytes)) ? 1 : 0;
    }
    EXPECT_GT(parsed, 2);
    EXPECT_LT(parsed, 18);
}

TEST_F(SimulatorTest, AGarbledBodyIsNoJsonWhateverIsDoneAboutBadUtf8) {
    for (int i = 0; i < 40; ++i) {
        EXPECT_EQ(control("POST", "/faults", R"({"fault":"garbled_body"})"), "{}");
        const std::string answer = call(ids[0] + "," + ids[1]);
        EXPECT_EQ(status_of(answer), 200);
        std::string body = body_of(answer);
        EXPECT_EQ(std::to_string(body.size()), header_of(answer, "content-length"));
        vodcatalog::AnswerParser parser;
        vodcatalog::Answer read;
        EXPECT_ANY_THROW(parser.read_answer(body, read)) << answer;
    }
    EXPECT_EQ(served(), 0U);
}

TEST_F(SimulatorTest, AnEmptyAnswerHasNoBody) {
    EXPECT_EQ(control("POST", "/faults", R"({"fault":"empty_answer"})"), "{}");
    const std::string answer = call(ids[0]);
    EXPECT_EQ(status_of(answer), 200);
    EXPECT_EQ(header_of(answer, "content-length"), "0");
    EXPECT_EQ(served(), 0U);
}

TEST_F(SimulatorTest, AHangBringsNothingUntilItsEnd) {
    EXPECT_EQ(control("POST", "/settings", R"({"faults":{"hang_for":"50ms"}})"), "{}");
    std::string bytes;
    EXPECT_EQ(suffer("hang", bytes), RawClient::End::closed);
    EXPECT_EQ(bytes, "");
    EXPECT_EQ(served(), 0U);
}

TEST_F(SimulatorTest, ADripNeverBringsTheLastByte) {
    EXPECT_EQ(control("POST", "/settings", R"({"faults":{"drip_every":"0ms","hang_for":"3s"}})"),
              "{}");
    std::string bytes;
    EXPECT_EQ(suffer("drip", bytes), RawClient::End::closed);
    EXPECT_EQ(body_of(bytes).size() + 1, std::stoul(header_of(bytes, "content-length")));
    EXPECT_EQ(served(), 0U);
}

TEST_F(SimulatorTest, WhoHasLeftIsToldNothing) {
    EXPECT_EQ(control("POST", "/settings", R"({"latency":{"fixed":"60s"}})"), "{}");
    {
        const RawClient client(cloud->endpoint());
        client.send(request(ids[0]).text());
    }
    EXPECT_EQ(control("POST", "/settings", R"({"latency":{"fixed":"0s"}})"), "{}");
    EXPECT_EQ(served(), 0U);
}

TEST_F(SimulatorTest, ItEndsWhileClientsWait) {
    EXPECT_EQ(control("POST", "/faults", R"({"fault":"hang"})"), "{}");
    const RawClient hanging(cloud->endpoint());
    hanging.send(request(ids[0]).text());
    const RawClient idle(cloud->endpoint());
    cloud.reset();
    std::string bytes;
    EXPECT_NE(hanging.read_to_end(bytes, kPatience), RawClient::End::silent);
    EXPECT_NE(idle.read_to_end(bytes, kPatience), RawClient::End::silent);
}

TEST_F(SimulatorTest, TheServersClockMayBeOff) {
    EXPECT_EQ(control("POST", "/settings", R"({"clock_skew":"20m"})"), "{}");
    const std::string answer = call(ids[0]);
    EXPECT_EQ(code_of(answer), "InvalidTimeStamp.Expired 400");
    EXPECT_EQ(header_of(answer, "date"), "Fri, 02 Jan 2026 03:24:05 GMT");
}

TEST_F(SimulatorTest, NonsenseIsAnsweredAndTheConnectionClosed) {
    for (const char* const nonsense :
         {"hello\r\n\r\n", "GET / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
          "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
          "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nmany\r\n",
          "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
          "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
          "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
          "POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
          "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"}) {
        const RawClient client(cloud->endpoint());
        client.send(nonsense);
        std::string bytes;
        EXPECT_EQ(client.read_to_end(bytes, kPatience), RawClient::End::closed) << nonsense;
        EXPECT_GE(status_of(bytes), 400) << bytes;
    }
    const RawClient client(cloud->endpoint());
    client.send(std::string(70'000, 'a'));
    std::string bytes;
    EXPECT_NE(client.read_to_end(bytes, kPatience), RawClient::End::silent);
}

TEST_F(SimulatorTest, AFormMayComeInChunks) {
    SignedRequest form = request(ids[0]);
    form.form = true;
    form.v3 = false;
    const std::string whole = form.text();
    const std::string body = body_of(whole);
    std::string head = whole.substr(0, whole.find("\r\nContent-Length"));
    head += "\r\nTransfer-Encoding: chunked\r\n\r\n";
    RawClient client(cloud->endpoint());
    client.send(head + "a\r\n" + body.substr(0, 10) + "\r\n");
    std::array<char, 32> size{};
    std::snprintf(size.data(), size.size(), "%zx;name=value\r\n", body.size() - 10);
    client.send(size.data() + body.substr(10) + "\r\n0\r\nTrailer: x\r\n\r\n");
    EXPECT_EQ(code_of(client.answer()), "(no code)");
    client.send(request(ids[0]).text());
    EXPECT_EQ(code_of(client.answer()), "(no code)");
}

TEST_F(SimulatorTest, ManyClientsAreServedAtOnce) {
    std::atomic<int> good = 0;
    std::vector<std::thread> clients;
    for (int i = 0; i < 8; ++i) {
        clients.emplace_back([&] {
            RawClient client(cloud->endpoint());
            for (int j = 0; j < 25; ++j) {
                client.send(request(ids[0] + "," + ids[1]).text());
                if (status_of(client.answer()) == 200) ++good;
            }
        });
    }
    for (std::thread& client : clients) client.join();
    EXPECT_EQ(good, 200);
    EXPECT_EQ(served(), 200U);
}

}  // namespace
}  // namespace simulator
