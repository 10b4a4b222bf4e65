#include "daemon/utc_offset.h"

#include <gtest/gtest.h>

namespace vodcatalog {
namespace {

using std::chrono::minutes;

TEST(UtcOffsetTest, IsReadInItsOneForm) {
    EXPECT_EQ(parse_utc_offset("+00:00"), minutes(0));
    EXPECT_EQ(parse_utc_offset("+08:00"), minutes(480));
    EXPECT_EQ(parse_utc_offset("-03:30"), minutes(-210));
    EXPECT_EQ(parse_utc_offset("+14:00"), minutes(840));
    EXPECT_EQ(parse_utc_offset("-14:00"), minutes(-840));
}

TEST(UtcOffsetTest, AnythingElseIsNone) {
    for (const char* text : {"", "8", "+8", "+8:00", "08:00", "+0800", "+08:60", "+14:01", "-99:00",
                             "+08:0x", "+08:00 ", "Z"}) {
        EXPECT_EQ(parse_utc_offset(text), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace vodcatalog
