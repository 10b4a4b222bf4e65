#include "daemon/vod/utf8.h"

#include <gtest/gtest.h>

namespace vodcatalog {
namespace {

#define REPLACEMENT "\xef\xbf\xbd"

std::string repaired(std::string text) {
    repair_utf8(text);
    return text;
}
std::string cut(std::string text, std::size_t bytes_max) {
    cut_utf8(text, bytes_max);
    return text;
}

TEST(Utf8, LeavesGoodTextAlone) {
    for (const char* text :
         {"", "abc", "é图\U0001F600", "\u07ff\u0800\uffff\U00010000\U0010ffff", REPLACEMENT}) {
        EXPECT_EQ(repaired(text), text);
    }
}

TEST(Utf8, ReplacesEachBadByte) {
    EXPECT_EQ(repaired("a\x80z"), "a" REPLACEMENT "z");
    EXPECT_EQ(repaired("\xc0\xaf"), REPLACEMENT REPLACEMENT);                  // overlong
    EXPECT_EQ(repaired("\xe0\x80\xaf"), REPLACEMENT REPLACEMENT REPLACEMENT);  // overlong
    EXPECT_EQ(repaired("\xed\xa0\x80"), REPLACEMENT REPLACEMENT REPLACEMENT);  // surrogate
    EXPECT_EQ(repaired("\xf4\x90\x80\x80"),
              REPLACEMENT REPLACEMENT REPLACEMENT REPLACEMENT);  // too large
    EXPECT_EQ(repaired("\xe5\x9b"), REPLACEMENT REPLACEMENT);    // cut off
    EXPECT_EQ(repaired("\xe5\x9b\xbe\xe5"), "图" REPLACEMENT);
}

TEST(Utf8, CutsWithoutSplittingACharacter) {
    EXPECT_EQ(cut("abcdef", 6), "abcdef");
    EXPECT_EQ(cut("abcdefg", 6), "abc...");
    EXPECT_EQ(cut("ab图图", 6), "ab...");
    EXPECT_EQ(cut("ab图图", 7), "ab...");
    EXPECT_EQ(cut("图图图", 8), "图...");
}

}  // namespace
}  // namespace vodcatalog
