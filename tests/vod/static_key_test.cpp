#include "daemon/vod/credentials/static_key.h"

#include <sys/stat.h>

#include "tests/vod/provider_world.h"
#include "tests/world/variable.h"

namespace vodcatalog {
namespace {

class StaticKeyTest : public ProviderWorld {
protected:
    static std::string secret_of(StaticKey& key) {
        return key.fetch().session.credentials.access_key_secret;
    }
    /// As a careful writer does it.
    void replace(const std::string& text) const {
        world::write_file(folder / "new", text);
        std::filesystem::rename(folder / "new", folder / "secret");
    }
    const std::filesystem::path path = world::write_file(folder / "secret", "old\n");
    StaticKey key{{"LTAI1", SecretFile(path.string(), "/"), {}}};
};

TEST_F(StaticKeyTest, GivesWhatSettingsAndFilesSay) {
    StaticKey temporary{{"LTAI1", SecretFile("./secret", folder.path()),
                         SecretFile(world::write_file(folder / "token", "sts").string(), "/")}};
    const Grant grant = temporary.fetch();
    EXPECT_EQ(grant.session.credentials, (Credentials{"LTAI1", "old", "sts"}));
    EXPECT_EQ(grant.session.provider, "static");
    EXPECT_FALSE(grant.good_until);
    EXPECT_FALSE(grant.session.expires_at);
    EXPECT_TRUE(temporary.gives_at_once());
}

TEST_F(StaticKeyTest, ASystemdCredentialIsTaken) {
    const world::Variable set("CREDENTIALS_DIRECTORY", folder.path().string());
    world::write_file(folder / "secret", "old\n", 0440);
    StaticKey passed{{"LTAI1", SecretFile("secret", "/"), {}}};
    EXPECT_EQ(secret_of(passed), "old");
    EXPECT_FALSE(passed.changed());
    world::write_file(folder / "secret", "renewed\n", 0440);
    EXPECT_TRUE(passed.changed());
}

TEST_F(StaticKeyTest, AFileThatIsWrittenOrReplacedHasChangedUntilItIsFetched) {
    EXPECT_EQ(secret_of(key), "old");
    EXPECT_FALSE(key.changed());
    replace("new\n");
    EXPECT_TRUE(key.changed());
    EXPECT_EQ(secret_of(key), "new");
    EXPECT_FALSE(key.changed());
    world::write_file(path, "newest\n");
    EXPECT_TRUE(key.changed());
    EXPECT_EQ(secret_of(key), "newest");
}

TEST_F(StaticKeyTest, ATokenFileCountsToo) {
    const auto token = world::write_file(folder / "token", "t1\n");
    StaticKey temporary{{"LTAI1", SecretFile(path.string(), "/"), SecretFile(token.string(), "/")}};
    EXPECT_EQ(temporary.fetch().session.credentials.security_token, "t1");
    world::write_file(token, "token2\n");
    EXPECT_TRUE(temporary.changed());
    EXPECT_EQ(temporary.fetch().session.credentials.security_token, "token2");
}

TEST_F(StaticKeyTest, AFileWithoutLineEndIsTakenAtTheStart) {
    world::write_file(path, "old");
    EXPECT_EQ(secret_of(key), "old");
}

TEST_F(StaticKeyTest, AChangedFileWithoutLineEndIsTakenOnceItHasSettled) {
    EXPECT_EQ(secret_of(key), "old");
    world::write_file(path, "ne");
    EXPECT_EQ(fault(key),
              "retryable: static: access_key_secret_file names a file that has just changed and "
              "has no line end; it may be half written and is looked at again; end it with a line "
              "end, or rename a whole file to its name");
    world::write_file(path, "new");
    EXPECT_TRUE(fault(key).starts_with("retryable: ")) << "it was still being written";
    EXPECT_EQ(secret_of(key), "new");
    EXPECT_EQ(secret_of(key), "new");
    EXPECT_FALSE(key.changed());
}

TEST_F(StaticKeyTest, AFileThatIsNoSecretNowIsRefusedAndHasChangedWhenItIsMended) {
    EXPECT_EQ(secret_of(key), "old");
    const std::string advice = "; put the secret alone into it, readable by this user only";
    world::write_file(path, "");
    EXPECT_TRUE(key.changed());
    EXPECT_EQ(fault(key),
              "refused: static: access_key_secret_file names DIR/secret, which is empty" + advice);
    EXPECT_FALSE(key.changed()) << "the same fault is not met again and again";
    world::write_file(path, "new\n", 0644);
    EXPECT_EQ(fault(key),
              "refused: static: access_key_secret_file names DIR/secret, which group or others may "
              "use (mode 0644); run: chmod 600 DIR/secret");
    ASSERT_EQ(chmod(path.c_str(), 0600), 0);
    EXPECT_TRUE(key.changed());
    EXPECT_EQ(secret_of(key), "new");
    std::filesystem::remove(path);
    EXPECT_TRUE(key.changed());
    EXPECT_EQ(
        fault(key),
        "refused: static: access_key_secret_file names DIR/secret, which does not exist" + advice);
}

}  // namespace
}  // namespace vodcatalog
