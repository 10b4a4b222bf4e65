#include "daemon/vod/credentials/environment_key.h"

#include "tests/vod/provider_world.h"
#include "tests/world/variable.h"

namespace vodcatalog {
namespace {

class EnvironmentKeyTest : public ProviderWorld {
protected:
    /// Whether the environment's fault is told in these words.
    bool says(std::string_view words) { return fault(key).find(words) != std::string::npos; }
    EnvironmentKey key;
    const world::Variable id{"ALIBABA_CLOUD_ACCESS_KEY_ID", std::nullopt};
    const world::Variable secret{"ALIBABA_CLOUD_ACCESS_KEY_SECRET", std::nullopt};
    const world::Variable token{"ALIBABA_CLOUD_SECURITY_TOKEN", std::nullopt};
};

TEST_F(EnvironmentKeyTest, GivesWhatTheVariablesHold) {
    EXPECT_FALSE(EnvironmentKey::is_given());
    EXPECT_FALSE(key.gives_at_once());
    id.set(" LTAI2\n");
    secret.set("s");
    EXPECT_TRUE(key.gives_at_once());
    EXPECT_EQ(key.fetch().session.credentials, (Credentials{"LTAI2", "s", ""}));
    token.set("");
    EXPECT_EQ(key.fetch().session.credentials.security_token, "");
    token.set("sts");
    EXPECT_EQ(key.fetch().session.credentials, (Credentials{"LTAI2", "s", "sts"}));
    EXPECT_EQ(key.fetch().session.provider, "environment");
}

TEST_F(EnvironmentKeyTest, AMissingOrFaultyVariableIsNamed) {
    EXPECT_TRUE(
        says("refused: environment: the environment variable ALIBABA_CLOUD_ACCESS_KEY_ID "
             "is not set; set ALIBABA_CLOUD_ACCESS_KEY_ID and"))
        << fault(key);
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

TEST_F(EnvironmentKeyTest, AFlagIsTrueInAnyCaseAndNothingElse) {
    const world::Variable flag("ALIBABA_CLOUD_IMDSV1_DISABLED", std::nullopt);
    const auto set_to = [&](const std::optional<std::string>& value) {
        flag.set(value);
        return environment_flag("ALIBABA_CLOUD_IMDSV1_DISABLED");
    };
    EXPECT_TRUE(set_to("true"));
    EXPECT_TRUE(set_to("TRUE"));
    EXPECT_FALSE(set_to("1"));
    EXPECT_FALSE(set_to(""));
    EXPECT_FALSE(set_to(std::nullopt));
}

}  // namespace
}  // namespace vodcatalog
