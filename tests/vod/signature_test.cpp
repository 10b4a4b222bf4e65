#include "daemon/vod/signature.h"

#include <gtest/gtest.h>

namespace vodcatalog {
namespace {

std::string encoded(std::string_view text) {
    std::string out;
    append_percent_encoded(out, text);
    return out;
}

TEST(PercentEncoding, LeavesUnreservedCharactersAlone) {
    constexpr std::string_view kUnreserved =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
    EXPECT_EQ(encoded(kUnreserved), kUnreserved);
}

TEST(PercentEncoding, EncodesEveryOtherByteWithUpperCaseDigits) {
    for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        if (is_unreserved(c)) continue;
        char expected[4];
        std::snprintf(expected, sizeof expected, "%%%02X", static_cast<unsigned>(byte));
        EXPECT_EQ(encoded(std::string_view(&c, 1)), expected);
    }
}

TEST(PercentEncoding, WritesABlankAsPercent20AndAnAsteriskAsPercent2A) {
    EXPECT_EQ(encoded(" *+/é"), "%20%2A%2B%2F%C3%A9");
}

TEST(PercentEncoding, AppendsToWhatIsThere) {
    std::string out = "Title=";
    append_percent_encoded(out, "a b");
    append_hex(out, std::string_view("\x00\xff", 2));
    EXPECT_EQ(out, "Title=a%20b00ff");
}

}  // namespace
}  // namespace vodcatalog
