#include "daemon/sync/image_files.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "daemon/sync/id_list.h"
#include "tests/world/temp_folder.h"

namespace {

using vodcatalog::ImageFiles;
using vodcatalog::read_id_list;
using Ids = std::vector<std::string_view>;

TEST(IdListTest, TakesOneIdALineAndNothingFromBlanksAndComments) {
    const auto list = read_id_list(
        "\xef\xbb\xbf"
        "one\r\n\n  # a comment\n\ttwo \nthree # of them\nfour",
        "ids.txt");
    EXPECT_EQ(list.image_ids, (Ids{"one", "two", "three", "four"}));
    EXPECT_EQ(list.problem_count, 0U);
}

TEST(IdListTest, NamesTheLineOfWhatIsNoIdAndTakesTheOthers) {
    const std::string longest(128, 'y');
    const std::string text =
        "good\na,b\ntwo words\n" + longest + "x\nbild\xc3\xa4\nfine\n\x1b[31m\n" + longest;
    const auto list = read_id_list(text, "ids.txt");
    EXPECT_EQ(list.image_ids, (Ids{"good", "fine", longest}));
    ASSERT_EQ(list.problem_count, 5U);
    for (int i = 0; i < 4; ++i) {
        EXPECT_TRUE(list.problems[static_cast<std::size_t>(i)].starts_with(
            "ids.txt:" + std::to_string(i + 2) + ": "));
    }
}

TEST(IdListTest, ListsTwentyProblemsAndCountsTheRest) {
    std::string text;
    for (int i = 0; i < 100; ++i) text += "a,b\n";
    const auto list = read_id_list(text, "ids.txt");
    EXPECT_EQ(list.problems.size(), 20U);
    EXPECT_EQ(list.problem_count, 100U);
}

class ImageFilesTest : public testing::Test {
protected:
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(folder_ / name) << text;
    }
    world::TempFolder folder_;
    ImageFiles files_{{(folder_ / "*.txt").string()}};
};

TEST_F(ImageFilesTest, UnitesItsFilesWithoutDoubles) {
    write("a.txt", "one\ntwo\none\n");
    write("b.txt", "three\ntwo");
    write("c.list", "four");
    const auto reading = files_.read();
    EXPECT_EQ(reading.ids->image_ids, (Ids{"one", "three", "two"}));
    EXPECT_FALSE(reading.ids->incomplete);
    EXPECT_TRUE(reading.problems.empty());
}

TEST_F(ImageFilesTest, NoticesAChangeAndAnAtomicReplacement) {
    EXPECT_TRUE(files_.changed());
    write("a.txt", "one\n");
    (void)files_.read();
    EXPECT_FALSE(files_.changed());
    write("new", "two\n");
    std::filesystem::rename(folder_ / "new", folder_ / "a.txt");
    EXPECT_TRUE(files_.changed());
    EXPECT_EQ(files_.read().ids->image_ids, (Ids{"two"}));
    write("b.txt", "three\n");
    EXPECT_TRUE(files_.changed());
}

TEST_F(ImageFilesTest, WhatCannotBeReadKeepsItsIds) {
    write("a.txt", "one\n");
    std::filesystem::create_directory(folder_ / "b.txt");
    const auto reading = files_.read();
    EXPECT_EQ(reading.ids->image_ids, (Ids{"one"}));
    EXPECT_TRUE(reading.ids->incomplete);
    ASSERT_EQ(reading.problems.size(), 1U);
    EXPECT_NE(reading.problems[0].find("b.txt: cannot be read"), std::string::npos);
}

TEST_F(ImageFilesTest, APatternWithoutFilesIsTold) {
    const auto reading = files_.read();
    ASSERT_EQ(reading.problems.size(), 1U);
    EXPECT_NE(reading.problems[0].find("no file has a name like this"), std::string::npos);
}

}  // namespace
