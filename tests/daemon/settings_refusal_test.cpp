#include <fmt/format.h>
#include <sys/stat.h>

#include "daemon/problems.h"
#include "tests/daemon/settings_world.h"
#include "tests/world/powerless.h"

namespace vodcatalog {
namespace {

/// A settings file and the one thing that is wrong with it.
struct Bad {
    std::string text;
    std::string problem;  ///< "LINE:COLUMN: what".
};

class SettingsRefusalTest : public SettingsWorld {
protected:
    void expect_problems(const std::vector<Bad>& table) const {
        for (const Bad& bad : table) EXPECT_EQ(problem(bad.text), bad.problem) << bad.text;
    }
    /// What is wrong with a file whose fourth line is `line`, a key of the account.
    std::string fault(const std::string& line) const {
        return problem(account("    " + line + "\n"));
    }
    const std::string advice = "; name the settings file with --config, readable by this user";
};

TEST_F(SettingsRefusalTest, AFileThatIsNoSettingsAtAll) {
    const std::string empty = "is empty; name at least one account";
    const std::string no_map = "settings must be keys and values: `key: value`";
    expect_problems({
        {"", " " + empty},
        {"# accounts: later\n", " " + empty},
        {"---\n", " " + empty},
        {"main\n", "1:1: " + no_map},
        {"- name: main\n", "1:1: " + no_map},
        {std::string(1024 * 1024 + 1, '#'), " is bigger than 1048576 bytes" + advice},
    });
}

TEST_F(SettingsRefusalTest, AControlSocketThatCannotBe) {
    const std::string head = "accounts: [{name: main, region: cn-shanghai}]\n";
    const std::string rest =
        "longer than 107 bytes, which no socket's path may be; choose a "
        "shorter one";
    expect_problems({
        {head + "reporting: {utc_offset: +8}\n",
         "2:13: utc_offset is no offset; write it as \"+08:00\", at most 14 hours"},
        {head + "reporting: {utc_offset: \"+14:01\"}\n",
         "2:13: utc_offset is no offset; write it as \"+08:00\", at most 14 hours"},
        {head + "control: {socket: /run/}\n", "2:11: socket names a folder; add the file's name"},
        {head + "control: {socket: /" + std::string(107, 'x') + "}\n", "2:11: socket is " + rest},
    });
}

TEST_F(SettingsRefusalTest, PagesWhereNoneCanBe) {
    const std::string head = "accounts: [{name: main, region: cn-shanghai}]\n";
    const std::string no_name = "; write a name or an address, without port";
    expect_problems({
        {head + "web: {listen: localhost:80}\n",
         "2:7: listen must be an address and a port, like 127.0.0.1:9642 or [::1]:9642"},
        {head + "web: {listen: 0.0.0.0}\n",
         "2:7: listen has no port; write it like 127.0.0.1:9642"},
        {head + "web: {hosts: [a.example:80]}\n",
         "2:15: an entry of hosts is \"a.example:80\"" + no_name},
        {head + "web: {hosts: [a/b]}\n", "2:15: an entry of hosts is \"a/b\"" + no_name},
        {head + "web: {enabled: maybe}\n", "2:7: enabled is \"maybe\"; it must be true or false"},
    });
}

TEST_F(SettingsRefusalTest, AFileThatCannotBeReadAtAll) {
    const auto said = [](const std::filesystem::path& file) {
        const std::vector<std::string> list = check_settings(file);
        return list.size() == 1 ? list[0].substr(file.string().size()) : "not one problem";
    };
    EXPECT_EQ(said(folder / "none.yaml"), ": does not exist" + advice);
    EXPECT_EQ(said(folder.path()), ": is a folder, not a file" + advice);
    ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
    EXPECT_EQ(said(folder / "pipe"), ": is no regular file" + advice);
    const auto closed = world::write_file(folder / "closed.yaml", account(), 0);
    const world::Powerless nobody;
    EXPECT_EQ(said(closed), ": may not be read: permission denied to this user" + advice);
}

TEST_F(SettingsRefusalTest, AFileOfAHundredMegabytesIsRefusedUnread) {
    const auto file = write("");
    std::filesystem::resize_file(file, 100 * 1024 * 1024);
    EXPECT_EQ(
        check_settings(file),
        (std::vector<std::string>{file.string() + ": is bigger than 1048576 bytes" + advice}));
}

TEST_F(SettingsRefusalTest, AFileThatIsNotTheYamlWeTake) {
    const std::string mend = "; mend this line or the one before it";
    expect_problems({
        {"accounts: [\n", "2:1: not YAML: end of sequence flow not found" + mend},
        {"accounts: a: b\n", "1:12: not YAML: illegal map value" + mend},
        {"accounts:\n\t- name: main\n",
         "2:1: a tab before the first word of a line; indent with blanks"},
        {account() + "log: {level: caf\xe9}\n",
         "4:17: byte 0xe9 is not UTF-8; save the file as UTF-8"},
        {account() + "---\nlog: {level: debug}\n",
         "4:1: a second document begins here; settings are one document"},
        {account() + "fetchers: 1\nfetchers: 2\n",
         "5:1: the key \"fetchers\" is here a second time, the first is in line 4, column 1; "
         "remove one of them"},
        {account("    timeout: 1s\n    timeout: 1s\n"),
         "5:5: the key \"timeout\" is here a second time, the first is in line 4, column 5; "
         "remove one of them"},
        {account("    images: &all [a]\n"), "4:13: an anchor (&name) is not allowed; remove it"},
        {account("    images: !!seq [a]\n"), "4:13: a tag (!name) is not allowed; remove it"},
        {account("    ca_file: \"ca.pem\n"),
         "4:14: text must begin and end on one line; is its closing quote missing?"},
    });
}

TEST_F(SettingsRefusalTest, AnAliasBombIsRefusedBeforeItGrows) {
    std::string bomb = "a0: &a0 [x, x, x]\n";
    for (int i = 1; i < 40; ++i) {
        bomb += fmt::format("a{0}: &a{0} [*a{1}, *a{1}, *a{1}]\n", i, i - 1);
    }
    const std::vector<std::string> list = problems(account() + bomb);
    ASSERT_EQ(list.size(), Problems::kListedMax + 1);
    EXPECT_TRUE(list[0].starts_with("4:1: unknown key \"a0\"")) << list[0];
    EXPECT_EQ(list[1], "4:5: an anchor (&name) is not allowed; remove it");
}

TEST_F(SettingsRefusalTest, AnUnknownKeyIsToldWithTheOneThatWasMeant) {
    expect_problems({
        {account() + "fetcher: 4\n", "4:1: unknown key \"fetcher\"; did you mean fetchers?"},
        {account() + "Log: {level: debug}\n", "4:1: unknown key \"Log\"; did you mean log?"},
        {account() + "log: {levle: debug}\n", "4:7: unknown key \"levle\"; did you mean level?"},
        {account("    end_point: x\n"), "4:5: unknown key \"end_point\"; did you mean endpoint?"},
        {account("    calls_per_second: {getimageinfo: 1}\n"),
         "4:24: unknown key \"getimageinfo\"; did you mean GetImageInfo?"},
        {account() + "colour: red\n",
         "4:1: unknown key \"colour\"; known here: accounts, alerts, catalog, control, fetchers, "
         "log, reporting, schedule, shutdown_timeout, web"},
    });
}

TEST_F(SettingsRefusalTest, AValueOfTheWrongKind) {
    expect_problems({
        {"accounts: main\n", "1:1: accounts is a text; it must be a list of maps: - name: ..."},
        {account() + "log: debug\n", "4:1: log is a text; it must be a map of keys"},
        {account() + "log: [debug]\n", "4:1: log is a list; it must be a map of keys"},
        {account() + "fetchers: [8]\n", "4:1: fetchers is a list; give a whole number"},
        {account() + "fetchers:\n",
         "4:1: fetchers has no value; give a whole number or remove the line"},
        {account() + "fetchers: eight\n",
         "4:1: fetchers is \"eight\"; it must be a whole number from 1 to 64"},
        {account() + "fetchers: 0\n",
         "4:1: fetchers is \"0\"; it must be a whole number from 1 to 64"},
        {account() + "fetchers: 8.5\n",
         "4:1: fetchers is \"8.5\"; it must be a whole number from 1 to 64"},
        {account() + "log: {level: verbose}\n",
         "4:7: level is \"verbose\"; it must be debug, info, warning or error"},
        {account() + "log: {format: xml}\n",
         "4:7: format is \"xml\"; it must be auto, text, json or journald"},
        {account() + "schedule: {uploading: {root: .nan}}\n",
         "4:24: root is \".nan\"; it must be a number from 0.05 to 100"},
        {account() + "schedule: {uploading: {root: nan}}\n",
         "4:24: root is \"nan\"; it must be a number from 0.05 to 100"},
        {account() + "schedule: {normal: {fraction: 0}}\n",
         "4:21: fraction is \"0\"; it must be a number from 0.01 to 10"},
        {account() + "catalog: {path: /var/lib/vodcatalog/}\n",
         "4:11: path names a folder; add the file's name"},
    });
    EXPECT_EQ(fault("images: a"), "4:5: images is a text; it must be a list: [a, b]");
    EXPECT_EQ(fault("images: [{a: b}]"), "4:14: an entry of images must be a text");
    EXPECT_EQ(fault("signature: V3"), "4:5: signature is \"V3\"; it must be v3 or v1");
    EXPECT_EQ(fault("operation: infos"),
              "4:5: operation is \"infos\"; it must be auto, GetImageInfos or GetImageInfo");
    EXPECT_EQ(fault("output_type: s3"), "4:5: output_type is \"s3\"; it must be cdn or oss");
    EXPECT_EQ(fault("image_files: [/etc/ids/]"),
              "4:19: an entry of image_files names a folder; add a pattern like *.txt");
    EXPECT_EQ(fault("calls_per_second: {GetImageInfo: 0}"),
              "4:24: GetImageInfo is \"0\"; it must be a number from 0.2 to 100000");
    EXPECT_EQ(fault("calls_per_day: 99"),
              "4:5: calls_per_day is \"99\"; it must be a number from 100 to 1000000000");
    EXPECT_EQ(fault("was: Main"), "4:5: was is \"Main\"; it must be 1 to 64 of a-z, 0-9, _ and -");
    EXPECT_EQ(fault("was: main"),
              "4:5: was \"main\" is taken by the account in line 2, column 5; choose another");
    EXPECT_EQ(problem(account("    region: cn-shanghai\n  - name: second\n"
                              "    region: cn-shanghai\nfetchers: 64\n")),
              "7:1: fetchers makes 128 threads for 2 accounts, over 96; make it 48");
    EXPECT_EQ(fault("calls_per_second: {GetImageInfo: 1e400}"),
              "4:24: GetImageInfo is \"1e400\"; it must be a number from 0.2 to 100000");
}

TEST_F(SettingsRefusalTest, ADurationThatIsNone) {
    const std::string range = "; 100ms to 2m is allowed";
    EXPECT_EQ(fault("timeout: 10"),
              "4:5: timeout \"10\" has no unit; write 10s, 10m, 10h (ms, s, m, h and d are known)" +
                  range);
    EXPECT_EQ(
        fault("timeout: 0"),
        "4:5: timeout \"0\" has no unit; write 0s, 0m, 0h (ms, s, m, h and d are known)" + range);
    EXPECT_EQ(fault("timeout: 0s"), "4:5: timeout \"0s\" is too short" + range);
    EXPECT_EQ(fault("timeout: 1ms"), "4:5: timeout \"1ms\" is too short" + range);
    EXPECT_EQ(fault("timeout: -1s"), "4:5: timeout \"-1s\" is negative" + range);
    EXPECT_EQ(fault("timeout: 3650d"), "4:5: timeout \"3650d\" is too long" + range);
    EXPECT_EQ(fault("timeout: 99999999999999999999s"),
              "4:5: timeout \"99999999999999999999s\" is too long" + range);
    EXPECT_EQ(fault("timeout: 1.5s"),
              "4:5: timeout \"1.5s\" is no whole number followed by a unit; the units are ms, s, "
              "m, h and d, as in 90s" +
                  range);
    EXPECT_EQ(fault("timeout: soon"),
              "4:5: timeout \"soon\" is no duration; write a whole number and a unit (ms, s, m, h "
              "or d), like 90s" +
                  range);
    EXPECT_EQ(fault("timeout: \"\""),
              "4:5: timeout \"\" is no duration; write a whole number and a unit (ms, s, m, h or "
              "d), like 90s" +
                  range);
    EXPECT_EQ(fault("auth_timeout: 1500ms"), "4:5: auth_timeout must be whole seconds");
}

TEST_F(SettingsRefusalTest, NoDurationCanBeNothingNegativeOrTenYears) {
    const std::vector<std::string> paths = {
        "schedule: {uploading: {min: @}}", "schedule: {uploading: {max: @}}",
        "schedule: {normal: {min: @}}",    "schedule: {normal: {max: @}}",
        "alerts: {stuck_after: @}",        "shutdown_timeout: @",
    };
    for (const std::string& line : paths) {
        const std::size_t at = line.find('@');
        for (const char* value : {"0s", "0", "-5m", "1ms", "3650d"}) {
            const std::string said =
                problem(account() + std::string(line).replace(at, 1, value) + "\n");
            EXPECT_TRUE(said.starts_with("4:") && said.ends_with(" is allowed")) << said;
        }
    }
}

TEST_F(SettingsRefusalTest, AShortestGapOverTheLongest) {
    expect_problems({
        {account() + "schedule: {uploading: {min: 1h, max: 1m}}\n",
         "4:33: max makes min (1h) longer than max (1m)"},
        {account() + "schedule: {normal: {min: 2d}}\n",
         "4:21: min makes min (2d) longer than max (20h)"},
    });
}

TEST_F(SettingsRefusalTest, NoAccountOrOneThatSaysTooLittle) {
    const std::string none = "accounts has no account; add one with name, region and credentials";
    expect_problems({
        {"fetchers: 1\n", "1:1: " + none},
        {"accounts:\n", "1:1: " + none},
        {"accounts: []\n", "1:1: " + none},
        {"accounts: [main]\n", "1:12: an entry of accounts is a text; it must be a map of keys"},
        {"accounts:\n  - region: cn-shanghai\n",
         "2:5: name is missing; give the account a name of its own"},
        {"accounts:\n  - name: main\n",
         "2:5: region is missing; give the region the images are stored in, like cn-shanghai"},
        {"accounts: [{name: a, region: cn-shanghai}, {name: a, region: cn-shanghai}]\n",
         "1:45: name \"a\" is taken by the account in line 1, column 13; choose another"},
        {"accounts: [{name: Main, region: cn-shanghai}]\n",
         "1:13: name is \"Main\"; it must be 1 to 64 of a-z, 0-9, _ and -"},
        {"accounts: [{name: a, region: cn-shangai}]\n",
         "1:22: region \"cn-shangai\" is not known; did you mean cn-shanghai? Or give the endpoint "
         "too if it exists"},
        {"accounts: [{name: a, region: mars-north}]\n",
         "1:22: region \"mars-north\" is not known; give the endpoint too if it exists"},
        {"accounts: [{name: a, region: CN_SHANGHAI}]\n",
         "1:22: region is \"CN_SHANGHAI\": a region is 1 to 40 lower-case letters, digits and "
         "inner dashes, like cn-shanghai"},
    });
}

TEST_F(SettingsRefusalTest, AnEndpointThatWouldSendTheKeyInTheOpen) {
    const auto said = [this](const std::string& endpoint) {
        return problem("accounts: [{name: a, endpoint: \"" + endpoint + "\"}]\n");
    };
    const std::string open =
        "1:22: endpoint cannot be used: plain http is for loopback (127.0.0.0/8, [::1], localhost) "
        "alone; use https";
    EXPECT_EQ(said("http://vod.cn-shanghai.aliyuncs.com"), open);
    EXPECT_EQ(said("http://10.0.0.1:8080"), open);
    EXPECT_EQ(said("http://localhost.example.com"), open);
    EXPECT_EQ(said("vod.cn-shanghai.aliyuncs.com"),
              "1:22: endpoint cannot be used: an endpoint must start with https:// (or http:// for "
              "loopback)");
    EXPECT_EQ(said("https://user:pa55@vod.cn-shanghai.aliyuncs.com"),
              "1:22: endpoint cannot be used: an endpoint must not have a user name or password");
}

TEST_F(SettingsRefusalTest, CertificatesThatCannotBeUsed) {
    const std::string pem =
        "; name a file of certificates in PEM form (Debian's package ca-certificates has one)";
    EXPECT_EQ(fault("ca_file: none.pem"),
              "4:5: ca_file names DIR/none.pem, which does not exist" + pem);
    EXPECT_EQ(fault("ca_file: ./secret"),
              "4:5: ca_file names DIR/secret, which holds no certificate" + pem);
}

TEST_F(SettingsRefusalTest, AProxyThatCannotBeUsed) {
    const auto said = [this](const std::string& proxy) { return fault("proxy: {" + proxy + "}"); };
    const std::string url = "url: http://proxy.example, ";
    EXPECT_EQ(said("no_proxy: []"),
              "4:12: url is missing; give the proxy, like http://proxy.example:3128");
    EXPECT_EQ(said("url: https://proxy.example"),
              "4:13: url cannot be used: a proxy must start with http:// (the calls through it are "
              "encrypted all the same)");
    EXPECT_EQ(said("url: \"http://me:pa55@proxy.example\""),
              "4:13: url cannot be used: a proxy must not have a user name or password");
    EXPECT_EQ(said(url + "username: me"),
              "4:12: password_file is missing; name the file that holds the password");
    EXPECT_EQ(said(url + "password_file: ./secret"),
              "4:12: username is missing; give the name that the password belongs to");
    EXPECT_EQ(said(url + "username: \"me:pa55\", password_file: ./secret"),
              "4:40: username must be printable ASCII without a colon");
    EXPECT_EQ(said(url + "no_proxy: [\"*.example\"]"),
              "4:51: an entry of no_proxy is \"*.example\", which is no host, domain like "
              ".example.com, address or range, in lower case, without port");
    const std::string password = said(url + "username: me, password: pa55");
    EXPECT_TRUE(password.starts_with("4:54: password must not be in this file")) << password;
    EXPECT_EQ(password.find("pa55"), std::string::npos);
}

TEST_F(SettingsRefusalTest, ASecretInTheFile) {
    const std::string begin =
        "access_key_secret must not be in this file; put it into a file of "
        "its own (chmod 600) and name that with access_key_secret_file";
    const std::string said =
        fault("credentials: {access_key_id: LTAI1, access_key_secret: pa55word}");
    EXPECT_TRUE(said.starts_with("4:41: " + begin)) << said;
    EXPECT_EQ(said.find("pa55word"), std::string::npos);
    const std::string of_token = fault(
        "credentials: {access_key_id: a, access_key_secret_file: ./secret, security_token: pa55}");
    EXPECT_TRUE(of_token.starts_with("4:71: security_token must not be in this file")) << of_token;
    EXPECT_EQ(of_token.find("pa55"), std::string::npos);
}

TEST_F(SettingsRefusalTest, CredentialsThatCannotBeUsed) {
    const std::string alone = "; put the secret alone into it, readable by this user only";
    const auto file = [this](const std::string& name) {
        return fault("credentials: {access_key_id: LTAI1, access_key_secret_file: " + name + "}");
    };
    world::write_file(folder / "shared", "s3cret\n", 0640);
    EXPECT_EQ(file("./shared"),
              "4:41: access_key_secret_file names DIR/shared, which group or others may use (mode "
              "0640); run: chmod 600 DIR/shared");
    EXPECT_EQ(file("./none"),
              "4:41: access_key_secret_file names DIR/none, which does not exist" + alone);
    world::write_file(folder / "empty", "\n");
    EXPECT_EQ(file("./empty"),
              "4:41: access_key_secret_file names DIR/empty, which is empty" + alone);
    EXPECT_EQ(fault("credentials: {access_key_id: LTAI1}"),
              "4:18: access_key_secret_file is missing; name the file that holds the secret");
    EXPECT_EQ(fault("credentials: {access_key_secret_file: ./secret}"),
              "4:18: access_key_id is missing; give the ID of the access key");
}

TEST_F(SettingsRefusalTest, AnImageOfTwoAccounts) {
    EXPECT_EQ(problem(account("    images: [x]\n") +
                      "  - name: other\n    endpoint: http://127.0.0.1:1\n    images: [y, x]\n"),
              "7:17: the image x belongs to account \"main\" already, in line 4, column 14; remove "
              "it from one of them");
}

TEST_F(SettingsRefusalTest, ATextThatIsNoImageId) {
    const std::vector<Bad> table = {
        {"'a,b'", "the image ID \"a,b\" has a comma"},
        {"a b", "the image ID \"a b\" has a blank inside"},
        {"' a'", "the image ID \" a\" has a blank inside"},
        {"caf\xc3\xa9", "the image ID \"caf\xc3\xa9\" has a character that is not ASCII"},
        {"\"a\\nb\"", "an entry of images has a control character"},
        {"''", "an entry of images is empty"},
        {std::string(129, 'x'),
         "the image ID \"" + std::string(80, 'x') + "...\" is longer than 128 bytes"},
    };
    for (const Bad& bad : table) {
        EXPECT_EQ(fault("images: [ok, " + bad.text + "]"), "4:18: " + bad.problem);
    }
    EXPECT_EQ(problems(account("    images: [" + std::string(128, 'x') + "]\n")).size(), 0U);
}

TEST_F(SettingsRefusalTest, EverythingThatIsWrongIsToldAtOnceInTheFilesOrder) {
    const std::vector<std::string> list =
        problems(account("    timeout: 10\n    images: ['a,b']\n    colour: red\n") +
                 "fetchers: 0\nlog: {level: loud}\n");
    ASSERT_EQ(list.size(), 5U);
    for (std::size_t i = 0; i < list.size(); ++i) {
        EXPECT_TRUE(list[i].starts_with(std::to_string(i + 4) + ":")) << list[i];
    }
}

}  // namespace
}  // namespace vodcatalog
