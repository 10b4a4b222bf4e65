#include "daemon/vod/gunzip.h"

#include <zlib.h>

#include "tests/vod/http_world.h"

namespace vodcatalog {
namespace {

std::string exes(std::size_t size) {
    std::string text;
    text.resize(size, 'x');
    return text;
}

std::string packed(const std::string& text) {
    z_stream stream{};
    deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&stream, text.size()) + 32, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

/// Long enough for several pieces, and not all alike.
std::string long_text() {
    std::string text;
    for (int i = 0; i < 40'000; ++i) text += std::to_string(i * i) + ',';
    return text;
}

class GunzipTest : public testing::Test {
protected:
    /// Empty: it was unpacked into out_.
    std::string refusal_of(std::string_view text, std::size_t bytes_max = 1'000'000) {
        try {
            gunzip_.unpack(text, out_, bytes_max);
            return {};
        } catch (const catalog::Retryable& error) {
            return error.what();
        }
    }

    Gunzip gunzip_;
    std::string out_ = "left over";
};

TEST_F(GunzipTest, UnpacksAgainAndAgain) {
    for (const std::string& text : {std::string("body"), std::string(), long_text()}) {
        EXPECT_EQ(refusal_of(packed(text)), "");
        EXPECT_EQ(out_, text);
        EXPECT_NE(refusal_of("damaged"), "");
    }
}

TEST_F(GunzipTest, UnpacksSeveralMembers) {
    EXPECT_EQ(refusal_of(packed("one, ") + packed("") + packed("two")), "");
    EXPECT_EQ(out_, "one, two");
}

TEST_F(GunzipTest, RefusesWhatIsCutOffAnywhere) {
    const std::string whole = packed("a body, a body");
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_NE(refusal_of(whole.substr(0, size)), "") << size;
    }
    const std::string longer = packed(long_text());
    for (std::size_t size = 1'000; size < longer.size(); size += 1'000) {
        EXPECT_NE(refusal_of(longer.substr(0, size)), "") << size;
    }
}

TEST_F(GunzipTest, RefusesWhatIsDamaged) {
    const std::string whole = packed("a body, a body");
    for (const std::size_t at :
         {std::size_t{0}, std::size_t{2}, std::size_t{12}, whole.size() - 8, whole.size() - 1}) {
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
        EXPECT_NE(refusal_of(damaged), "") << at;
    }
    EXPECT_NE(refusal_of(whole + "more"), "");
    EXPECT_NE(refusal_of("{\"Code\": \"plain\"}"), "");
}

TEST_F(GunzipTest, StopsAtItsLimit) {
    const std::string bomb = packed(exes(100'000'000));
    ASSERT_LT(bomb.size(), 200'000U);
    EXPECT_NE(refusal_of(bomb).find("longer than 1000000 bytes, unpacked"), std::string::npos);
    EXPECT_LT(out_.capacity(), 2'100'000U);
    EXPECT_EQ(refusal_of(packed("12345"), 5), "");
    EXPECT_EQ(out_, "12345");
    EXPECT_NE(refusal_of(packed("123456"), 5), "");
    std::string many;
    for (int i = 0; i < 100; ++i) many += packed(std::string(20'000, 'x'));
    EXPECT_NE(refusal_of(many).find("longer than"), std::string::npos) << "all members count";
}

class PackedAnswerTest : public HttpWorld {};

TEST_F(PackedAnswerTest, IsUnpackedHoweverItIsFramed) {
    const std::string text = long_text();
    const std::string body = packed(text);
    const std::string encoding = "content-encoding: GZIP\r\n";
    std::string chunks;
    for (std::size_t at = 0; at < body.size(); at += 7) {
        const std::string piece = body.substr(at, 7);
        chunks += std::to_string(piece.size()) + "\r\n" + piece + "\r\n";
    }
    const std::string head = "HTTP/1.1 200 OK\r\n" + encoding;
    for (const std::string& whole :
         {answer(body, encoding), answer(body, "Content-Encoding: x-gzip\r\n"),
          head + "Transfer-Encoding: chunked\r\n\r\n" + chunks + "0\r\n\r\n",
          head + "\r\n" + body}) {
        EXPECT_EQ(outcome_with(once(whole)), Outcome::answered) << message_;
        EXPECT_EQ(response_.body, text);
    }
    EXPECT_EQ(outcome_with(once(head + "\r\n" + body.substr(0, body.size() / 2))),
              Outcome::retryable);
    EXPECT_TRUE(tells("cut off")) << message_;
}

TEST_F(PackedAnswerTest, KeepsTheConnection) {
    const RawServer server([](RawConnection& connection, int) {
        for (int i = 0; !connection.request().empty(); ++i) {
            connection.send(i % 2 == 0 ? answer(packed("packed"), "Content-Encoding: gzip\r\n")
                                       : answer("plain"));
        }
    });
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(outcome_of(to(server)), Outcome::answered) << message_;
        EXPECT_EQ(response_.body, i % 2 == 0 ? "packed" : "plain");
    }
    EXPECT_EQ(server.accepted(), 1);
}

TEST_F(PackedAnswerTest, MayBeEmpty) {
    const std::string gzip = "Content-Encoding: gzip\r\n";
    for (const std::string& text : {answer("", gzip), answer(packed(""), gzip),
                                    "HTTP/1.1 204 No Content\r\n" + gzip + "\r\n"}) {
        EXPECT_EQ(outcome_with(once(text)), Outcome::answered) << message_;
        EXPECT_EQ(response_.body, "");
    }
}

TEST_F(PackedAnswerTest, IsRefusedIfItIsABombDamagedOrOfAnotherKind) {
    const std::string bomb = packed(exes(20'000'000));
    EXPECT_EQ(outcome_with(once(answer(bomb, "Content-Encoding: gzip\r\n"))), Outcome::retryable);
    EXPECT_TRUE(tells("unpacked")) << message_;
    EXPECT_LT(response_.body.capacity(), 2'100'000U);
    EXPECT_EQ(outcome_with(once(answer("\x1f\x8b", "Content-Encoding: gzip\r\n"))),
              Outcome::retryable);
    EXPECT_EQ(outcome_with(once(answer("{}", "Content-Encoding: gzip\r\n"))), Outcome::retryable);
    for (const char* other : {"br", "deflate", "zstd", "gzip, br", ""}) {
        EXPECT_EQ(outcome_with(once(
                      answer(packed("{}"), "Content-Encoding: " + std::string(other) + "\r\n"))),
                  Outcome::retryable)
            << other;
    }
    EXPECT_EQ(outcome_with(once(answer("{}", "Content-Encoding: identity\r\n"))),
              Outcome::answered);
}

}  // namespace
}  // namespace vodcatalog
