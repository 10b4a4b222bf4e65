#include "daemon/duration.h"

#include <gtest/gtest.h>

#include "catalog/error.h"

namespace vodcatalog {
namespace {

using namespace std::chrono_literals;

std::string fault(std::string_view text) {
    try {
        return "read as " + to_text(parse_duration(text));
    } catch (const catalog::Unusable& error) {
        return error.what();
    }
}

TEST(DurationTest, EveryUnitIsRead) {
    EXPECT_EQ(parse_duration("0s"), 0ms);
    EXPECT_EQ(parse_duration("250ms"), 250ms);
    EXPECT_EQ(parse_duration("90s"), 90s);
    EXPECT_EQ(parse_duration("60m"), 1h);
    EXPECT_EQ(parse_duration("24h"), 24h);
    EXPECT_EQ(parse_duration("30d"), 720h);
}

TEST(DurationTest, ABareNumberIsAskedForItsUnit) {
    EXPECT_EQ(fault("90"), "has no unit; write 90s, 90m, 90h (ms, s, m, h and d are known)");
}

TEST(DurationTest, WhatIsNoDurationIsRefused) {
    for (const char* text :
         {"", "s", "soon", "+5s", " 5s", "1.5h", "5 s", "5S", "5sec", "1h30m", "0x5s"}) {
        EXPECT_NE(fault(text).find("whole number"), std::string::npos) << text << fault(text);
    }
}

TEST(DurationTest, ANegativeOneIsRefused) {
    EXPECT_EQ(fault("-5s"), "is negative");
}

TEST(DurationTest, OneThatDoesNotFitIsRefused) {
    EXPECT_EQ(fault("99999999999999999999s"), "is too long");
    EXPECT_EQ(fault("9223372036854775807d"), "is too long");
}

TEST(DurationTest, TheTextIsTheShortestThatReadsTheSame) {
    for (const char* text : {"1ms", "1500ms", "1s", "90s", "2m", "1h", "25h", "30d"}) {
        EXPECT_EQ(to_text(parse_duration(text)), text);
    }
    EXPECT_EQ(to_text(120s), "2m");
    EXPECT_EQ(to_text(0s), "0s");
}

}  // namespace
}  // namespace vodcatalog
