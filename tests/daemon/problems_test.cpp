#include "daemon/problems.h"

#include <gtest/gtest.h>

namespace vodcatalog {
namespace {

TEST(ProblemsTest, TheyAreListedInTheFilesOrder) {
    Problems problems;
    EXPECT_TRUE(problems.empty());
    problems.add({12, 1}, "second");
    problems.add({3, 9}, "first");
    problems.add({12, 1}, "third");
    problems.add({}, "of the whole file");
    const std::vector<std::string> sorted = {"a.yaml: of the whole file", "a.yaml:3:9: first",
                                             "a.yaml:12:1: second", "a.yaml:12:1: third"};
    EXPECT_EQ(problems.list("a.yaml"), sorted);
}

TEST(ProblemsTest, ThoseOverTheLimitAreCounted) {
    Problems problems;
    for (std::size_t i = 1; i <= Problems::kListedMax + 7; ++i) problems.add({i, 1}, "again");
    const std::vector<std::string> list = problems.list("a.yaml");
    ASSERT_EQ(list.size(), Problems::kListedMax + 1);
    EXPECT_EQ(list.back(), "a.yaml: and 7 problems more");
}

TEST(ProblemsTest, TextIsQuotedWithoutControlCharactersAndCut) {
    EXPECT_EQ(in_quotes("a\nb\x1b[31m\x7f"), "\"a\\x0ab\\x1b[31m\\x7f\"");
    EXPECT_EQ(in_quotes(std::string(200, 'a')), "\"" + std::string(80, 'a') + "...\"");
    // Not in the midst of a character.
    const std::string begin(79, 'a');
    EXPECT_EQ(in_quotes(begin + "\xe4\xb8\xad"), "\"" + begin + "...\"");
}

}  // namespace
}  // namespace vodcatalog
