#include <gtest/gtest.h>

#include "daemon/vod/answer_parser.h"
#include "tests/world/file.h"

namespace vodcatalog {
namespace {

// What AnswerParser::read_error() reads out of error bodies of every form.
class ErrorBodyTest : public testing::Test {
protected:
    static std::string file(const std::string& name) {
        return world::read_text(std::string{VODCATALOG_TEST_DATA "/errors/"} + name);
    }

    AnswerParser parser;
};

TEST_F(ErrorBodyTest, ReadsJsonErrorsInEitherCase) {
    const ErrorBody upper = parser.read_error(file("access_denied.json"));
    EXPECT_EQ(upper.code, "Forbidden.RAM");
    EXPECT_EQ(upper.message, "User not authorized to operate on the specified resource.");
    EXPECT_EQ(upper.request_id, "AB99D4DF-FAFA-49DC-9C54-8C1E261E0009");
    const ErrorBody lower = parser.read_error(file("lower_case.json"));
    EXPECT_EQ(lower.code, "Throttling.User");
    EXPECT_EQ(lower.message, "Request was denied due to user flow control.");
    EXPECT_EQ(lower.request_id, "r-1");
}

TEST_F(ErrorBodyTest, ReadsXmlErrors) {
    const ErrorBody error = parser.read_error(file("error.xml"));
    EXPECT_EQ(error.code, "InvalidTimeStamp.Expired");
    EXPECT_EQ(error.message, "a <b> &amp; \"c\"");
    EXPECT_EQ(error.request_id, "r-2");
}

TEST_F(ErrorBodyTest, ReadsNothingOutOfWhatIsNoError) {
    std::vector<std::string> bodies{"",
                                    "  ",
                                    "{",
                                    "[]",
                                    "null",
                                    R"({"Code":"x")",
                                    "<Error><Code>x",
                                    "\xff",
                                    file("gateway.html")};
    for (const std::string& body : bodies) {
        SCOPED_TRACE(body);
        const ErrorBody error = parser.read_error(body);
        EXPECT_EQ(error.code + error.message + error.request_id, "");
    }
    const ErrorBody odd_kinds = parser.read_error(file("wrong_kinds.json"));
    EXPECT_EQ(odd_kinds.code + odd_kinds.message, "");
    EXPECT_EQ(odd_kinds.request_id, "12");
}

TEST_F(ErrorBodyTest, CutsALongError) {
    const ErrorBody error =
        parser.read_error("{\"Code\":\"" + std::string(10'000, 'c') + "\",\"Message\":\"" +
                          std::string(10'000, 'm') + "\"}");
    EXPECT_EQ(error.code.size(), 128U);
    EXPECT_EQ(error.message.size(), 4096U);
}

}  // namespace
}  // namespace vodcatalog
