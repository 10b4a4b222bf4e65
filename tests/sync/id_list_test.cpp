#include "daemon/sync/id_list.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace vodcatalog {
namespace {

using Ids = std::vector<std::string_view>;

IdList read(std::string_view text) {
    return read_id_list(text, "a.txt", 1'000'000);
}

TEST(IdListTest, IdsAreSortedByAllTheirLetters) {
    const std::vector<std::string> all{"b",  "ab",  "a", "abc", "\xc3\xa9",
                                       "ba", "abb", "a", "aa",  "ab"};
    std::vector<std::string_view> ids(all.begin(), all.end());
    EXPECT_EQ(sort_ids(ids), 2U);
    EXPECT_EQ(
        ids, (std::vector<std::string_view>{"a", "aa", "ab", "abb", "abc", "b", "ba", "\xc3\xa9"}));
    ids.clear();
    EXPECT_EQ(sort_ids(ids), 0U);
}

TEST(IdListTest, AnIdALineIsReadInOrder) {
    EXPECT_EQ(read("b\na\nc").image_ids, (Ids{"a", "b", "c"}));
    EXPECT_EQ(read("b\na\nc\n").image_ids, (Ids{"a", "b", "c"}));
}

TEST(IdListTest, BlanksCommentsEmptyLinesCrlfAndAByteOrderMarkAreNoPartOfIt) {
    const IdList list =
        read("\xef\xbb\xbf# first\r\n  a \t\r\n\r\n   # more\nb # why\nc\t#\n#\n\n");
    EXPECT_EQ(list.image_ids, (Ids{"a", "b", "c"}));
    EXPECT_EQ(list.bad, 0U);
    EXPECT_TRUE(list.problems.empty());
}

TEST(IdListTest, AHashInsideAnIdIsPartOfIt) {
    EXPECT_EQ(read("a#b # c\n").image_ids, (Ids{"a#b"}));
}

TEST(IdListTest, NothingIsNoProblem) {
    for (const char* text : {"", "\n", "\xef\xbb\xbf", "# nothing"}) {
        const IdList list = read(text);
        EXPECT_TRUE(list.image_ids.empty());
        EXPECT_TRUE(list.problems.empty());
    }
}

TEST(IdListTest, DoubledIdsAreCountedAndKeptOnce) {
    const IdList list = read("a\nb\na\n a\n");
    EXPECT_EQ(list.image_ids, (Ids{"a", "b"}));
    EXPECT_EQ(list.doubled, 2U);
}

TEST(IdListTest, BadLinesAreToldWithTheirPlaceAndTheGoodOnesCount) {
    const std::string text = "a\nb,c\n# x\nd e\nf\x01\ncaf\xc3\xa9\n\xff\n" +
                             std::string(129, 'x') + "\n" + std::string(128, 'y') + "\n" +
                             std::string("z\0z", 3) + "\rq\n";
    const IdList list = read(text);
    EXPECT_EQ(list.image_ids, (Ids{"a", std::string_view(text).substr(text.find('y'), 128)}));
    EXPECT_EQ(list.bad, 7U);
    const std::string advice = "; write one ID a line";
    EXPECT_EQ(list.problems, (std::vector<std::string>{
                                 "a.txt:2: the image ID has a comma" + advice,
                                 "a.txt:4: the image ID has a blank inside" + advice,
                                 "a.txt:5: the image ID has a control character" + advice,
                                 "a.txt:6: the image ID has a character that is not ASCII" + advice,
                                 "a.txt:7: the image ID has a character that is not ASCII" + advice,
                                 "a.txt:8: the image ID is longer than 128 bytes" + advice,
                                 "a.txt:10: the image ID has a control character" + advice,
                             }));
}

TEST(IdListTest, BadLinesOverTheLimitAreCounted) {
    std::string text;
    for (int i = 0; i < 30; ++i) text += "a b\n";
    const IdList list = read(text);
    EXPECT_EQ(list.bad, 30U);
    ASSERT_EQ(list.problems.size(), 21U);
    EXPECT_EQ(list.problems.back(), "a.txt: and 10 bad lines more");
}

TEST(IdListTest, AListOverTheLimitSaysSo) {
    EXPECT_TRUE(read_id_list("a\nb\nc\n", "a.txt", 2).too_long);
    const IdList list = read_id_list("a\nb\n# c\n", "a.txt", 2);
    EXPECT_FALSE(list.too_long);
    EXPECT_EQ(list.image_ids.size(), 2U);
}

TEST(IdListTest, AMillionIdsTakeNoCopies) {
    std::string text;
    for (int i = 999'999; i >= 0; --i) text += fmt::format("{:032x}\n", i);
    const IdList list = read(text);
    ASSERT_EQ(list.image_ids.size(), 1'000'000U);
    EXPECT_TRUE(std::is_sorted(list.image_ids.begin(), list.image_ids.end()));
    EXPECT_GE(list.image_ids[0].data(), text.data());
    EXPECT_LT(list.image_ids[0].data(), text.data() + text.size());
}

TEST(IdListTest, AnEndlessLineIsOneBadLine) {
    const IdList list = read(std::string(8'000'000, 'a'));
    EXPECT_EQ(list.bad, 1U);
}

}  // namespace
}  // namespace vodcatalog
