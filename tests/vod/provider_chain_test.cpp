#include "daemon/vod/credentials/provider_chain.h"

#include "daemon/vod/credentials/credentials_settings.h"
#include "tests/vod/provider_world.h"
#include "tests/world/variable.h"

namespace vodcatalog {
namespace {

/// A provider that does as it is told.
class Obedient final : public Provider {
public:
    enum class Mood { gives, refuses, fails };

    Obedient(const std::string& name, const Mood& mood, int& asked)
        : Provider(name), mood_(mood), asked_(asked) {}
    [[nodiscard]] bool gives_at_once() const override { return mood_ == Mood::gives; }
    [[nodiscard]] bool changed() const override { return true; }

private:
    [[nodiscard]] Grant ask() override {
        ++asked_;
        if (mood_ == Mood::refuses) throw catalog::Unusable("is not there");
        if (mood_ == Mood::fails) throw catalog::Retryable("timed out");
        Grant grant;
        grant.session.provider = name();
        return grant;
    }

    const Mood& mood_;
    int& asked_;
};
using Mood = Obedient::Mood;

class ProviderChainTest : public ProviderWorld {
protected:
    ProviderChain make() {
        std::vector<std::unique_ptr<Provider>> links;
        links.push_back(std::make_unique<Obedient>("one", one, asked_one));
        links.push_back(std::make_unique<Obedient>("two", two, asked_two));
        return ProviderChain(std::move(links));
    }
    Mood one = Mood::gives;
    Mood two = Mood::gives;
    int asked_one = 0;
    int asked_two = 0;
};

TEST_F(ProviderChainTest, TheFirstThatGivesIsTheOnlyOneAskedFromThenOn) {
    ProviderChain chain = make();
    one = Mood::refuses;
    EXPECT_FALSE(chain.gives_at_once());
    EXPECT_FALSE(chain.changed());
    Grant grant = chain.fetch();
    EXPECT_EQ(grant.session.provider, "two");
    EXPECT_EQ(grant.passed_over, "one: is not there");
    EXPECT_TRUE(chain.changed());
    one = Mood::gives;
    grant = chain.fetch();
    EXPECT_EQ(grant.session.provider, "two");
    EXPECT_EQ(grant.passed_over, "");
    two = Mood::fails;
    EXPECT_EQ(fault(chain), "retryable: two: timed out");
    EXPECT_EQ(asked_one, 1);
    EXPECT_EQ(asked_two, 3);
}

TEST_F(ProviderChainTest, WhereNoneGivesAllAreNamed) {
    ProviderChain chain = make();
    one = two = Mood::refuses;
    EXPECT_EQ(fault(chain), "refused: one: is not there; two: is not there");
    two = Mood::fails;
    EXPECT_EQ(fault(chain), "retryable: one: is not there; two: timed out");
    two = Mood::gives;
    EXPECT_EQ(chain.fetch().session.provider, "two");
}

TEST_F(ProviderChainTest, SettingsMakeTheChainAndTheRoleAroundIt) {
    const world::Variable id("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAI9");
    const world::Variable secret("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "s");
    const world::Variable token("ALIBABA_CLOUD_SECURITY_TOKEN", std::nullopt);
    CredentialsSettings settings;
    settings.chain = {ProviderKind::oidc, ProviderKind::environment};
    settings.oidc.token_file = folder / "none";
    settings.role.emplace().arn = "acs:ram::1:role/reader";
    const auto provider = make_provider(settings, {http, http, clock, random, redactor});
    http.then_answer(200, sts_body("2026-01-02T04:04:05Z"));
    const Grant grant = provider->fetch();
    EXPECT_EQ(grant.session.provider, "role");
    EXPECT_TRUE(grant.passed_over.starts_with("oidc: token_file names")) << grant.passed_over;
    EXPECT_NE(http.requests().at(0).body.find("AccessKeyId=LTAI9"), std::string::npos);
}

}  // namespace
}  // namespace vodcatalog
