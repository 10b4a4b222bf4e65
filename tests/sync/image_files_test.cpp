#include "daemon/sync/image_files.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/world/file.h"
#include "tests/world/powerless.h"
#include "tests/world/temp_folder.h"

namespace vodcatalog {
namespace {

using Ids = std::vector<std::string_view>;
using Reading = ImageFiles::Reading;

const std::string kKept = "; until that is mended its images stay watched";

class ImageFilesTest : public testing::Test {
protected:
    ImageFiles files_of(const std::vector<std::string>& names,
                        const ImageFileLimits& limits = {}) const {
        std::vector<std::string> patterns;
        for (const std::string& name : names) patterns.push_back((folder / name).string());
        return ImageFiles(std::move(patterns), limits);
    }
    Reading read(const std::vector<std::string>& names, const ImageFileLimits& limits = {}) const {
        return files_of(names, limits).read();
    }
    std::string at(const std::string& name) const { return (folder / name).string(); }
    const world::TempFolder folder;
};

TEST_F(ImageFilesTest, TheFilesOfAllPatternsAreOneSet) {
    world::write_file(folder / "b.txt", "3\n1\n");
    world::write_file(folder / "a.txt", "2\n1\n");
    world::write_file(folder / "more", "4\n");
    world::write_file(folder / "not", "5\n");
    const Reading files = read({"*.txt", "a*", "more"});
    EXPECT_EQ(files.ids->image_ids, (Ids{"1", "2", "3", "4"}));
    EXPECT_FALSE(files.ids->incomplete);
    EXPECT_EQ(files.files, 3U);
    EXPECT_EQ(files.doubled, 1U);
    EXPECT_TRUE(files.problems.empty());
}

TEST_F(ImageFilesTest, NoPatternIsEmptyAndComplete) {
    const Reading none = read({});
    EXPECT_TRUE(none.ids->image_ids.empty());
    EXPECT_FALSE(none.ids->incomplete);
    EXPECT_TRUE(none.problems.empty());
}

TEST_F(ImageFilesTest, APatternThatMatchesNothingIsToldAndComplete) {
    const Reading none = read({"*.txt"});
    EXPECT_TRUE(none.ids->image_ids.empty());
    EXPECT_FALSE(none.ids->incomplete);
    EXPECT_EQ(none.problems,
              (std::vector<std::string>{at("*.txt") +
                                        ": no file has a name like this; check image_files"}));
}

TEST_F(ImageFilesTest, AnEmptyFileIsEmptyAndAnUnreadableOneIsIncomplete) {
    world::write_file(folder / "empty.txt", "");
    EXPECT_FALSE(read({"empty.txt"}).ids->incomplete);
    chmod(folder.path().c_str(), 0755);
    world::write_file(folder / "closed.txt", "1\n", 0);
    world::write_file(folder / "open.txt", "2\n", 0644);
    const world::Powerless nobody;
    const Reading files = read({"closed.txt", "open.txt"});
    EXPECT_TRUE(files.ids->incomplete);
    EXPECT_EQ(files.ids->image_ids, (Ids{"2"}));
    EXPECT_EQ(files.files, 1U);
    EXPECT_EQ(files.problems,
              (std::vector<std::string>{
                  at("closed.txt") + ": may not be read: permission denied to this user" + kKept}));
}

TEST_F(ImageFilesTest, AFileNamedWithoutAPatternMustExist) {
    const Reading files = read({"none.txt"});
    EXPECT_TRUE(files.ids->incomplete);
    EXPECT_EQ(files.problems,
              (std::vector<std::string>{at("none.txt") + ": does not exist" + kKept}));
}

TEST_F(ImageFilesTest, AFolderThatIsMissingOrClosedIsNotTakenForAnEmptyOne) {
    const std::string what = ": the folder does not exist or may not be read" + kKept;
    const Reading missing = read({"none/*.txt"});
    EXPECT_TRUE(missing.ids->incomplete);
    EXPECT_EQ(missing.problems, (std::vector<std::string>{at("none/*.txt") + what}));

    std::filesystem::create_directory(folder / "closed");
    chmod(folder.path().c_str(), 0755);
    chmod((folder / "closed").c_str(), 0);
    const world::Powerless nobody;
    const Reading closed = read({"closed/*.txt"});
    EXPECT_TRUE(closed.ids->incomplete);
    EXPECT_EQ(closed.problems, (std::vector<std::string>{at("closed/*.txt") + what}));
}

TEST_F(ImageFilesTest, BadLinesAreToldAndTakeNothingAway) {
    world::write_file(folder / "a.txt", "1\nno,no\n2\n");
    const Reading files = read({"*.txt"});
    EXPECT_EQ(files.ids->image_ids, (Ids{"1", "2"}));
    EXPECT_TRUE(files.ids->incomplete);
    EXPECT_EQ(files.bad, 1U);
    EXPECT_EQ(files.problems,
              (std::vector<std::string>{at("a.txt") +
                                        ":2: the image ID has a comma; write one ID a line"}));
}

TEST_F(ImageFilesTest, WhatIsNoFileIsTold) {
    std::filesystem::create_directory(folder / "a.txt");
    ASSERT_EQ(mkfifo((folder / "b.txt").c_str(), 0600), 0);
    EXPECT_EQ(read({"*.txt"}).problems,
              (std::vector<std::string>{at("a.txt") + ": is a folder, not a file" + kKept,
                                        at("b.txt") + ": is no regular file" + kKept}));
}

TEST_F(ImageFilesTest, TheLimitsHold) {
    world::write_file(folder / "a.txt", "1\n2\n3\n");
    world::write_file(folder / "b.txt", "4\n5\n");
    ImageFileLimits limits;
    limits.file_bytes_max = 5;
    const Reading big = read({"*.txt"}, limits);
    EXPECT_TRUE(big.ids->incomplete);
    EXPECT_EQ(big.ids->image_ids, (Ids{"4", "5"}));
    EXPECT_EQ(big.problems,
              (std::vector<std::string>{at("a.txt") + ": is bigger than 5 bytes" + kKept}));

    limits = {};
    limits.ids_max = 4;
    const Reading many = read({"*.txt"}, limits);
    EXPECT_TRUE(many.ids->incomplete);
    EXPECT_EQ(many.ids->image_ids.size(), 4U);
    EXPECT_EQ(many.files, 1U);
    EXPECT_EQ(many.problems,
              (std::vector<std::string>{at("b.txt") +
                                        ": more than 4 image IDs in the account's files; use "
                                        "another account or daemon for the others"}));

    limits = {};
    limits.files_max = 1;
    const Reading first = read({"*.txt"}, limits);
    EXPECT_TRUE(first.ids->incomplete);
    EXPECT_EQ(first.ids->image_ids, (Ids{"1", "2", "3"}));
    EXPECT_EQ(
        first.problems,
        (std::vector<std::string>{"2 files of image IDs, 1 are read; put more IDs into one"}));
}

TEST_F(ImageFilesTest, ProblemsOverTheLimitAreCounted) {
    std::vector<std::string> names;
    for (int i = 0; i < 130; ++i) names.push_back(fmt::format("none{}", i));
    const Reading files = read(names);
    ASSERT_EQ(files.problems.size(), Reading::kProblemsMax);
    EXPECT_EQ(files.problems.back(), "and 31 problems more with files of image IDs");
}

TEST_F(ImageFilesTest, FilesAreChangedUntilTheyAreReadAndWhenAnythingAboutThemIs) {
    world::write_file(folder / "a.txt", "1\n");
    ImageFiles files = files_of({"*.txt", "named"});
    const auto settled = [&files] {
        const bool changed = files.changed();
        static_cast<void>(files.read());
        return changed && !files.changed();
    };
    EXPECT_TRUE(settled());
    EXPECT_FALSE(settled());
    world::write_file(folder / "a.txt", "1\n2\n");
    EXPECT_TRUE(settled());
    world::write_file(folder / "b.txt", "3\n");
    EXPECT_TRUE(settled());
    std::filesystem::rename(folder / "b.txt", folder / "c.txt");
    EXPECT_TRUE(settled());
    std::filesystem::remove(folder / "c.txt");
    EXPECT_TRUE(settled());
    world::write_file(folder / "named", "4\n");
    EXPECT_TRUE(settled());
    world::write_file(folder / "new", "5\n");
    std::filesystem::rename(folder / "new", folder / "a.txt");
    EXPECT_TRUE(settled());
    // As when it becomes readable.
    chmod(at("a.txt").c_str(), 0640);
    EXPECT_TRUE(settled());
}

TEST_F(ImageFilesTest, AListThatIsGoneIsTakenAwayButNotAllOfThem) {
    world::write_file(folder / "a.txt", "1\n");
    world::write_file(folder / "b.txt", "2\n");
    ImageFiles files = files_of({"*.txt"});
    EXPECT_FALSE(files.read().ids->incomplete);
    std::filesystem::remove(folder / "a.txt");
    EXPECT_FALSE(files.read().ids->incomplete);
    std::filesystem::remove(folder / "b.txt");
    const Reading gone = files.read();
    EXPECT_TRUE(gone.ids->incomplete);
    EXPECT_EQ(gone.problems[0], at("*.txt") + ": all files of image IDs are gone" + kKept);
    EXPECT_FALSE(files.changed());
}

TEST_F(ImageFilesTest, ASetOfTextsIsSortedAndHasNoDoubles) {
    const std::shared_ptr<IdSet> ids = make_id_set({"b", "a", "b", "cc"});
    EXPECT_EQ(ids->image_ids, (Ids{"a", "b", "cc"}));
    EXPECT_FALSE(ids->incomplete);
    EXPECT_TRUE(make_id_set({})->image_ids.empty());
}

TEST_F(ImageFilesTest, ABackslashTakesALetterAsItIs) {
    std::filesystem::create_directory(folder / "a[b]*");
    world::write_file(folder / "a[b]*/ids.txt", "1\n");
    EXPECT_EQ(read({"a\\[b\\]\\*/*.txt"}).ids->image_ids, (Ids{"1"}));
    EXPECT_EQ(read({"a\\[b\\]\\*/ids.txt"}).ids->image_ids, (Ids{"1"}));
}

TEST_F(ImageFilesTest, TheViewsPointIntoTheSetsOwnText) {
    world::write_file(folder / "a.txt", "# comment\nid-1\nid-2\n");
    const Reading files = read({"a.txt"});
    ASSERT_EQ(files.ids->files.size(), 1U);
    EXPECT_EQ(files.ids->image_ids[0].data(), files.ids->files[0].data() + sizeof("# comment"));
}

TEST_F(ImageFilesTest, AMillionIdsAreRead) {
    std::string text;
    for (int i = 0; i < 1'000'000; ++i) text += fmt::format("{:032x}\n", i * 7919LL % 1000003);
    world::write_file(folder / "a.txt", text);
    const Reading files = read({"a.txt"});
    EXPECT_GE(files.ids->image_ids.size(), 999'990U);
    EXPECT_EQ(files.ids->image_ids.size() + files.doubled, 1'000'000U);
}

}  // namespace
}  // namespace vodcatalog
