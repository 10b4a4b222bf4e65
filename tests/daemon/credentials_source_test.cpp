#include "daemon/credentials_source.h"

#include <gtest/gtest.h>

#include "catalog/error.h"
#include "tests/world/file.h"
#include "tests/world/temp_folder.h"
#include "tests/world/variable.h"

namespace vodcatalog {
namespace {

class CredentialsSourceTest : public testing::Test {
protected:
    static std::string fault(const CredentialsSource& source) {
        try {
            static_cast<void>(source.read());
            return "read";
        } catch (const catalog::Unusable& error) {
            return error.what();
        }
    }
    /// Whether the environment's fault is told in these words.
    static bool says(std::string_view words) {
        return fault(CredentialsSource{}).find(words) != std::string::npos;
    }
    const world::TempFolder folder;
    const world::Variable id{"ALIBABA_CLOUD_ACCESS_KEY_ID", std::nullopt};
    const world::Variable secret{"ALIBABA_CLOUD_ACCESS_KEY_SECRET", std::nullopt};
    const world::Variable token{"ALIBABA_CLOUD_SECURITY_TOKEN", std::nullopt};
};

TEST_F(CredentialsSourceTest, FilesAreReadEachTime) {
    const auto path = world::write_file(folder / "secret", "old\n");
    CredentialsSource source;
    source.access_key_id = "LTAI1";
    source.access_key_secret = SecretFile(path.string(), "/");
    EXPECT_EQ(source.read(), (Credentials{"LTAI1", "old", ""}));
    source.security_token = SecretFile(world::write_file(folder / "token", "sts").string(), "/");
    world::write_file(path, "new\n");
    EXPECT_EQ(source.read(), (Credentials{"LTAI1", "new", "sts"}));
}

TEST_F(CredentialsSourceTest, AFaultyFileIsNamedByItsKey) {
    CredentialsSource source;
    source.access_key_id = "LTAI1";
    source.access_key_secret = SecretFile("./secret", folder.path());
    EXPECT_TRUE(fault(source).starts_with("access_key_secret_file names ")) << fault(source);
    world::write_file(folder / "secret", "s");
    source.security_token = SecretFile("./token", folder.path());
    EXPECT_TRUE(fault(source).starts_with("security_token_file names ")) << fault(source);
}

TEST_F(CredentialsSourceTest, WithoutAnIdTheEnvironmentIsTheSource) {
    id.set(" LTAI2\n");
    secret.set("s");
    EXPECT_EQ(CredentialsSource{}.read(), (Credentials{"LTAI2", "s", ""}));
    token.set("");
    EXPECT_EQ(environment_credentials().security_token, "");
    token.set("sts");
    EXPECT_EQ(environment_credentials(), (Credentials{"LTAI2", "s", "sts"}));
}

TEST_F(CredentialsSourceTest, AMissingOrFaultyVariableIsNamed) {
    EXPECT_TRUE(says("variable ALIBABA_CLOUD_ACCESS_KEY_ID is not set"));
    id.set("");
    EXPECT_TRUE(says("variable ALIBABA_CLOUD_ACCESS_KEY_ID is empty"));
    id.set("LTAI2");
    EXPECT_TRUE(says("variable ALIBABA_CLOUD_ACCESS_KEY_SECRET is not set"));
    secret.set("s3cret word");
    EXPECT_TRUE(says("variable ALIBABA_CLOUD_ACCESS_KEY_SECRET must be one word"));
    EXPECT_FALSE(says("s3cret"));
    secret.set("s");
    token.set(" ");
    EXPECT_TRUE(says("variable ALIBABA_CLOUD_SECURITY_TOKEN is empty"));
}

}  // namespace
}  // namespace vodcatalog
