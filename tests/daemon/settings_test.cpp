#include "daemon/settings.h"

#include <fmt/format.h>

#include <type_traits>

#include "tests/daemon/settings_world.h"

namespace vodcatalog {
namespace {

using namespace std::chrono_literals;

class SettingsTest : public SettingsWorld {};

TEST_F(SettingsTest, ReportsCountTheDaysOfTheGivenOffset) {
    const std::string accounts = "accounts: [{name: main, region: cn-shanghai}]\n";
    EXPECT_EQ(load(accounts + "reporting: {utc_offset: \"-03:30\"}\n").reporting.utc_offset,
              -std::chrono::minutes(210));
    EXPECT_EQ(load(accounts + "reporting: {utc_offset: \"+08:00\"}\n").reporting.utc_offset,
              std::chrono::hours(8));
}

TEST_F(SettingsTest, TheControlSocketIsToldFromTheDefault) {
    const std::string accounts = "accounts: [{name: main, region: cn-shanghai}]\n";
    const ControlSettings plain = load(accounts).control;
    EXPECT_EQ(plain.socket, "/run/vodcatalog/control.sock");
    EXPECT_FALSE(plain.named);
    const ControlSettings named = load(accounts + "control: {socket: x.sock}\n").control;
    EXPECT_EQ(named.socket, folder / "x.sock");
    EXPECT_TRUE(named.named);
}

TEST_F(SettingsTest, WhereThePagesAreIsToldFromTheDefault) {
    const std::string accounts = "accounts: [{name: main, region: cn-shanghai}]\n";
    const WebSettings plain = load(accounts).web;
    EXPECT_TRUE(plain.enabled);
    EXPECT_EQ(to_text(plain.listen), "127.0.0.1:9642");
    EXPECT_FALSE(plain.named);
    const WebSettings named =
        load(accounts + "web: {listen: '[::1]:0', hosts: [a.example, 10.0.0.1, '2001:db8::1']}\n")
            .web;
    EXPECT_EQ(named.listen, (ListenAddress{"::1", 0}));
    EXPECT_TRUE(named.named);
    EXPECT_EQ(named.hosts, (std::vector<std::string>{"a.example", "10.0.0.1", "2001:db8::1"}));
    EXPECT_FALSE(load(accounts + "web: {enabled: false}\n").web.enabled);
}

TEST_F(SettingsTest, TheControlSocketIsKnownWithoutTheRest) {
    const auto socket = [this](const std::string& text) {
        return control_socket_of(world::write_file(folder / "vodcatalog.yaml", text));
    };
    const std::filesystem::path otherwise = "/run/vodcatalog/control.sock";
    EXPECT_EQ(socket("control: {socket: /run/x.sock}\nregoin: wrong\n"), "/run/x.sock");
    EXPECT_EQ(socket("control: {socket: x.sock}\n"), folder / "x.sock");
    EXPECT_EQ(socket("control: {socket: }\n"), otherwise);
    EXPECT_EQ(socket("control: /run/x.sock\n"), otherwise);
    EXPECT_EQ(socket("- a list\n"), otherwise);
    EXPECT_EQ(socket("{"), otherwise);
    EXPECT_EQ(control_socket_of(folder / "none.yaml"), otherwise);
}

TEST_F(SettingsTest, EverythingButTheAccountHasADefault) {
    const Settings settings = load("accounts: [{name: main, region: cn-shanghai}]\n");
    ASSERT_EQ(settings.accounts.size(), 1U);
    const AccountSettings& account = settings.accounts[0];
    EXPECT_EQ(account.name, "main");
    EXPECT_EQ(account.region, "cn-shanghai");
    EXPECT_EQ(account.endpoint.url(), "https://vod.cn-shanghai.aliyuncs.com");
    EXPECT_EQ(account.signature, SignatureVersion::v3);
    EXPECT_EQ(account.operation, OperationChoice::automatic);
    EXPECT_EQ(account.output_type, "cdn");
    EXPECT_EQ(account.auth_timeout, 1h);
    EXPECT_EQ(account.ca_file, "/etc/ssl/certs/ca-certificates.crt");
    EXPECT_EQ(account.timeout, 10s);
    EXPECT_EQ(account.calls_per_second.get_image_infos, 3);
    EXPECT_EQ(account.calls_per_second.get_image_info, 20);
    EXPECT_EQ(account.calls_per_day, std::nullopt);
    EXPECT_EQ(account.was, "");
    EXPECT_TRUE(account.images.empty());
    EXPECT_TRUE(account.image_files.empty());
    EXPECT_EQ(settings.schedule.uploading.root, 0.7);
    EXPECT_EQ(settings.schedule.uploading.min, 2s);
    EXPECT_EQ(settings.schedule.uploading.max, 24h);
    EXPECT_EQ(settings.schedule.normal.fraction, 0.5);
    EXPECT_EQ(settings.schedule.normal.min, 1h);
    EXPECT_EQ(settings.schedule.normal.max, 20h);
    EXPECT_EQ(settings.schedule.stuck_after, 60min);
    EXPECT_EQ(settings.catalog.path, "/var/lib/vodcatalog/catalog.db");
    EXPECT_EQ(settings.fetchers, 8);
    EXPECT_EQ(settings.shutdown_timeout, 8s);
    EXPECT_EQ(settings.log.level, LogLevel::information);
    EXPECT_EQ(settings.log.format, LogFormat::automatic);
    EXPECT_EQ(settings.file, folder / "settings.yaml");
}

TEST_F(SettingsTest, TheClockIsNotCompensatedWhereThatIsTurnedOff) {
    const auto settings = load(account("    compensate_clock: false\n"));
    EXPECT_FALSE(settings.accounts.at(0).compensate_clock);
    EXPECT_FALSE(settings.accounts.at(0).credentials.compensate_clock) << "nor for STS";
    EXPECT_EQ(problem(account("    compensate_clock: maybe\n")),
              "4:5: compensate_clock is \"maybe\"; it must be true or false");
}

TEST_F(SettingsTest, EveryKeyIsTaken) {
    world::write_file(folder / "token", "sts\n");
    const Settings settings = load(
        "accounts:\n"
        "  - name: main_1-a\n"
        "    region: cn-beijing\n"
        "    endpoint: http://[::1]:81/\n"
        "    signature: v1\n"
        "    operation: GetImageInfo\n"
        "    output_type: oss\n"
        "    auth_timeout: 36h\n"
        "    ca_file: ca.pem\n"
        "    proxy: {url: http://proxy.example:3128, username: me, password_file: ./secret,\n"
        "            no_proxy: [.example, 10.0.0.0/8]}\n"
        "    timeout: 500ms\n"
        "    calls_per_second: {GetImageInfos: 0.5, GetImageInfo: 100}\n"
        "    calls_per_day: 5000\n"
        "    was: main_0\n"
        "    credentials: {access_key_id: LTAI1, access_key_secret_file: ./secret,\n"
        "                  security_token_file: ./token}\n"
        "    images: [12345678901234567890123456789012, b, b]\n"
        "    image_files: [/srv/ids/*.txt, more/ids.txt]\n"
        "  - name: second\n"
        "    region: us-west-1\n"
        "    operation: GetImageInfos\n"
        "schedule: {uploading: {root: 1, min: 1s, max: 1h}, normal: {fraction: 2, min: 1m, max: "
        "1d}}\n"
        "alerts: {stuck_after: 2h}\n"
        "catalog: {path: data/catalog.db}\n"
        "fetchers: 48\n"
        "shutdown_timeout: 20s\n"
        "log: {level: debug, format: json}\n");
    ASSERT_EQ(settings.accounts.size(), 2U);
    const AccountSettings& account = settings.accounts[0];
    EXPECT_EQ(account.name, "main_1-a");
    EXPECT_EQ(account.region, "cn-beijing");
    EXPECT_EQ(account.endpoint, (Endpoint{false, "::1", 81}));
    EXPECT_EQ(account.signature, SignatureVersion::v1);
    EXPECT_EQ(account.operation, OperationChoice::get_image_info);
    EXPECT_EQ(account.output_type, "oss");
    EXPECT_EQ(account.auth_timeout, 36h);
    EXPECT_EQ(account.ca_file, folder / "ca.pem");
    ASSERT_TRUE(account.proxy);
    EXPECT_EQ(account.proxy->url(), "http://proxy.example:3128");
    EXPECT_EQ(account.proxy->username, "me");
    EXPECT_EQ(account.proxy->password, "s3cret");
    EXPECT_EQ(account.proxy->no_proxy, (std::vector<std::string>{".example", "10.0.0.0/8"}));
    EXPECT_EQ(account.timeout, 500ms);
    EXPECT_EQ(account.calls_per_second.get_image_infos, 0.5);
    EXPECT_EQ(account.calls_per_second.get_image_info, 100);
    EXPECT_EQ(account.calls_per_day, 5'000);
    EXPECT_EQ(account.was, "main_0");
    EXPECT_EQ(account.credentials.static_key.access_key_id, "LTAI1");
    EXPECT_EQ(account.credentials.static_key.access_key_secret.read(), "s3cret");
    EXPECT_EQ(account.credentials.static_key.security_token.read(), "sts");
    EXPECT_EQ(account.images, (std::vector<std::string>{"12345678901234567890123456789012", "b"}));
    EXPECT_EQ(account.image_files,
              (std::vector<std::string>{"/srv/ids/*.txt", (folder / "more/ids.txt").string()}));
    EXPECT_EQ(settings.accounts[1].operation, OperationChoice::get_image_infos);
    EXPECT_EQ(settings.schedule.uploading.root, 1);
    EXPECT_EQ(settings.schedule.uploading.min, 1s);
    EXPECT_EQ(settings.schedule.uploading.max, 1h);
    EXPECT_EQ(settings.schedule.normal.fraction, 2);
    EXPECT_EQ(settings.schedule.normal.min, 1min);
    EXPECT_EQ(settings.schedule.normal.max, 24h);
    EXPECT_EQ(settings.schedule.stuck_after, 2h);
    EXPECT_EQ(settings.catalog.path, folder / "data/catalog.db");
    EXPECT_EQ(settings.fetchers, 48);
    EXPECT_EQ(settings.shutdown_timeout, 20s);
    EXPECT_EQ(settings.log.level, LogLevel::debug);
    EXPECT_EQ(settings.log.format, LogFormat::json);
}

TEST_F(SettingsTest, AnEndpointOfTheCloudTellsItsRegion) {
    const auto region = [this](const std::string& endpoint) {
        return load("accounts: [{name: a, endpoint: \"" + endpoint + "\"}]\n").accounts[0].region;
    };
    EXPECT_EQ(region("https://vod.eu-central-1.aliyuncs.com"), "eu-central-1");
    EXPECT_EQ(region("https://vod-vpc.cn-beijing.aliyuncs.com"), "cn-beijing");
    EXPECT_EQ(region("https://vod.aliyuncs.com"), "");
    EXPECT_EQ(region("http://localhost:1"), "");
}

TEST_F(SettingsTest, AMapOrListWithEverythingCommentedOutIsTheDefault) {
    const Settings settings =
        load(account("    images:\n    image_files:\n    calls_per_second:\n") +
             "schedule:\n  uploading:\nlog:\ncatalog:\nalerts:\n");
    EXPECT_EQ(settings.schedule.uploading.min, 2s);
}

TEST_F(SettingsTest, TheSettingsFoldersNameIsNoPattern) {
    std::filesystem::create_directory(folder / "a[b]*");
    const auto file = world::write_file(folder / "a[b]*/settings.yaml",
                                        account("    image_files: [ids/*.txt]\n"));
    EXPECT_EQ(load_settings(file).accounts[0].image_files[0],
              (folder / "a\\[b\\]\\*/ids/*.txt").string());
}

TEST_F(SettingsTest, AnErrorHoldsAllProblemsAndIsALineEach) {
    const auto file = write("accounts: [{name: A, region: x y}]\nfetchers: 0\n");
    try {
        static_cast<void>(load_settings(file));
        FAIL() << "loaded";
    } catch (const catalog::Unusable& error) {
        EXPECT_EQ(error.exit_code(), catalog::Unusable::kConfig);
        const auto& own = dynamic_cast<const SettingsError&>(error);
        ASSERT_EQ(own.problems().size(), 3U);
        EXPECT_EQ(error.what(), fmt::format("{}", fmt::join(own.problems(), "\n")));
        EXPECT_EQ(own.problems(), check_settings(file));
        EXPECT_TRUE(own.problems()[2].starts_with(file.string() + ":2:1: fetchers is \"0\""));
    }
}

TEST_F(SettingsTest, GoodSettingsCheckWithoutAProblem) {
    EXPECT_TRUE(check_settings(write(account())).empty());
}

template <typename Value>
concept Streams = requires(std::ostream& out, const Value& value) {
    out << value;
};

TEST(SettingsSecretTest, WhatHoldsASecretCannotBePrinted) {
    static_assert(!Streams<Credentials> && !fmt::is_formattable<Credentials>::value);
    static_assert(!Streams<CredentialsSettings> &&
                  !fmt::is_formattable<CredentialsSettings>::value);
    static_assert(!Streams<AccountSettings> && !fmt::is_formattable<AccountSettings>::value);
    static_assert(!Streams<Settings> && !fmt::is_formattable<Settings>::value);
}

}  // namespace
}  // namespace vodcatalog
