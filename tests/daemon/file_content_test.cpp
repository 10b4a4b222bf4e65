#include "daemon/file_content.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "catalog/error.h"
#include "tests/world/file.h"
#include "tests/world/powerless.h"
#include "tests/world/temp_folder.h"

namespace vodcatalog {
namespace {

class FileContentTest : public testing::Test {
protected:
    static std::string fault(const std::filesystem::path& path, std::size_t bytes_max = 100) {
        try {
            static_cast<void>(read_file(path, bytes_max));
            return "read";
        } catch (const catalog::Retryable& error) {
            return error.what();
        }
    }
    const world::TempFolder folder;
};

TEST_F(FileContentTest, AFileIsReadWithItsMode) {
    const auto path = world::write_file(folder / "a", std::string("a\0b\n", 4), 0640);
    const FileContent content = read_file(path, 4);
    EXPECT_EQ(content.text, std::string("a\0b\n", 4));
    EXPECT_EQ(content.mode, 0640U);
}

TEST_F(FileContentTest, AnEmptyFileIsEmpty) {
    EXPECT_EQ(read_file(world::write_file(folder / "a", ""), 100).text, "");
}

TEST_F(FileContentTest, ABigFileIsReadWhole) {
    const std::string text(1'000'000, 'x');
    EXPECT_EQ(read_file(world::write_file(folder / "a", text), 1'000'000).text, text);
}

TEST_F(FileContentTest, AFileWithoutASizeIsReadWhole) {
    EXPECT_FALSE(read_file("/proc/self/status", 1'000'000).text.empty());
}

TEST_F(FileContentTest, EachReasonHasItsWords) {
    EXPECT_EQ(fault(folder / "none"), "does not exist");
    EXPECT_EQ(fault(folder.path()), "is a folder, not a file");
    EXPECT_EQ(fault(world::write_file(folder / "big", std::string(101, 'x'))),
              "is bigger than 100 bytes");
    EXPECT_EQ(fault("/proc/self/status"), "is bigger than 100 bytes");
    world::write_file(folder / "file", "");
    EXPECT_EQ(fault(folder / "file/below"), "cannot be read: Not a directory");
}

TEST_F(FileContentTest, ANamedPipeIsRefusedWithoutWaiting) {
    ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
    EXPECT_EQ(fault(folder / "pipe"), "is no regular file");
}

TEST_F(FileContentTest, AFileThatMayNotBeReadIsToldFromOneThatIsMissing) {
    const auto path = world::write_file(folder / "a", "x", 0);
    const world::Powerless nobody;
    EXPECT_EQ(fault(path), "may not be read: permission denied to this user");
}

TEST_F(FileContentTest, AReadThatFailsIsTold) {
    EXPECT_EQ(fault("/proc/self/mem", 1'000'000), "cannot be read: Input/output error");
}

}  // namespace
}  // namespace vodcatalog
