#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <regex>
#include <set>

#include "tests/daemon/settings_world.h"

namespace vodcatalog {
namespace {

const std::filesystem::path kConfig = VODCATALOG_CONFIG;

/// config/vodcatalog.yaml, the file an operator starts from.
class SettingsExampleTest : public SettingsWorld {
protected:
    const std::string example = world::read_text(kConfig / "vodcatalog.yaml");

    /// The example with the account that it shows in comments, and that account's files in this
    /// test's folder.
    [[nodiscard]] std::string with_account() const {
        std::string text = std::regex_replace(example, std::regex("(^|\n)#(  )"), "$1$2");
        world::write_file(folder / "url", "https://example.com/hook\n");
        const std::pair<std::string, std::string> files[] = {
            {"/etc/vodcatalog/access-key-secret", "secret"}, {"/etc/vodcatalog/oncall-url", "url"}};
        for (const auto& [shown, own] : files) {
            const std::size_t at = text.find(shown);
            if (at == std::string::npos) throw std::runtime_error(shown + " is not in the example");
            text.replace(at, shown.size(), (folder / own).string());
        }
        return text;
    }
    /// The same file with every value taken away, but an account.
    [[nodiscard]] Settings defaults() const {
        return load_settings(world::write_file(folder / "defaults.yaml",
                                               "accounts: [{name: main, region: cn-shanghai}]\n"));
    }
};

TEST_F(SettingsExampleTest, AsItIsItLacksNothingButAnAccount) {
    const std::string said = problem(example);
    EXPECT_NE(said.find(": accounts has no account; add one"), std::string::npos) << said;
}

TEST_F(SettingsExampleTest, ItsValuesAreTheDefaults) {
    const Settings shown = load(with_account());
    const Settings plain = defaults();
    EXPECT_EQ(shown.schedule.uploading.root, plain.schedule.uploading.root);
    EXPECT_EQ(shown.schedule.uploading.min, plain.schedule.uploading.min);
    EXPECT_EQ(shown.schedule.uploading.max, plain.schedule.uploading.max);
    EXPECT_EQ(shown.schedule.normal.fraction, plain.schedule.normal.fraction);
    EXPECT_EQ(shown.schedule.normal.min, plain.schedule.normal.min);
    EXPECT_EQ(shown.schedule.normal.max, plain.schedule.normal.max);
    EXPECT_EQ(shown.schedule.stuck_after, plain.schedule.stuck_after);
    EXPECT_EQ(shown.alerts.failure_rate.window, plain.alerts.failure_rate.window);
    EXPECT_EQ(shown.alerts.failure_rate.floor, plain.alerts.failure_rate.floor);
    EXPECT_EQ(shown.alerts.failure_rate.share, plain.alerts.failure_rate.share);
    EXPECT_EQ(shown.alerts.no_completions.after, plain.alerts.no_completions.after);
    EXPECT_EQ(shown.alerts.no_completions.in_flight, plain.alerts.no_completions.in_flight);
    EXPECT_EQ(shown.alerts.over_capacity.share, plain.alerts.over_capacity.share);
    EXPECT_EQ(shown.alerts.over_capacity.lasting, plain.alerts.over_capacity.lasting);
    EXPECT_EQ(shown.alerts.over_capacity.due_lag, plain.alerts.over_capacity.due_lag);
    EXPECT_EQ(shown.alerts.individually, plain.alerts.individually);
    EXPECT_EQ(shown.alerts.group_wait, plain.alerts.group_wait);
    EXPECT_EQ(shown.alerts.digest_every, plain.alerts.digest_every);
    EXPECT_EQ(shown.alerts.group_max, plain.alerts.group_max);
    EXPECT_EQ(shown.alerts.heartbeat_every, plain.alerts.heartbeat_every);
    EXPECT_FALSE(plain.alerts.heartbeat_url_file.given());
    EXPECT_EQ(shown.alerts.reminder_every, plain.alerts.reminder_every);
    EXPECT_EQ(shown.catalog.path, plain.catalog.path);
    EXPECT_EQ(shown.control.socket, plain.control.socket);
    EXPECT_EQ(shown.web.enabled, plain.web.enabled);
    EXPECT_EQ(shown.web.listen, plain.web.listen);
    EXPECT_EQ(shown.web.hosts, plain.web.hosts);
    EXPECT_EQ(shown.reporting.utc_offset, plain.reporting.utc_offset);
    EXPECT_EQ(shown.fetchers, plain.fetchers);
    EXPECT_EQ(shown.shutdown_timeout, plain.shutdown_timeout);
    EXPECT_EQ(shown.log.level, plain.log.level);
    EXPECT_EQ(shown.log.format, plain.log.format);
}

TEST_F(SettingsExampleTest, ItsChannelsValuesAreTheDefaults) {
    const Settings settings = load(with_account());
    ASSERT_EQ(settings.alerts.channels.size(), 1U);
    const ChannelSettings& shown = settings.alerts.channels[0];
    const ChannelSettings plain;
    EXPECT_EQ(shown.timeout, plain.timeout);
    EXPECT_EQ(shown.text_bytes_max, plain.text_bytes_max);
    EXPECT_EQ(shown.signature, plain.signature);
    EXPECT_FALSE(shown.filter.looks_at_images());
}

TEST_F(SettingsExampleTest, ItsAccountsValuesAreTheDefaults) {
    const Settings settings = load(with_account());
    ASSERT_EQ(settings.accounts.size(), 1U);
    const AccountSettings& shown = settings.accounts[0];
    const AccountSettings plain = defaults().accounts.at(0);
    EXPECT_EQ(shown.name, plain.name);
    EXPECT_EQ(shown.region, plain.region);
    EXPECT_EQ(shown.endpoint, plain.endpoint);
    EXPECT_EQ(shown.signature, plain.signature);
    EXPECT_EQ(shown.operation, plain.operation);
    EXPECT_EQ(shown.output_type, plain.output_type);
    EXPECT_EQ(shown.auth_timeout, plain.auth_timeout);
    EXPECT_EQ(shown.ca_file, plain.ca_file);
    EXPECT_FALSE(shown.proxy || plain.proxy);
    EXPECT_EQ(shown.timeout, plain.timeout);
    EXPECT_EQ(shown.calls_per_second.get_image_infos, plain.calls_per_second.get_image_infos);
    EXPECT_EQ(shown.calls_per_second.get_image_info, plain.calls_per_second.get_image_info);
    EXPECT_EQ(shown.compensate_clock, plain.compensate_clock);
    EXPECT_TRUE(plain.compensate_clock && plain.credentials.compensate_clock);
    EXPECT_EQ(shown.images, plain.images);
    EXPECT_EQ(shown.credentials.chain, std::vector{ProviderKind::static_key});
    EXPECT_EQ(shown.credentials.static_key.access_key_id, "LTAI-example");
    EXPECT_EQ(shown.credentials.static_key.access_key_secret.read(), "s3cret");
    EXPECT_EQ(shown.image_files, std::vector<std::string>{"/etc/vodcatalog/images.d/*.txt"});
}

/// Every key that a YAML file shows, in comments or not, with the maps it stands in. By
/// indentation: enough for the example.
std::set<std::string> shown_keys(const std::string& text) {
    static const std::regex key("^([ #-]*)([A-Za-z0-9_]+):( |$).*");
    std::set<std::string> keys;
    std::vector<std::pair<std::size_t, std::string>> open;
    std::istringstream lines(text);
    std::smatch match;
    for (std::string line; std::getline(lines, line);) {
        if (!std::regex_match(line, match, key)) continue;
        const std::string before = match[1];
        // The account's `#` stands in the first column, in place of nothing.
        std::size_t depth = before.size() - (before.starts_with('#') ? 1 : 0);
        if (before.ends_with("# ") && before.size() > 2) depth -= 2;
        while (!open.empty() && open.back().first >= depth) open.pop_back();
        std::string path;
        for (const auto& [ignored, name] : open)
            path += (path.empty() && name == "accounts") || name == "channels" ? name + "[]."
                                                                               : name + ".";
        keys.insert(path + match[2].str());
        open.emplace_back(depth, match[2]);
    }
    return keys;
}

TEST_F(SettingsExampleTest, ItShowsEveryKey) {
    EXPECT_EQ(shown_keys(example), settings_keys());
}

TEST_F(SettingsExampleTest, EveryValueHasAComment) {
    static const std::regex value("^[ #-]*[A-Za-z0-9_]+: .*");
    std::istringstream lines(example);
    std::string before;
    for (std::string line; std::getline(lines, line); before = line) {
        if (!std::regex_match(line, value) || line.starts_with("# ")) continue;
        EXPECT_TRUE(line.find(" # ", line.find(": ")) != std::string::npos ||
                    before.find("    # ") != std::string::npos)
            << line;
    }
}

/// Every property of a JSON schema, named as settings_keys() does.
void add_schema_keys(const Poco::JSON::Object& schema, const std::string& path,
                     std::set<std::string>& keys) {
    const auto properties = schema.getObject("properties");
    if (properties.isNull()) return;
    for (const std::string& name : properties->getNames()) {
        keys.insert(path + name);
        const auto property = properties->getObject(name);
        add_schema_keys(*property, path + name + ".", keys);
        const auto items = property->getObject("items");
        if (!items.isNull()) add_schema_keys(*items, path + name + "[].", keys);
    }
}

Poco::JSON::Object::Ptr schema() {
    Poco::JSON::Parser parser;
    return parser.parse(world::read_text(kConfig / "vodcatalog.schema.json"))
        .extract<Poco::JSON::Object::Ptr>();
}

TEST(SettingsSchemaTest, ItHasTheKeysThatAreRead) {
    std::set<std::string> keys;
    add_schema_keys(*schema(), "", keys);
    EXPECT_EQ(keys, settings_keys());
}

/// Whether each object of the schema refuses keys that it does not name.
void expect_closed(const Poco::JSON::Object& schema, const std::string& path) {
    const auto properties = schema.getObject("properties");
    if (properties.isNull()) return;
    EXPECT_TRUE(schema.has("additionalProperties") &&
                !schema.getValue<bool>("additionalProperties"))
        << path;
    for (const std::string& name : properties->getNames()) {
        const auto property = properties->getObject(name);
        expect_closed(*property, path + "/" + name);
        const auto items = property->getObject("items");
        if (!items.isNull()) expect_closed(*items, path + "/" + name);
    }
}

TEST(SettingsSchemaTest, ItRefusesUnknownKeysToo) {
    expect_closed(*schema(), "");
}

}  // namespace
}  // namespace vodcatalog
