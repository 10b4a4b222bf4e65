#include "daemon/vod/poco_http_client.h"

#include <sys/resource.h>

#include <atomic>
#include <future>
#include <thread>

#include "tests/vod/http_world.h"

namespace vodcatalog {
namespace {

using namespace std::chrono_literals;

class PocoHttpClientTest : public HttpWorld {};

TEST_F(PocoHttpClientTest, SendsWhatItIsGivenAndTakesTheAnswer) {
    std::promise<std::string> seen;
    const RawServer server([&](RawConnection& connection, int) {
        seen.set_value(connection.request());
        connection.send(answer("body", "X-Acs-Request-Id: r\r\n", "404 Not Found"));
    });
    HttpRequest request = to(server);
    request.target = "/?ImageId=a%2Cb";
    request.body = "form";
    client_.send(request, response_);
    EXPECT_EQ(response_.status, 404);
    EXPECT_EQ(response_.body, "body");
    EXPECT_EQ(response_.header("x-acs-request-id"), "r");
    EXPECT_EQ(seen.get_future().get(),
              "POST /?ImageId=a%2Cb HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
                  "\r\nx-acs-security-token: canary\r\nAccept-Encoding: gzip\r\nContent-Length: "
                  "4\r\n\r\nform");
}

TEST_F(PocoHttpClientTest, SendsALongRequestWhole) {
    const std::string body(300'000, 'x');
    std::promise<std::string> seen;
    const RawServer server([&](RawConnection& connection, int) {
        seen.set_value(connection.request());
        connection.send(answer(""));
    });
    HttpRequest request = to(server);
    request.body = body;
    client_.send(request, response_);
    const std::string text = seen.get_future().get();
    EXPECT_EQ(text.substr(text.find("\r\n\r\n") + 4), body);
}

TEST_F(PocoHttpClientTest, SendsNothingThatWouldBecomeAnotherRequest) {
    const RawServer server(always(answer("")));
    HttpRequest request = to(server);
    request.headers.emplace_back("X", "canary\r\nY: z");
    EXPECT_EQ(outcome_of(request), Outcome::refused);
    request.headers.back() = {"X: canary\n", "1"};
    EXPECT_EQ(outcome_of(request), Outcome::refused);
    request.headers.pop_back();
    request.target = "/ HTTP/1.1\r\ncanary";
    EXPECT_EQ(outcome_of(request), Outcome::refused);
    EXPECT_EQ(outcome_of(to(server)), Outcome::answered);
}

TEST_F(PocoHttpClientTest, KeepsTheConnection) {
    const RawServer server(always(answer("body")));
    for (int i = 0; i < 10; ++i) {
        ASSERT_EQ(outcome_of(to(server)), Outcome::answered) << message_;
        EXPECT_EQ(response_.body, "body");
    }
    EXPECT_EQ(server.accepted(), 1);
}

TEST_F(PocoHttpClientTest, KeepsOneConnectionPerEndpoint) {
    std::vector<std::unique_ptr<RawServer>> servers;
    for (std::size_t i = 0; i <= PocoHttpClient::kEndpointsMax; ++i) {
        servers.push_back(std::make_unique<RawServer>(always(answer(std::to_string(i)))));
    }
    for (int round = 0; round < 3; ++round) {
        for (std::size_t i = 0; i < PocoHttpClient::kEndpointsMax; ++i) {
            idle_clock_.advance(1ms);
            ASSERT_EQ(outcome_of(to(*servers[i])), Outcome::answered) << message_;
            EXPECT_EQ(response_.body, std::to_string(i));
        }
    }
    idle_clock_.advance(1ms);
    EXPECT_EQ(outcome_of(to(*servers.back())), Outcome::answered) << "in the place of the first";
    EXPECT_EQ(outcome_of(to(*servers[1])), Outcome::answered);
    EXPECT_EQ(outcome_of(to(*servers[0])), Outcome::answered);
    EXPECT_EQ(servers[1]->accepted(), 1);
    EXPECT_EQ(servers[0]->accepted(), 2);
}

TEST_F(PocoHttpClientTest, KeepsNoConnectionThatIsIdleForTooLong) {
    const RawServer server(always(answer("body")));
    EXPECT_EQ(outcome_of(to(server)), Outcome::answered);
    idle_clock_.advance(PocoHttpClient::kIdleMax - 1ms);
    EXPECT_EQ(outcome_of(to(server)), Outcome::answered);
    EXPECT_EQ(server.accepted(), 1);
    idle_clock_.advance(PocoHttpClient::kIdleMax);
    EXPECT_EQ(outcome_of(to(server)), Outcome::answered);
    EXPECT_EQ(server.accepted(), 2);
}

TEST_F(PocoHttpClientTest, KeepsNoConnectionThatTheServerIsAboutToEnd) {
    const RawServer server(once(answer("body", "Connection: close\r\n")));
    for (int i = 0; i < 3; ++i) EXPECT_EQ(outcome_of(to(server)), Outcome::answered) << message_;
    EXPECT_EQ(server.accepted(), 3);
}

TEST_F(PocoHttpClientTest, KeepsNoConnectionWithMoreInItThanTheAnswer) {
    const RawServer server(always(answer("body") + answer("forged")));
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(outcome_of(to(server)), Outcome::answered) << message_;
        EXPECT_EQ(response_.body, "body");
    }
    EXPECT_EQ(server.accepted(), 2);
}

TEST_F(PocoHttpClientTest, TellsThatAKeptConnectionWasStale) {
    RawServer server(once(answer("body")));
    for (int i = 1; i <= 3; ++i) {
        EXPECT_EQ(outcome_of(to(server)), Outcome::answered) << message_;
        server.wait_for_ended(i);
        EXPECT_EQ(outcome_of(to(server)), Outcome::stale);
    }
    EXPECT_EQ(server.accepted(), 3);
}

TEST_F(PocoHttpClientTest, TellsTheSameWhereItWasReset) {
    const RawServer server([](RawConnection& connection, int) {
        connection.request();
        connection.send(answer("body"));
        connection.request();
        connection.reset_at_end();
    });
    EXPECT_EQ(outcome_of(to(server)), Outcome::answered);
    EXPECT_EQ(outcome_of(to(server)), Outcome::stale);
}

TEST_F(PocoHttpClientTest, CallsNothingStaleThatHasBegunToAnswerOrIsSilent) {
    const RawServer server([](RawConnection& connection, int) {
        connection.request();
        connection.send(answer("body"));
        connection.request();
        connection.send("H");
    });
    EXPECT_EQ(outcome_of(to(server)), Outcome::answered);
    EXPECT_EQ(outcome_of(to(server)), Outcome::retryable);

    const RawServer silent([](RawConnection& connection, int) {
        connection.request();
        connection.send(answer("body"));
        connection.request();
        connection.wait_until_client_goes();
    });
    EXPECT_EQ(outcome_of(to(silent)), Outcome::answered);
    HttpRequest request = to(silent);
    request.timeout = 50ms;
    EXPECT_EQ(outcome_of(request), Outcome::late);
}

TEST_F(PocoHttpClientTest, FailsWithoutAnAnswer) {
    HttpRequest request;
    {
        const world::RawListener listener(1);
        request.endpoint = {false, "127.0.0.1", listener.port()};
    }
    EXPECT_EQ(outcome_of(request), Outcome::retryable);
    EXPECT_TRUE(tells("refused")) << message_;
    EXPECT_EQ(outcome_with(once("")), Outcome::retryable);
    EXPECT_EQ(outcome_with(then([](RawConnection& connection) { connection.reset_at_end(); })),
              Outcome::retryable);
}

TEST_F(PocoHttpClientTest, RefusesABodyThatIsCutOff) {
    EXPECT_EQ(outcome_with(once("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"Image\":[]}")),
              Outcome::retryable);
    EXPECT_TRUE(tells("ends after 12 bytes")) << message_;
    for (const char* begun : {"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{}",
                              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n{}",
                              "HTTP/1.1 200 OK\r\nContent-Le"}) {
        EXPECT_EQ(outcome_with(then([begun](RawConnection& connection) {
                      connection.send(begun);
                      connection.reset_at_end();
                  })),
                  Outcome::retryable)
            << begun;
    }
}

TEST_F(PocoHttpClientTest, RefusesAnAnswerCutOffAnywhere) {
    for (const std::string& whole :
         {answer("body"), chunked("3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nTrailer: 1\r\n\r\n")}) {
        for (std::size_t size = 0; size < whole.size(); ++size) {
            EXPECT_EQ(outcome_with(once(whole.substr(0, size))), Outcome::retryable) << size;
        }
        EXPECT_EQ(outcome_with(once(whole)), Outcome::answered) << message_;
    }
}

TEST_F(PocoHttpClientTest, RefusesUnreadableChunks) {
    for (const char* chunks :
         {"3\r\nabcd\r\n0\r\n\r\n", "x\r\nabc\r\n0\r\n\r\n", "-3\r\nabc\r\n0\r\n\r\n",
          "3x\r\nabc\r\n0\r\n\r\n", "0x3\r\nabc\r\n0\r\n\r\n", "\r\nabc\r\n0\r\n\r\n",
          "fffffffffffffffffffff\r\n", "ffffffffffffffff\r\n", "f4241\r\n"}) {
        EXPECT_EQ(outcome_with(once(chunked(chunks))), Outcome::retryable) << chunks;
    }
    EXPECT_EQ(outcome_with(once(chunked(std::string(2'000, '0')))), Outcome::retryable);
    EXPECT_EQ(outcome_with(then([](RawConnection& connection) {
                  connection.send(chunked("0\r\n"));
                  connection.send_for_ever("Trailer: 1\r\n");
              })),
              Outcome::retryable);
}

TEST_F(PocoHttpClientTest, TakesChunksAndKeepsTheConnection) {
    const RawServer server(always(chunked("3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nT: 1\r\n\r\n")));
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(outcome_of(to(server)), Outcome::answered) << message_;
        EXPECT_EQ(response_.body, "abc0123456789");
    }
    EXPECT_EQ(server.accepted(), 1);
}

TEST_F(PocoHttpClientTest, TakesABodyThatEndsWithTheConnection) {
    const std::string body(50'000, 'x');
    const RawServer server(once("HTTP/1.1 200 OK\r\n\r\n" + body));
    for (int i = 1; i <= 2; ++i) {
        EXPECT_EQ(outcome_of(to(server)), Outcome::answered) << message_;
        EXPECT_EQ(response_.body, body);
        EXPECT_EQ(server.accepted(), i);
    }
}

TEST_F(PocoHttpClientTest, EndsInTimeWhatIsNeverAnswered) {
    EXPECT_EQ(hasty_outcome_with(
                  then([](RawConnection& connection) { connection.wait_until_client_goes(); })),
              Outcome::late);
    EXPECT_TRUE(tells("300 ms")) << message_;
}

TEST_F(PocoHttpClientTest, EndsInTimeWhatDrips) {
    struct Case {
        std::string head, drops;
    };
    for (const Case& dripping :
         {Case{"HTTP/1.1 200 OK\r\n", "A: b\r\n"}, Case{"HTTP/1.1 200 OK\r\nX: ", "x"},
          Case{"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", "x"},
          Case{chunked(""), "1\r\nx\r\n"}, Case{"HTTP/1.1 200 OK\r\n\r\n", "x"}}) {
        EXPECT_EQ(hasty_outcome_with(then([&](RawConnection& connection) {
                      connection.send(dripping.head);
                      connection.drip(dripping.drops);
                  })),
                  Outcome::late)
            << dripping.head << message_;
    }
}

TEST_F(PocoHttpClientTest, AnswersTheNextRequestAfterOneThatWasLate) {
    const RawServer server([](RawConnection& connection, int number) {
        while (!connection.request().empty()) {
            if (number > 0) connection.send(answer("body"));
        }
    });
    HttpRequest request = to(server);
    request.timeout = 50ms;
    EXPECT_EQ(outcome_of(request), Outcome::late);
    while (outcome_of(to(server)) == Outcome::late) {  // where 50 ms were too few to connect
    }
    EXPECT_EQ(response_.body, "body") << message_;
}

TEST_F(PocoHttpClientTest, CutsOffABodyBeyondTheLimit) {
    const std::string piece(10'000, 'x');
    struct Case {
        std::string head, piece;
    };
    for (const Case& endless :
         {Case{"HTTP/1.1 200 OK\r\n\r\n", piece}, Case{chunked(""), "2710\r\n" + piece + "\r\n"},
          Case{"HTTP/1.1 200 OK\r\nContent-Length: 1000001\r\n\r\n", piece}}) {
        EXPECT_EQ(outcome_with(then([&](RawConnection& connection) {
                      connection.send(endless.head);
                      connection.send_for_ever(endless.piece);
                  })),
                  Outcome::retryable);
        EXPECT_TRUE(tells("longer than 1000000 bytes")) << message_;
        EXPECT_LT(response_.body.capacity(), 2'100'000U);
    }
}

TEST_F(PocoHttpClientTest, TakesABodyOfExactlyTheLimit) {
    const std::string body(1'000, 'x');
    for (const std::string& text : {answer(body), chunked("3e8\r\n" + body + "\r\n0\r\n\r\n"),
                                    "HTTP/1.1 200 OK\r\n\r\n" + body}) {
        const RawServer server(once(text));
        HttpRequest request = to(server);
        request.body_bytes_max = 1'000;
        EXPECT_EQ(outcome_of(request), Outcome::answered) << message_;
        EXPECT_EQ(response_.body, body);
    }
}

TEST_F(PocoHttpClientTest, RefusesALengthThatCannotBeTrusted) {
    for (const char* headers :
         {"Content-Length: 2\r\nContent-Length: 2\r\n",
          "Content-Length: 2\r\nContent-Length: 3\r\n", "Content-Length: -5\r\n",
          "Content-Length: 99999999999999999999\r\n", "Content-Length: two\r\n",
          "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n"}) {
        EXPECT_EQ(outcome_with(once("HTTP/1.1 200 OK\r\n" + std::string(headers) + "\r\n{}")),
                  Outcome::retryable)
            << headers;
    }
}

TEST_F(PocoHttpClientTest, FollowsNoRedirect) {
    const world::RawListener canary(1, "127.0.0.2");
    const std::string there = "127.0.0.2:" + std::to_string(canary.port()) + "/";
    for (const char* status : {"300", "301", "302 Found", "303", "304", "305", "307", "308"}) {
        for (const std::string scheme : {"http://", "https://", "//", "file://"}) {
            const RawServer server(
                always(answer("", "Location: " + scheme + there + "\r\n", status)));
            for (int i = 0; i < 2; ++i) {
                EXPECT_EQ(outcome_of(to(server)), Outcome::answered) << message_;
                EXPECT_EQ(response_.status, std::stoi(status));
                EXPECT_EQ(response_.header("location"), scheme + there);
            }
            EXPECT_EQ(server.accepted(), 1);
        }
    }
    EXPECT_FALSE(canary.has_caller());
}

TEST_F(PocoHttpClientTest, TakesAnyStatus) {
    for (const char* status : {"999 Odd", "500 Internal Server Error", "429", "200"}) {
        EXPECT_EQ(outcome_with(always(answer("x", "", status))), Outcome::answered) << message_;
        EXPECT_EQ(response_.status, std::stoi(status));
        EXPECT_EQ(response_.body, "x");
    }
}

TEST_F(PocoHttpClientTest, TakesAnAnswerWithoutABody) {
    const RawServer server(always("HTTP/1.1 204 No Content\r\n\r\n"));
    response_.body = "left over";
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(outcome_of(to(server)), Outcome::answered) << message_;
        EXPECT_EQ(response_.status, 204);
        EXPECT_EQ(response_.body, "");
    }
    EXPECT_EQ(server.accepted(), 1);
}

TEST_F(PocoHttpClientTest, PassesOverInterimAnswers) {
    const RawServer server(
        always("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" +
               answer("body")));
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(outcome_of(to(server)), Outcome::answered) << message_;
        EXPECT_EQ(response_.status, 200);
        EXPECT_EQ(response_.body, "body");
    }
    EXPECT_EQ(server.accepted(), 1);
    EXPECT_EQ(outcome_with(then([](RawConnection& connection) {
                  connection.send_for_ever("HTTP/1.1 100 Continue\r\n\r\n");
              })),
              Outcome::retryable);
    EXPECT_EQ(outcome_with(once("HTTP/1.1 101 Switching Protocols\r\n\r\n" + answer("body"))),
              Outcome::retryable);
}

TEST_F(PocoHttpClientTest, RefusesAHeadBeyondItsLimitsWithoutKeepingIt) {
    std::string many;
    for (std::size_t i = 0; i < PocoHttpClient::kHeadersMax; ++i) many += "X: 1\r\n";
    EXPECT_EQ(outcome_with(once("HTTP/1.1 204 OK\r\n" + many + "\r\n")), Outcome::answered);
    EXPECT_EQ(outcome_with(once("HTTP/1.1 204 OK\r\n" + many + "X: 1\r\n\r\n")),
              Outcome::retryable);

    rusage before{}, after{};
    ::getrusage(RUSAGE_SELF, &before);
    EXPECT_EQ(outcome_with(then([](RawConnection& connection) {
                  connection.send("HTTP/1.1 200 OK\r\n");
                  for (int i = 0; i < 100'000 && connection.send("X: 1\r\n"); ++i) {
                  }
              })),
              Outcome::retryable);
    EXPECT_EQ(outcome_with(then([](RawConnection& connection) {
                  connection.send("HTTP/1.1 200 OK\r\nX: ");
                  const std::string piece(50'000, 'x');
                  for (int i = 0; i < 1'000 && connection.send(piece); ++i) {
                  }
              })),
              Outcome::retryable);
    ::getrusage(RUSAGE_SELF, &after);
    EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 20'000) << "KiB";
}

TEST_F(PocoHttpClientTest, RefusesWhatIsNoHttp) {
    for (const std::string& text :
         {std::string("SSH-2.0-OpenSSH_9.2\r\n\r\n"), std::string("\x16\x03\x01\x02\x00\x01", 6),
          std::string("HTTP/1.1 OK\r\n\r\n"), std::string(100'000, 'x'),
          std::string(100'000, '\xff'), std::string(100'000, '\0')}) {
        EXPECT_EQ(outcome_with(once(text)), Outcome::retryable) << text.substr(0, 20);
    }
}

TEST_F(PocoHttpClientTest, EndsEveryRequestAtShutdownAndTakesNoMore) {
    std::promise<void> waiting;
    const RawServer server([&](RawConnection& connection, int) {
        connection.request();
        waiting.set_value();
        connection.wait_until_client_goes();
    });
    HttpRequest request = to(server);
    request.timeout = 1h;
    std::thread stopper([&] {
        waiting.get_future().wait();
        watch_.abort_all();
    });
    EXPECT_EQ(outcome_of(request), Outcome::retryable);
    EXPECT_TRUE(tells("shutdown")) << message_;
    stopper.join();
    EXPECT_EQ(outcome_of(request), Outcome::retryable);
    EXPECT_EQ(server.accepted(), 1);
}

TEST_F(PocoHttpClientTest, SharesItsWatchWithoutEndingWhatIsInTime) {
    const RawServer good(always(answer("body")));
    const RawServer silent(
        [](RawConnection& connection, int) { connection.wait_until_client_goes(); });
    std::atomic<int> answers = 0, failures = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            PocoHttpClient own(watch_, names_, clock_, "");
            HttpResponse response;
            for (int round = 0; round < 20; ++round) {
                own.send(to(good), response);
                answers += response.body == "body" ? 1 : 0;
                HttpRequest request = to(silent);
                request.timeout = std::chrono::milliseconds{round % 4};
                try {
                    own.send(request, response);
                } catch (const catalog::Retryable&) {
                    ++failures;
                }
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(answers, 80);
    EXPECT_EQ(failures, 80);
    EXPECT_EQ(good.accepted(), 4);
}

}  // namespace
}  // namespace vodcatalog
