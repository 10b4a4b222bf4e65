#include "daemon/secret_file.h"

#include <gtest/gtest.h>

#include "catalog/error.h"
#include "tests/world/file.h"
#include "tests/world/powerless.h"
#include "tests/world/temp_folder.h"
#include "tests/world/variable.h"

namespace vodcatalog {
namespace {

constexpr const char* kFolder = "CREDENTIALS_DIRECTORY";
const std::string kAdvice = "; put the secret alone into it, readable by this user only";

class SecretFileTest : public testing::Test {
protected:
    /// What is said about the file `name`, with the test's folder as DIR.
    std::string fault(const std::string& name) const {
        std::string said;
        try {
            said = "read: " + SecretFile(name, folder.path()).read();
        } catch (const catalog::Unusable& error) {
            said = error.what();
        }
        const std::string own = folder.path().string();
        for (auto at = said.find(own); at != std::string::npos; at = said.find(own)) {
            said.replace(at, own.size(), "DIR");
        }
        return said;
    }
    std::string fault_of_text(std::string_view text) const {
        world::write_file(folder / "secret", text);
        return fault("./secret");
    }
    const world::TempFolder folder;
    const world::Variable none{kFolder, std::nullopt};
};

TEST_F(SecretFileTest, BlanksAndLineEndsAroundTheSecretAreNotPartOfIt) {
    for (const char* text : {"s3cret", "s3cret\n", "s3cret\r\n", "  s3cret\t\n", "\ns3cret\n\n"}) {
        EXPECT_EQ(fault_of_text(text), "read: s3cret");
    }
}

TEST_F(SecretFileTest, AnAbsolutePathAndOneFromTheSettingsFolderAreTaken) {
    world::write_file(folder / "secret", "s3cret");
    EXPECT_EQ(fault((folder / "secret").string()), "read: s3cret");
    EXPECT_EQ(fault("./secret"), "read: s3cret");
}

TEST_F(SecretFileTest, ARotatedSecretIsReadAnew) {
    const auto path = world::write_file(folder / "secret", "old");
    const SecretFile secret(path.string(), "/");
    EXPECT_EQ(secret.read(), "old");
    world::write_file(path, "new");
    EXPECT_EQ(secret.read(), "new");
}

TEST_F(SecretFileTest, AFileOpenToGroupOrOthersIsRefusedWithTheCommandThatMendsIt) {
    for (const mode_t mode : {0640U, 0604U, 0620U, 0601U}) {
        world::write_file(folder / "secret", "s3cret", mode);
        const std::string said = fault("./secret");
        EXPECT_TRUE(said.starts_with("names DIR/secret, which group or others may use (mode 06"))
            << said;
        EXPECT_TRUE(said.ends_with("run: chmod 600 DIR/secret")) << said;
    }
    world::write_file(folder / "secret", "s3cret", 0400);
    EXPECT_EQ(fault("./secret"), "read: s3cret");
}

TEST_F(SecretFileTest, TheCommandIsSafeToPaste) {
    world::write_file(folder / "it's; rm", "s3cret", 0644);
    const std::string said = fault("./it's; rm");
    EXPECT_TRUE(said.ends_with("run: chmod 600 'DIR/it'\\''s; rm'")) << said;
}

TEST_F(SecretFileTest, WhatIsNoSecretIsRefused) {
    EXPECT_EQ(fault_of_text(""), "names DIR/secret, which is empty" + kAdvice);
    EXPECT_EQ(fault_of_text(" \r\n"), "names DIR/secret, which is empty" + kAdvice);
    const std::string words =
        "names DIR/secret, which must be one word of printable ASCII, without blanks inside";
    for (const char* text : {"two words", "two\nlines", "caf\xc3\xa9", "\xef\xbb\xbfmark"}) {
        EXPECT_EQ(fault_of_text(text), words + kAdvice);
    }
    EXPECT_EQ(fault_of_text(std::string(20'000, 'x')),
              "names DIR/secret, which is bigger than 16384 bytes" + kAdvice);
}

TEST_F(SecretFileTest, AFileThatCannotBeReadIsRefused) {
    EXPECT_EQ(fault("./none"), "names DIR/none, which does not exist" + kAdvice);
    EXPECT_EQ(fault("./"), "names DIR/, which is a folder, not a file" + kAdvice);
    const auto path = world::write_file(folder / "secret", "s3cret", 0);
    const world::Powerless nobody;
    EXPECT_EQ(fault("./secret"),
              "names DIR/secret, which may not be read: permission denied to this user" + kAdvice);
}

TEST_F(SecretFileTest, ANameWithoutASlashIsASystemdCredential) {
    // Its access list makes the mode look as if the group could read it.
    world::write_file(folder / "key", "s3cret\n", 0440);
    const world::Variable set(kFolder, folder.path().string());
    EXPECT_EQ(fault("key"), "read: s3cret");
}

TEST_F(SecretFileTest, ANameWithoutASlashIsNotShownForItMayBeTheSecret) {
    EXPECT_EQ(fault("s3cret"),
              "has no slash, so it names a systemd credential, but systemd passed none; use "
              "LoadCredential= in the unit, or give a path");
    const world::Variable set(kFolder, folder.path().string());
    EXPECT_EQ(fault("s3cret"),
              "names the systemd credential of that name, which does not exist" + kAdvice);
}

TEST_F(SecretFileTest, NoMessageHoldsTheSecret) {
    for (const char* text : {"s3cret word", "s3cret\x01", "s3cret\ns3cret"}) {
        EXPECT_EQ(fault_of_text(text).find("s3cret"), std::string::npos);
    }
    world::write_file(folder / "secret", "s3cret", 0644);
    EXPECT_EQ(fault("./secret").find("s3cret"), std::string::npos);
}

TEST_F(SecretFileTest, OneThatIsNotGivenSaysSo) {
    EXPECT_FALSE(SecretFile().given());
    EXPECT_TRUE(SecretFile("key", "/").given());
    EXPECT_TRUE(SecretFile("./key", "/").given());
}

}  // namespace
}  // namespace vodcatalog
