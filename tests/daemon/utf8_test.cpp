#include "daemon/utf8.h"

#include <gtest/gtest.h>

namespace vodcatalog {
namespace {

TEST(Utf8Test, EveryLengthOfSequenceIsTaken) {
    const std::string_view text =
        "a\xc2\x80 \xc3\xa9 \xe0\xa0\x80 \xe4\xb8\xad \xf0\x9f\x98\x80 \xf4\x8f\xbf\xbf";
    EXPECT_EQ(utf8_prefix(text), text.size());
    EXPECT_EQ(utf8_prefix(""), 0U);
}

TEST(Utf8Test, WhatIsNotUtf8EndsThePrefix) {
    const std::string_view broken[] = {
        "ab\x80",              // a continuation alone
        "ab\xff",              // never a lead
        "ab\xc0\xaf",          // overlong '/'
        "ab\xe0\x9f\xbf",      // overlong, 3 bytes
        "ab\xf0\x8f\xbf\xbf",  // overlong, 4 bytes
        "ab\xed\xa0\x80",      // a surrogate
        "ab\xf4\x90\x80\x80",  // over U+10FFFF
        "ab\xc3",              // cut
        "ab\xe4\xb8",          // cut
        "ab\xc3(",             // no continuation
    };
    for (const std::string_view text : broken) EXPECT_EQ(utf8_prefix(text), 2U) << text;
}

}  // namespace
}  // namespace vodcatalog
