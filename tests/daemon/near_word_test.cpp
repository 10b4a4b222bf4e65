#include "daemon/near_word.h"

#include <gtest/gtest.h>

namespace vodcatalog {
namespace {

const std::set<std::string> kWords = {"accounts", "catalog", "fetchers", "log", "schedule"};

TEST(NearWordTest, AMissingWrongDoubledOrSwappedLetterIsForgiven) {
    EXPECT_EQ(near_word("acounts", kWords), "accounts");
    EXPECT_EQ(near_word("accountz", kWords), "accounts");
    EXPECT_EQ(near_word("fetcherss", kWords), "fetchers");
    EXPECT_EQ(near_word("lgo", kWords), "log");
}

TEST(NearWordTest, CaseIsForgiven) {
    EXPECT_EQ(near_word("Catalog", kWords), "catalog");
}

TEST(NearWordTest, AnotherWordIsNotGuessedAt) {
    EXPECT_EQ(near_word("web", kWords), "");
    EXPECT_EQ(near_word("control", kWords), "");
    EXPECT_EQ(near_word("", kWords), "");
}

TEST(NearWordTest, AnEndlessWordIsNotMeasured) {
    EXPECT_EQ(near_word(std::string(1'000'000, 'a'), kWords), "");
}

}  // namespace
}  // namespace vodcatalog
