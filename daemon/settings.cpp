#include "daemon/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "catalog/image_id.h"
#include "daemon/credentials_reader.h"
#include "daemon/duration.h"
#include "daemon/file_content.h"
#include "daemon/near_word.h"
#include "daemon/utc_offset.h"
#include "daemon/web/allowed_hosts.h"
#include "daemon/yaml_reader.h"
#include "daemon/yaml_tree.h"

namespace vodcatalog {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr std::size_t kFileBytesMax = 1024 * 1024;
constexpr std::size_t kCertificatesBytesMax = 16 * 1024 * 1024;
constexpr std::size_t kNameBytesMax = 64;
/// systemd/vodcatalog.service allows 128 tasks.
constexpr std::size_t kThreadsMax = 96;
constexpr double kCallsPerDayMin = 100;

// Shortest and longest. A poll gap under a second would only burn the call budget that all programs
// of the company share; one over a month would in truth be no poll.
constexpr DurationRange kTimeout{100ms, 2min};
constexpr DurationRange kUploadingGap{1s, 7 * 24h};
constexpr DurationRange kNormalGap{1s, 30 * 24h};
constexpr DurationRange kStuckAfter{1s, 30 * 24h};
constexpr DurationRange kShutdownTimeout{100ms, 10min};
/// The cloud's limits for its own bucket. A customer's own bucket takes 36 h at most, which only
/// the cloud knows.
constexpr DurationRange kAuthTimeout{1s, 30 * 24h};

/// Regions with an endpoint of their own. Others need `endpoint`, so that a typing mistake is told
/// at once.
const std::set<std::string> kRegions = {"ap-northeast-1", "ap-south-1",  "ap-southeast-1",
                                        "ap-southeast-5", "cn-beijing",  "cn-hongkong",
                                        "cn-shanghai",    "cn-shenzhen", "eu-central-1",
                                        "me-central-1",   "us-west-1"};

/// The region that an endpoint of the cloud's own names; empty for any other host.
std::string region_of(const Endpoint& endpoint) {
    std::string_view host = endpoint.host;
    constexpr std::string_view kEnd = ".aliyuncs.com";
    if (!host.ends_with(kEnd)) return {};
    host.remove_suffix(kEnd.size());
    for (const std::string_view begin : {"vod.", "vod-vpc."}) {
        if (!host.starts_with(begin)) continue;
        host.remove_prefix(begin.size());
        return host.find('.') == std::string_view::npos ? std::string(host) : std::string();
    }
    return {};
}

/// Reads one settings file.
class Loader {
public:
    explicit Loader(const std::filesystem::path& file) : folder_(file.parent_path()) {
        settings_.file = file;
    }

    void read(const YamlNode& root);
    [[nodiscard]] YamlReading& reading() noexcept { return reading_; }
    [[nodiscard]] Settings take() { return std::move(settings_); }

private:
    struct Claim {
        std::size_t account;  ///< Counted from 1.
        Place place;
    };

    void read_account(YamlReader& account);
    void read_name(YamlReader& account, AccountSettings& out);
    void check_name(YamlReader& account, std::string_view key, const std::string& name);
    void read_endpoint(YamlReader& account, AccountSettings& out);
    void read_ca_file(YamlReader& account, AccountSettings& out);
    void read_proxy(YamlReader& account, AccountSettings& out);
    void read_proxy_user(YamlReader& reader, Proxy& proxy);
    void read_images(YamlReader& account, AccountSettings& out);
    void read_schedule(YamlReader& schedule);
    void read_control(YamlReader& control);
    void read_web(YamlReader& web);
    void read_reporting(YamlReader& reporting);
    void read_log(YamlReader& log);

    [[nodiscard]] std::filesystem::path resolved(const std::string& path) const {
        return (folder_ / path).lexically_normal();
    }
    /// A pattern is resolved too, but not the folder's own characters taken for a pattern.
    [[nodiscard]] std::string resolved_pattern(const std::string& pattern) const;

    const std::filesystem::path folder_;
    Settings settings_;
    YamlReading reading_;
    std::unordered_map<std::string, Place> names_;
    std::unordered_map<std::string, Claim> claims_;
};

void Loader::read(const YamlNode& root) {
    YamlReader reader(root, "", reading_);
    if (!reader.each("accounts", [this](YamlReader& account) { read_account(account); })) {
        reader.complain("accounts", "has no account; add one with name, region and credentials");
    }
    reader.map("schedule", [this](YamlReader& schedule) { read_schedule(schedule); });
    reader.map("alerts", [this](YamlReader& alerts) {
        alerts.duration("stuck_after", kStuckAfter, settings_.schedule.stuck_after);
        std::set<std::string> accounts;
        for (const AccountSettings& account : settings_.accounts) accounts.insert(account.name);
        read_alerts(alerts, folder_, accounts, settings_.alerts);
    });
    reader.map("catalog", [this](YamlReader& catalog) {
        std::string path;
        if (!catalog.text("path", path)) return;
        settings_.catalog.path = resolved(path);
        if (!settings_.catalog.path.has_filename())
            catalog.complain("path", "names a folder; add the file's name");
    });
    std::int64_t fetchers = settings_.fetchers;
    reader.whole_number("fetchers", 1, 64, fetchers);
    settings_.fetchers = static_cast<int>(fetchers);
    const auto threads = static_cast<std::size_t>(fetchers) * settings_.accounts.size();
    if (threads > kThreadsMax) {
        reader.complain(
            "fetchers",
            fmt::format("makes {} threads for {} accounts, over {}; make it {}", threads,
                        settings_.accounts.size(), kThreadsMax,
                        std::max<std::size_t>(1, kThreadsMax / settings_.accounts.size())));
    }
    reader.duration("shutdown_timeout", kShutdownTimeout, settings_.shutdown_timeout);
    reader.map("control", [this](YamlReader& control) { read_control(control); });
    reader.map("web", [this](YamlReader& web) { read_web(web); });
    reader.map("reporting", [this](YamlReader& reporting) { read_reporting(reporting); });
    reader.map("log", [this](YamlReader& log) { read_log(log); });
    reader.finish();
}

void Loader::read_account(YamlReader& account) {
    AccountSettings& out = settings_.accounts.emplace_back();
    read_name(account, out);
    read_endpoint(account, out);
    account.choice<SignatureVersion>(
        "signature", {{"v3", SignatureVersion::v3}, {"v1", SignatureVersion::v1}}, out.signature);
    account.choice<OperationChoice>("operation",
                                    {{"auto", OperationChoice::automatic},
                                     {"GetImageInfos", OperationChoice::get_image_infos},
                                     {"GetImageInfo", OperationChoice::get_image_info}},
                                    out.operation);
    account.choice<std::string>("output_type", {{"cdn", "cdn"}, {"oss", "oss"}}, out.output_type);
    milliseconds auth_timeout = out.auth_timeout;
    account.duration("auth_timeout", kAuthTimeout, auth_timeout);
    out.auth_timeout = std::chrono::floor<std::chrono::seconds>(auth_timeout);
    if (out.auth_timeout != auth_timeout) account.complain("auth_timeout", "must be whole seconds");
    read_ca_file(account, out);
    read_proxy(account, out);
    account.duration("timeout", kTimeout, out.timeout);
    account.map("calls_per_second", [&out](YamlReader& rates) {
        // The floor is what throttling slows down to; the top is beyond what any account is given
        // and any machine can do, so that a benchmark measures the daemon and not its pacer.
        rates.number("GetImageInfos", 0.2, 100'000, out.calls_per_second.get_image_infos);
        rates.number("GetImageInfo", 0.2, 100'000, out.calls_per_second.get_image_info);
    });
    double calls_per_day = 0;
    account.number("calls_per_day", kCallsPerDayMin, 1e9, calls_per_day);
    if (calls_per_day > 0) out.calls_per_day = calls_per_day;
    account.choice<bool>("compensate_clock", {{"true", true}, {"false", false}},
                         out.compensate_clock);
    out.credentials.compensate_clock = out.compensate_clock;
    read_credentials(account, folder_, out.region, out.credentials);
    read_images(account, out);
}

void Loader::read_name(YamlReader& account, AccountSettings& out) {
    if (!account.has("name"))
        account.complain("name", "is missing; give the account a name of its own");
    if (account.text("name", out.name)) check_name(account, "name", out.name);
    if (account.text("was", out.was)) check_name(account, "was", out.was);
}

/// `was` counts as a name too: no account may have the name that another is giving up.
void Loader::check_name(YamlReader& account, std::string_view key, const std::string& name) {
    const bool good =
        name.size() <= kNameBytesMax && std::all_of(name.begin(), name.end(), [](char letter) {
            return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
                   letter == '_' || letter == '-';
        });
    if (!good) {
        account.complain(key, fmt::format("is {}; it must be 1 to {} of a-z, 0-9, _ and -",
                                          in_quotes(name), kNameBytesMax));
        return;
    }
    const auto [first, fresh] = names_.emplace(name, account.place(key));
    if (fresh) return;
    account.complain(key,
                     fmt::format("{} is taken by the account in line {}, column {}; choose another",
                                 in_quotes(name), first->second.line, first->second.column));
}

void Loader::read_endpoint(YamlReader& account, AccountSettings& out) {
    const bool has_region = account.text("region", out.region);
    std::string endpoint;
    const bool has_endpoint = account.text("endpoint", endpoint);
    if (!account.has("region") && !account.has("endpoint")) {
        account.complain("region",
                         "is missing; give the region the images are stored in, like cn-shanghai");
    }
    if (has_region) {
        try {
            out.endpoint = endpoint_of_region(out.region);
            if (!account.has("endpoint") && !kRegions.contains(out.region)) {
                const std::string near = near_word(out.region, kRegions);
                account.complain(
                    "region",
                    fmt::format("{} is not known; {}give the endpoint too if it exists",
                                in_quotes(out.region),
                                near.empty() ? "" : fmt::format("did you mean {}? Or ", near)));
            }
        } catch (const catalog::Unusable& error) {
            account.complain("region",
                             fmt::format("is {}: {}", in_quotes(out.region), error.what()));
        }
    }
    if (!has_endpoint) return;
    try {
        out.endpoint = parse_endpoint(endpoint);
        if (!account.has("region")) out.region = region_of(out.endpoint);
    } catch (const catalog::Unusable& error) {
        account.complain("endpoint", fmt::format("cannot be used: {}", error.what()));
    }
}

void Loader::read_ca_file(YamlReader& account, AccountSettings& out) {
    std::string path;
    if (account.text("ca_file", path)) out.ca_file = resolved(path);
    if (!out.endpoint.tls && !account.has("ca_file")) return;
    std::string_view fault;
    std::string reason;
    try {
        const FileContent certificates = read_file(out.ca_file, kCertificatesBytesMax);
        if (certificates.text.find("-----BEGIN CERTIFICATE-----") == std::string::npos)
            fault = "holds no certificate";
    } catch (const catalog::Retryable& error) {
        reason = error.what();
        fault = reason;
    }
    if (fault.empty()) return;
    account.complain(
        "ca_file",
        fmt::format("names {}, which {}; name a file of certificates in PEM form (Debian's "
                    "package ca-certificates has one)",
                    out.ca_file.string(), fault));
}

void Loader::read_proxy(YamlReader& account, AccountSettings& out) {
    account.map("proxy", [&](YamlReader& reader) {
        Proxy proxy;
        std::string url;
        if (reader.text("url", url)) {
            try {
                proxy = parse_proxy(url);
            } catch (const catalog::Unusable& error) {
                reader.complain("url", fmt::format("cannot be used: {}", error.what()));
            }
        }
        read_proxy_user(reader, proxy);
        for (PlacedText& entry : reader.texts("no_proxy")) {
            const std::string_view fault = no_proxy_fault(entry.text);
            if (!fault.empty()) {
                reading_.problems.add(entry.place,
                                      fmt::format("an entry of no_proxy is {}, which {}",
                                                  in_quotes(entry.text), fault));
            }
            proxy.no_proxy.push_back(std::move(entry.text));
        }
        if (!account.has("proxy") || reader.broken()) return;
        if (!reader.has("url")) {
            reader.complain("url", "is missing; give the proxy, like http://proxy.example:3128");
        }
        out.proxy = std::move(proxy);
    });
}

void Loader::read_proxy_user(YamlReader& reader, Proxy& proxy) {
    reader.refuse("password",
                  "must not be in this file; put it into a file of its own (chmod 600) and name "
                  "that with password_file");
    if (reader.text("username", proxy.username)) {
        const std::string_view fault = proxy_username_fault(proxy.username);
        if (!fault.empty()) reader.complain("username", fault);
    }
    SecretFile file;
    proxy.password = read_secret(reader, "password_file", folder_, file);
    if (reader.has("username") && !reader.has("password_file") && !reader.has("password")) {
        reader.complain("password_file", "is missing; name the file that holds the password");
    }
    if (reader.has("password_file") && !reader.has("username")) {
        reader.complain("username", "is missing; give the name that the password belongs to");
    }
}

void Loader::read_images(YamlReader& account, AccountSettings& out) {
    const std::size_t number = settings_.accounts.size();
    for (const PlacedText& image : account.texts("images")) {
        if (const std::string_view fault = catalog::image_id_fault(image.text); !fault.empty()) {
            reading_.problems.add(image.place,
                                  fmt::format("the image ID {} {}", in_quotes(image.text), fault));
            continue;
        }
        const auto [first, fresh] = claims_.emplace(image.text, Claim{number, image.place});
        if (fresh) {
            out.images.push_back(image.text);
        } else if (first->second.account != number) {
            const Place place = first->second.place;
            reading_.problems.add(
                image.place,
                fmt::format("the image {} belongs to account {} already, in line {}, column {}; "
                            "remove it from one of them",
                            image.text,
                            in_quotes(settings_.accounts[first->second.account - 1].name),
                            place.line, place.column));
        }
    }
    for (const PlacedText& pattern : account.texts("image_files")) {
        if (pattern.text.back() == '/') {
            reading_.problems.add(
                pattern.place, "an entry of image_files names a folder; add a pattern like *.txt");
        } else {
            out.image_files.push_back(resolved_pattern(pattern.text));
        }
    }
}

std::string Loader::resolved_pattern(const std::string& pattern) const {
    if (pattern.starts_with('/')) return pattern;
    std::string resolved_text;
    for (const char letter : folder_.string()) {
        if (std::string_view("*?[]\\").find(letter) != std::string_view::npos)
            resolved_text += '\\';
        resolved_text += letter;
    }
    return resolved_text + '/' + pattern;
}

void Loader::read_schedule(YamlReader& schedule) {
    const auto check_order = [](YamlReader& gap, milliseconds min, milliseconds max) {
        if (min <= max) return;
        gap.complain(
            gap.has("max") ? "max" : "min",
            fmt::format("makes min ({}) longer than max ({})", to_text(min), to_text(max)));
    };
    schedule.map("uploading", [&](YamlReader& gap) {
        UploadingSchedule& uploading = settings_.schedule.uploading;
        gap.number("root", 0.05, 100, uploading.root);
        gap.duration("min", kUploadingGap, uploading.min);
        gap.duration("max", kUploadingGap, uploading.max);
        check_order(gap, uploading.min, uploading.max);
    });
    schedule.map("normal", [&](YamlReader& gap) {
        NormalSchedule& normal = settings_.schedule.normal;
        gap.number("fraction", 0.01, 10, normal.fraction);
        gap.duration("min", kNormalGap, normal.min);
        gap.duration("max", kNormalGap, normal.max);
        check_order(gap, normal.min, normal.max);
    });
}

void Loader::read_control(YamlReader& control) {
    std::string path;
    if (!control.text("socket", path)) return;
    settings_.control = {resolved(path), true};
    const std::filesystem::path& socket = settings_.control.socket;
    if (!socket.has_filename()) {
        control.complain("socket", "names a folder; add the file's name");
    } else if (socket.native().size() > ControlSettings::kPathMax) {
        control.complain("socket", fmt::format("is longer than {} bytes, which no socket's path "
                                               "may be; choose a shorter one",
                                               ControlSettings::kPathMax));
    }
}

void Loader::read_web(YamlReader& web) {
    WebSettings& out = settings_.web;
    web.choice<bool>("enabled", {{"true", true}, {"false", false}}, out.enabled);
    std::string listen;
    if (web.text("listen", listen)) {
        out.named = true;
        try {
            out.listen = parse_listen_address(listen);
        } catch (const catalog::Unusable& error) {
            web.complain("listen", error.what());
        }
    }
    for (PlacedText& host : web.texts("hosts")) {
        if (is_web_host(host.text)) {
            out.hosts.push_back(std::move(host.text));
        } else {
            reading_.problems.add(host.place, fmt::format("an entry of hosts is {}; write a name "
                                                          "or an address, without port",
                                                          in_quotes(host.text)));
        }
    }
}

void Loader::read_reporting(YamlReader& reporting) {
    std::string text;
    if (!reporting.text("utc_offset", text)) return;
    const auto offset = parse_utc_offset(text);
    if (offset) {
        settings_.reporting.utc_offset = *offset;
    } else {
        reporting.complain("utc_offset", "is no offset; write it as \"+08:00\", at most 14 hours");
    }
}

void Loader::read_log(YamlReader& log) {
    log.choice<LogLevel>("level", {"debug", "info", "warning", "error"}, log_level_named,
                         settings_.log.level);
    log.choice<LogFormat>("format", {"auto", "text", "json", "journald"}, log_format_named,
                          settings_.log.format);
}

/// The value of a map's key, if there is one.
const YamlNode* find_key(const YamlNode& map, std::string_view key) {
    for (const YamlEntry& entry : map.entries) {
        if (entry.key == key) return &entry.value;
    }
    return nullptr;
}

std::string joined(const std::vector<std::string>& problems) {
    return fmt::format("{}", fmt::join(problems, "\n"));
}

/// The path that `section.key` names, if the file can be read that far.
std::filesystem::path path_in(const std::filesystem::path& file, const char* section,
                              const char* key, const std::filesystem::path& otherwise) {
    Problems ignored;
    std::optional<YamlNode> root;
    try {
        root = parse_yaml(read_file(file, kFileBytesMax).text, ignored);
    } catch (const catalog::Retryable&) {
        return otherwise;
    }
    if (!root) return otherwise;
    const YamlNode* const under = find_key(*root, section);
    const YamlNode* const path = under == nullptr ? nullptr : find_key(*under, key);
    if (path == nullptr || path->text.empty()) return otherwise;
    return std::filesystem::absolute(file).parent_path() / path->text;
}

}  // namespace

SettingsError::SettingsError(std::vector<std::string> problems)
    : Unusable(joined(problems)), problems_(std::move(problems)) {}

Settings load_settings(const std::filesystem::path& file) {
    Loader loader(std::filesystem::absolute(file));
    Problems& problems = loader.reading().problems;
    try {
        const FileContent content = read_file(file, kFileBytesMax);
        const std::optional<YamlNode> root = parse_yaml(content.text, problems);
        if (root && root->kind == YamlNode::Kind::null) {
            problems.add({}, "is empty; name at least one account");
        } else if (root && root->kind != YamlNode::Kind::map) {
            problems.add(root->place, "settings must be keys and values: `key: value`");
        } else if (root) {
            loader.read(*root);
        }
    } catch (const catalog::Retryable& error) {
        problems.add({},
                     fmt::format("{}; name the settings file with --config, readable by this user",
                                 error.what()));
    }
    if (!problems.empty()) throw SettingsError(problems.list(file.string()));
    return loader.take();
}

std::filesystem::path control_socket_of(const std::filesystem::path& file) {
    return path_in(file, "control", "socket", ControlSettings{}.socket);
}

std::filesystem::path catalog_of(const std::filesystem::path& file) {
    return path_in(file, "catalog", "path", CatalogSettings{}.path);
}

std::vector<std::string> check_settings(const std::filesystem::path& file) {
    try {
        static_cast<void>(load_settings(file));
        return {};
    } catch (const SettingsError& error) {
        return error.problems();
    }
}

std::set<std::string> settings_keys() {
    Problems ignored;
    const std::optional<YamlNode> shortest =
        parse_yaml("accounts: [{}]\nalerts: {channels: [{}]}", ignored);
    Loader loader("/settings");
    loader.read(shortest.value());
    return std::move(loader.reading().keys);
}

}  // namespace vodcatalog
