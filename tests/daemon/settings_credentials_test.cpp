#include "tests/daemon/settings_world.h"

namespace vodcatalog {
namespace {

using namespace std::chrono_literals;
using Chain = std::vector<ProviderKind>;
using enum ProviderKind;

class SettingsCredentialsTest : public SettingsWorld {
protected:
    CredentialsSettings credentials(const std::string& value) const {
        return load(account("    credentials: " + value + "\n")).accounts.at(0).credentials;
    }
    CredentialsSettings without() const { return load(account()).accounts.at(0).credentials; }
    /// What is wrong with a file whose fourth line gives that value.
    std::string fault(const std::string& value) const {
        return problem(account("    credentials: " + value + "\n"));
    }
    void set_oidc() const {
        role_arn.set("acs:ram::1:role/r");
        provider_arn.set("acs:ram::1:oidc-provider/p");
        token_file.set("/run/token");
    }
    const std::string arn = "acs:ram::1:role/r";
};

TEST_F(SettingsCredentialsTest, WithoutCredentialsTheChainOfTheCloudsOwnLibrariesIsAsked) {
    EXPECT_EQ(without().chain, (Chain{environment, ecs_role}));
    set_oidc();
    EXPECT_EQ(without().chain, (Chain{environment, oidc, ecs_role}));
    provider_arn.set("");
    no_ecs.set("true");
    EXPECT_EQ(without().chain, Chain{environment});
    EXPECT_EQ(credentials("{}").chain, Chain{environment});
    EXPECT_EQ(credentials("").chain, Chain{environment});
}

TEST_F(SettingsCredentialsTest, NoKeyInTheEnvironmentIsAMistakeOnlyWhereNothingElseIsAsked) {
    id.set(std::nullopt);
    EXPECT_EQ(without().chain, (Chain{environment, ecs_role}));
    no_ecs.set("TRUE");
    const std::string said =
        ", and the environment variable ALIBABA_CLOUD_ACCESS_KEY_ID is not set; set "
        "ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or give the account "
        "credentials in the settings";
    EXPECT_EQ(problem(account()), "2:5: credentials are not given" + said);
    EXPECT_EQ(fault("{chain: [environment]}"), "4:5: credentials come from the environment" + said);
}

TEST_F(SettingsCredentialsTest, HalfAKeyInTheEnvironmentIsAMistake) {
    secret.set(std::nullopt);
    EXPECT_TRUE(problem(account()).starts_with(
        "2:5: credentials are not given, and the environment variable "
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET is not set"))
        << problem(account());
    EXPECT_EQ(credentials("{ecs_role: {}}").chain, Chain{ecs_role}) << "it is not asked";
}

TEST_F(SettingsCredentialsTest, ASystemdCredentialIsTaken) {
    passed.set(folder.path().string());
    const auto key = credentials("{access_key_id: LTAI1, access_key_secret_file: secret}");
    EXPECT_EQ(key.chain, Chain{static_key});
    EXPECT_EQ(key.static_key.access_key_secret.read(), "s3cret");
}

TEST_F(SettingsCredentialsTest, AChainIsTakenInItsOrder) {
    set_oidc();
    EXPECT_EQ(credentials("{chain: [ecs_role, oidc]}").chain, (Chain{ecs_role, oidc}));
    EXPECT_EQ(credentials("{chain: [oidc], oidc: {duration: 2h}}").oidc.role.duration, 2h);
}

TEST_F(SettingsCredentialsTest, OidcIsReadWhole) {
    const auto out = credentials(
        "{oidc: {role_arn: acs:ram::2:role/q, provider_arn: acs:ram::2:oidc-provider/k,\n"
        "      token_file: ./secret, session_name: me, duration: 15m, policy: '{}'}}");
    EXPECT_EQ(out.chain, Chain{oidc});
    EXPECT_EQ(out.oidc.role.arn, "acs:ram::2:role/q");
    EXPECT_EQ(out.oidc.provider_arn, "acs:ram::2:oidc-provider/k");
    EXPECT_EQ(out.oidc.token_file, folder / "secret");
    EXPECT_EQ(out.oidc.role.session_name, "me");
    EXPECT_EQ(out.oidc.role.duration, 15min);
    EXPECT_EQ(out.oidc.role.policy, "{}");
    EXPECT_FALSE(out.role);
}

TEST_F(SettingsCredentialsTest, WhatOidcLacksIsTakenFromTheEnvironment) {
    set_oidc();
    session_name.set("pod");
    const auto out = credentials("{oidc: {role_arn: acs:ram::2:role/q}}");
    EXPECT_EQ(out.oidc.role.arn, "acs:ram::2:role/q");
    EXPECT_EQ(out.oidc.provider_arn, "acs:ram::1:oidc-provider/p");
    EXPECT_EQ(out.oidc.token_file, "/run/token");
    EXPECT_EQ(out.oidc.role.session_name, "pod");
    EXPECT_EQ(out.oidc.role.duration, 1h);
    EXPECT_EQ(credentials("{oidc: }").chain, Chain{oidc});
}

TEST_F(SettingsCredentialsTest, AnInstancesRoleIsReadWhole) {
    EXPECT_TRUE(credentials("{ecs_role: {}}").ecs_role.imdsv1);
    EXPECT_EQ(credentials("{ecs_role: {}}").ecs_role.name, "");
    const auto out = credentials("{ecs_role: {name: reader, imdsv1: false}}");
    EXPECT_EQ(out.chain, Chain{ecs_role});
    EXPECT_EQ(out.ecs_role.name, "reader");
    EXPECT_FALSE(out.ecs_role.imdsv1);
    ecs_name.set("from-environment");
    no_imdsv1.set("true");
    EXPECT_EQ(without().ecs_role.name, "from-environment");
    EXPECT_FALSE(without().ecs_role.imdsv1);
    EXPECT_FALSE(credentials("{ecs_role: {imdsv1: true}}").ecs_role.imdsv1);
}

TEST_F(SettingsCredentialsTest, ARoleIsTakenOnByWhateverElseIsGiven) {
    const auto plain = credentials("{role: {arn: " + arn + "}}");
    EXPECT_EQ(plain.chain, (Chain{environment, ecs_role}));
    ASSERT_TRUE(plain.role);
    EXPECT_EQ(plain.role->session_name, "vodcatalog");
    EXPECT_EQ(plain.role->duration, 1h);
    const auto full = credentials(
        "{access_key_id: LTAI1, access_key_secret_file: ./secret, role: {arn: " + arn +
        ",\n      session_name: a.b@c_d-e, duration: 12h, policy: '{\"Version\": \"1\"}',"
        " external_id: \"x:1\"}}");
    EXPECT_EQ(full.chain, Chain{static_key});
    EXPECT_EQ(full.role->arn, arn);
    EXPECT_EQ(full.role->session_name, "a.b@c_d-e");
    EXPECT_EQ(full.role->duration, 12h);
    EXPECT_EQ(full.role->policy, "{\"Version\": \"1\"}");
    EXPECT_EQ(full.role->external_id, "x:1");
}

TEST_F(SettingsCredentialsTest, StsIsAskedInTheAccountsRegionUnlessToldOtherwise) {
    EXPECT_EQ(without().sts.url(), "https://sts.aliyuncs.com");
    const auto of_region = [this] {
        return load("accounts: [{name: a, region: cn-beijing, ca_file: ca.pem}]\n")
            .accounts.at(0)
            .credentials.sts.url();
    };
    EXPECT_EQ(of_region(), "https://sts.cn-beijing.aliyuncs.com");
    vpc.set("true");
    EXPECT_EQ(of_region(), "https://sts-vpc.cn-beijing.aliyuncs.com");
    sts_region.set("cn-shanghai");
    EXPECT_EQ(of_region(), "https://sts-vpc.cn-shanghai.aliyuncs.com");
    EXPECT_EQ(credentials("{sts_endpoint: 'http://127.0.0.1:81'}").sts.url(),
              "http://127.0.0.1:81");
    sts_region.set("no region");
    EXPECT_TRUE(problem(account()).starts_with(
        "2:5: credentials cannot be fetched: ALIBABA_CLOUD_STS_REGION in the environment is no "
        "region"))
        << problem(account());
}

TEST_F(SettingsCredentialsTest, TheMetadataServiceIsWhereInstancesHaveItUnlessToldOtherwise) {
    EXPECT_EQ(without().metadata.url(), "http://100.100.100.200");
    EXPECT_EQ(credentials("{metadata_endpoint: 'http://localhost:81'}").metadata.port, 81);
    EXPECT_TRUE(fault("{metadata_endpoint: 'http://10.0.0.1'}")
                    .starts_with("4:19: metadata_endpoint cannot be used: "));
    EXPECT_TRUE(fault("{sts_endpoint: 'http://100.100.100.200'}")
                    .starts_with("4:19: sts_endpoint cannot be used: "));
}

TEST_F(SettingsCredentialsTest, WhatDoesNotGoTogetherIsRefused) {
    const std::string key = "{access_key_id: LTAI1, access_key_secret_file: ./secret, ";
    const std::string both = " stands beside an access key; keep one of the two";
    EXPECT_EQ(fault(key + "ecs_role: {}}"), "4:75: ecs_role" + both);
    EXPECT_EQ(fault(key + "chain: [environment]}"), "4:75: chain" + both);
    set_oidc();
    EXPECT_EQ(fault(key + "oidc: {}}"), "4:75: oidc" + both);
    EXPECT_EQ(fault("{oidc: {}, ecs_role: {}}"),
              "4:18: chain is missing; give the order to ask in: chain: [oidc, ecs_role]");
    EXPECT_EQ(fault("{chain: [oidc], ecs_role: {}}"),
              "4:34: ecs_role is not in chain; add it there or remove it");
    EXPECT_EQ(fault("{chain: [ecs_role], oidc: {}}"),
              "4:38: oidc is not in chain; add it there or remove it");
    EXPECT_EQ(fault("{chain: []}"),
              "4:19: chain is empty; name environment, oidc or ecs_role, or leave it out");
    EXPECT_EQ(fault("{chain: [ecs_role, ecs_role]}"), "4:19: chain names ecs_role twice");
    EXPECT_EQ(fault("{chain: [ecs_role, static]}"),
              "4:19: chain takes environment, oidc and ecs_role, nothing else");
    EXPECT_EQ(fault("{security_token_file: ./secret, access_key_secret_file: ./secret}"),
              "4:18: access_key_id is missing; give the ID of the access key");
}

TEST_F(SettingsCredentialsTest, WhatIsMissingIsNamedWithItsVariable) {
    EXPECT_EQ(problems(account("    credentials: {oidc: {}}\n")),
              (std::vector<std::string>{
                  "4:19: oidc lacks role_arn; give oidc.role_arn or set ALIBABA_CLOUD_ROLE_ARN in "
                  "the environment",
                  "4:19: oidc lacks provider_arn; give oidc.provider_arn or set "
                  "ALIBABA_CLOUD_OIDC_PROVIDER_ARN in the environment",
                  "4:19: oidc lacks token_file; give oidc.token_file or set "
                  "ALIBABA_CLOUD_OIDC_TOKEN_FILE in the environment"}));
    role_arn.set(arn);
    token_file.set("/run/token");
    EXPECT_EQ(fault("{chain: [oidc, ecs_role]}"),
              "4:19: chain lacks provider_arn; give oidc.provider_arn or set "
              "ALIBABA_CLOUD_OIDC_PROVIDER_ARN in the environment");
    EXPECT_EQ(fault("{role: {}}"), "4:25: arn is missing; give the ARN of the role to take on");
}

TEST_F(SettingsCredentialsTest, ValuesThatStsWouldNotTakeAreRefused) {
    const auto of_role = [&](const std::string& more) {
        return fault("{role: {arn: " + arn + ", " + more + "}}").substr(2);
    };
    EXPECT_EQ(of_role("session_name: x"),
              "50: session_name must be 2 to 64 letters, digits and . @ _ -");
    EXPECT_EQ(of_role("session_name: a b"),
              "50: session_name must be 2 to 64 letters, digits and . @ _ -");
    EXPECT_EQ(of_role("duration: 14m"), "50: duration \"14m\" is too short; 15m to 12h is allowed");
    EXPECT_EQ(of_role("duration: 900500ms"), "50: duration must be whole seconds");
    EXPECT_EQ(of_role("policy: allow"),
              "50: policy must be a RAM policy, a JSON object of at most 2048 bytes");
    EXPECT_EQ(of_role("external_id: a&b"),
              "50: external_id must be 2 to 1224 letters, digits and = , . @ : / _ -");
    for (const char* bad :
         {"reader", "acs:ram::1:role/", "acs:ram::1:user/r", "acs:ram::1:role/a&b"})
        EXPECT_EQ(fault("{role: {arn: '" + std::string(bad) + "'}}"),
                  "4:26: arn must be an ARN like acs:ram::1234567890123456:role/name");
    EXPECT_EQ(fault("{ecs_role: {name: ../x}}"),
              "4:30: name must be 1 to 64 letters, digits and . @ _ = -");
    EXPECT_EQ(fault("{ecs_role: {imdsv1: maybe}}"),
              "4:30: imdsv1 is \"maybe\"; it must be true or false");
    set_oidc();
    EXPECT_EQ(credentials("{oidc: {token_file: ./later}}").oidc.token_file, folder / "later")
        << "others write it, when they like";
    EXPECT_EQ(fault("{oidc: {provider_arn: x}}"),
              "4:26: provider_arn must be an ARN like "
              "acs:ram::1234567890123456:oidc-provider/name");
    EXPECT_TRUE(
        fault("{oidc: {external_id: xx}}").starts_with("4:26: unknown key \"external_id\""));
}

TEST_F(SettingsCredentialsTest, SomethingElseThanAMapIsToldOnce) {
    EXPECT_EQ(fault("LTAI1"), "4:5: credentials is a text; it must be a map of keys");
    EXPECT_EQ(fault("{role: x}"), "4:19: role is a text; it must be a map of keys");
}

}  // namespace
}  // namespace vodcatalog
