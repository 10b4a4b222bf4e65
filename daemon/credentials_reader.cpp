#include "daemon/credentials_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "catalog/error.h"
#include "daemon/vod/credentials/environment_key.h"

namespace vodcatalog {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kAccessKeyIdBytesMax = 128;
constexpr std::size_t kArnBytesMax = 512;
constexpr std::size_t kPolicyBytesMax = 2048;  // STS's limit, as what follows
constexpr std::size_t kSessionNameBytesMax = 64;
constexpr std::size_t kExternalIdBytesMax = 1224;
constexpr std::size_t kRoleNameBytesMax = 64;
constexpr DurationRange kDuration{15min, 12h};

bool all_of(std::string_view text, std::string_view others) {
    return std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               others.find(c) != std::string_view::npos;
    });
}

/// Reads the credentials of one account.
class Reader {
public:
    Reader(const std::filesystem::path& folder, CredentialsSettings& out)
        : folder_(folder), out_(out) {}

    void read_environment(YamlReader& account, const std::string& region);
    void read(YamlReader& credentials);
    void check_environment(YamlReader& account);

private:
    void read_key(YamlReader& credentials);
    void read_arn(YamlReader& map, std::string_view key, std::string_view kind, std::string& arn);
    void read_role(YamlReader& map, std::string_view arn_key, RoleSettings& role);
    void read_assumed_role(YamlReader& role);
    void read_oidc(YamlReader& oidc);
    void read_token_file(YamlReader& oidc);
    void read_ecs_role(YamlReader& ecs_role);
    void read_endpoints(YamlReader& credentials);
    void choose_chain(YamlReader& credentials);
    void read_chain(YamlReader& credentials);
    void check_oidc(YamlReader& credentials);
    [[nodiscard]] std::vector<ProviderKind> default_chain() const;
    [[nodiscard]] bool has_link(ProviderKind kind) const {
        return std::find(out_.chain.begin(), out_.chain.end(), kind) != out_.chain.end();
    }
    [[nodiscard]] bool oidc_is_whole() const {
        return !out_.oidc.role.arn.empty() && !out_.oidc.provider_arn.empty() &&
               !out_.oidc.token_file.empty();
    }

    const std::filesystem::path& folder_;
    CredentialsSettings& out_;
};

void Reader::read_environment(YamlReader& account, const std::string& region) {
    out_.oidc.role.arn = environment_text("ALIBABA_CLOUD_ROLE_ARN");
    out_.oidc.provider_arn = environment_text("ALIBABA_CLOUD_OIDC_PROVIDER_ARN");
    out_.oidc.token_file = environment_text("ALIBABA_CLOUD_OIDC_TOKEN_FILE");
    if (const auto name = environment_text("ALIBABA_CLOUD_ROLE_SESSION_NAME"); !name.empty())
        out_.oidc.role.session_name = name;
    out_.ecs_role.name = environment_text("ALIBABA_CLOUD_ECS_METADATA");
    out_.ecs_role.imdsv1 = !environment_flag("ALIBABA_CLOUD_IMDSV1_DISABLED");

    const std::string sts_region = environment_text("ALIBABA_CLOUD_STS_REGION");
    try {
        out_.sts = sts_endpoint(sts_region.empty() ? region : sts_region,
                                environment_flag("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED"));
    } catch (const catalog::Unusable& error) {
        if (sts_region.empty()) return;  // the account's region, whose fault is told there
        account.complain("credentials",
                         fmt::format("cannot be fetched: ALIBABA_CLOUD_STS_REGION in the "
                                     "environment is no region: {}",
                                     error.what()));
    }
}

void Reader::read(YamlReader& credentials) {
    read_key(credentials);
    credentials.map("role", [this, &credentials](YamlReader& role) {
        if (credentials.has("role")) out_.role.emplace();
        read_assumed_role(role);
    });
    credentials.map("oidc", [this](YamlReader& oidc) { read_oidc(oidc); });
    credentials.map("ecs_role", [this](YamlReader& ecs_role) { read_ecs_role(ecs_role); });
    read_endpoints(credentials);
    read_chain(credentials);
    if (!credentials.broken()) choose_chain(credentials);
}

void Reader::read_key(YamlReader& credentials) {
    constexpr std::string_view kNoSecret =
        "must not be in this file; put it into a file of its own (chmod 600) and name that with "
        "{}_file, or leave out credentials and set ALIBABA_CLOUD_ACCESS_KEY_ID, {} in the "
        "environment";
    credentials.refuse("access_key_secret", fmt::format(kNoSecret, "access_key_secret",
                                                        "ALIBABA_CLOUD_ACCESS_KEY_SECRET"));
    credentials.refuse("security_token",
                       fmt::format(kNoSecret, "security_token", "ALIBABA_CLOUD_SECURITY_TOKEN"));
    std::string id;
    if (credentials.text("access_key_id", id)) {
        try {
            out_.static_key.access_key_id = secret_word(id);
            if (id.size() > kAccessKeyIdBytesMax)
                credentials.complain("access_key_id", "is longer than 128 bytes");
        } catch (const catalog::Unusable& error) {
            credentials.complain("access_key_id", error.what());
        }
    }
    StaticKeySettings& key = out_.static_key;
    read_secret(credentials, "access_key_secret_file", folder_, key.access_key_secret);
    read_secret(credentials, "security_token_file", folder_, key.security_token);
}

void Reader::read_arn(YamlReader& map, std::string_view key, std::string_view kind,
                      std::string& arn) {
    if (!map.text(key, arn)) return;
    const std::string middle = fmt::format(":{}/", kind);
    if (arn.size() <= kArnBytesMax && arn.starts_with("acs:ram::") && !arn.ends_with('/') &&
        arn.find(middle) != std::string::npos && all_of(arn, ":/.@_-"))
        return;
    map.complain(key, fmt::format("must be an ARN like acs:ram::1234567890123456{}name", middle));
}

/// What is told to STS of a role, however it is asked for.
void Reader::read_role(YamlReader& map, std::string_view arn_key, RoleSettings& role) {
    read_arn(map, arn_key, "role", role.arn);
    if (map.text("session_name", role.session_name) &&
        (role.session_name.size() < 2 || role.session_name.size() > kSessionNameBytesMax ||
         !all_of(role.session_name, ".@_-")))
        map.complain("session_name", "must be 2 to 64 letters, digits and . @ _ -");
    std::chrono::milliseconds duration = role.duration;
    map.duration("duration", kDuration, duration);
    role.duration = std::chrono::floor<std::chrono::seconds>(duration);
    if (role.duration != duration) map.complain("duration", "must be whole seconds");
    if (map.text("policy", role.policy) &&
        (role.policy.size() > kPolicyBytesMax || !role.policy.starts_with('{')))
        map.complain("policy", "must be a RAM policy, a JSON object of at most 2048 bytes");
}

void Reader::read_assumed_role(YamlReader& map) {
    RoleSettings ignored;
    RoleSettings& role = out_.role ? *out_.role : ignored;
    if (const auto name = environment_text("ALIBABA_CLOUD_ROLE_SESSION_NAME"); !name.empty())
        role.session_name = name;
    read_role(map, "arn", role);
    if (out_.role && !map.has("arn") && !map.broken())
        map.complain("arn", "is missing; give the ARN of the role to take on");
    if (map.text("external_id", role.external_id) &&
        (role.external_id.size() < 2 || role.external_id.size() > kExternalIdBytesMax ||
         !all_of(role.external_id, "=,.@:/_-")))
        map.complain("external_id", "must be 2 to 1224 letters, digits and = , . @ : / _ -");
}

void Reader::read_oidc(YamlReader& oidc) {
    read_role(oidc, "role_arn", out_.oidc.role);
    read_arn(oidc, "provider_arn", "oidc-provider", out_.oidc.provider_arn);
    read_token_file(oidc);
}

/// Somebody else writes it, maybe not yet: the provider waits for it.
void Reader::read_token_file(YamlReader& oidc) {
    std::string path;
    if (oidc.text("token_file", path)) out_.oidc.token_file = (folder_ / path).lexically_normal();
}

void Reader::read_ecs_role(YamlReader& ecs_role) {
    std::string& name = out_.ecs_role.name;
    if (ecs_role.text("name", name) && (name.size() > kRoleNameBytesMax || !all_of(name, ".@_=-")))
        ecs_role.complain("name", "must be 1 to 64 letters, digits and . @ _ = -");
    bool imdsv1 = true;
    ecs_role.choice<bool>("imdsv1", {{"true", true}, {"false", false}}, imdsv1);
    out_.ecs_role.imdsv1 = out_.ecs_role.imdsv1 && imdsv1;
}

void Reader::read_endpoints(YamlReader& credentials) {
    const auto read_endpoint = [&](std::string_view key, Endpoint (*parse)(std::string_view),
                                   Endpoint& endpoint) {
        std::string text;
        if (!credentials.text(key, text)) return;
        try {
            endpoint = parse(text);
        } catch (const catalog::Unusable& error) {
            credentials.complain(key, fmt::format("cannot be used: {}", error.what()));
        }
    };
    read_endpoint("sts_endpoint", parse_endpoint, out_.sts);
    read_endpoint("metadata_endpoint", parse_metadata_endpoint, out_.metadata);
}

void Reader::read_chain(YamlReader& credentials) {
    out_.chain.clear();
    const bool is_given = credentials.has("chain");
    const std::vector<PlacedText> words = credentials.texts("chain");
    for (const PlacedText& word : words) {
        std::optional<ProviderKind> kind;
        if (word.text == "environment") kind = ProviderKind::environment;
        if (word.text == "oidc") kind = ProviderKind::oidc;
        if (word.text == "ecs_role") kind = ProviderKind::ecs_role;
        if (!kind) {
            credentials.complain("chain", "takes environment, oidc and ecs_role, nothing else");
        } else if (has_link(*kind)) {
            credentials.complain("chain", fmt::format("names {} twice", word.text));
        } else {
            out_.chain.push_back(*kind);
        }
    }
    if (is_given && words.empty())
        credentials.complain("chain",
                             "is empty; name environment, oidc or ecs_role, or leave it out");
}

void Reader::choose_chain(YamlReader& credentials) {
    const bool oidc = credentials.has("oidc");
    const bool ecs_role = credentials.has("ecs_role");
    const bool key = credentials.has("access_key_id") ||
                     credentials.has("access_key_secret_file") ||
                     credentials.has("security_token_file") || credentials.has("access_key_secret");
    if (key) {
        out_.chain = {ProviderKind::static_key};
        for (const std::string_view other : {"oidc", "ecs_role", "chain"}) {
            if (credentials.has(other))
                credentials.complain(other, "stands beside an access key; keep one of the two");
        }
        if (!credentials.has("access_key_id"))
            credentials.complain("access_key_id", "is missing; give the ID of the access key");
        if (!credentials.has("access_key_secret_file") && !credentials.has("access_key_secret"))
            credentials.complain("access_key_secret_file",
                                 "is missing; name the file that holds the secret");
    } else if (credentials.has("chain")) {
        constexpr std::string_view kUnused = "is not in chain; add it there or remove it";
        if (oidc && !has_link(ProviderKind::oidc)) credentials.complain("oidc", kUnused);
        if (ecs_role && !has_link(ProviderKind::ecs_role))
            credentials.complain("ecs_role", kUnused);
    } else if (oidc && ecs_role) {
        credentials.complain("chain",
                             "is missing; give the order to ask in: chain: [oidc, ecs_role]");
    } else if (oidc || ecs_role) {
        out_.chain = {oidc ? ProviderKind::oidc : ProviderKind::ecs_role};
    } else {
        out_.chain = default_chain();
    }
    if (has_link(ProviderKind::oidc)) check_oidc(credentials);
}

std::vector<ProviderKind> Reader::default_chain() const {
    std::vector<ProviderKind> chain{ProviderKind::environment};
    if (oidc_is_whole()) chain.push_back(ProviderKind::oidc);
    if (!environment_flag("ALIBABA_CLOUD_ECS_METADATA_DISABLED"))
        chain.push_back(ProviderKind::ecs_role);
    return chain;
}

void Reader::check_oidc(YamlReader& credentials) {
    const std::string_view where = credentials.has("oidc") ? "oidc" : "chain";
    const auto want = [&](bool is_there, std::string_view key, std::string_view variable) {
        if (is_there) return;
        credentials.complain(
            where,
            fmt::format("lacks {}; give oidc.{} or set {} in the environment", key, key, variable));
    };
    want(!out_.oidc.role.arn.empty(), "role_arn", "ALIBABA_CLOUD_ROLE_ARN");
    want(!out_.oidc.provider_arn.empty(), "provider_arn", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN");
    want(!out_.oidc.token_file.empty(), "token_file", "ALIBABA_CLOUD_OIDC_TOKEN_FILE");
}

/// A key in the environment that is there in part is a mistake, and one that is not there is one
/// where nothing else is asked.
void Reader::check_environment(YamlReader& account) {
    if (!has_link(ProviderKind::environment)) return;
    if (out_.chain.size() > 1 && !EnvironmentKey::is_given()) return;
    try {
        static_cast<void>(environment_credentials());
    } catch (const catalog::Unusable& error) {
        account.complain(
            "credentials",
            fmt::format("{}, and {}",
                        account.has("credentials") ? "come from the environment" : "are not given",
                        error.what()));
    }
}

}  // namespace

std::string read_secret(YamlReader& map, std::string_view key, const std::filesystem::path& folder,
                        SecretFile& file) {
    std::string name;
    if (!map.text(key, name)) return {};
    file = SecretFile(std::move(name), folder);
    try {
        return file.read();
    } catch (const catalog::Unusable& error) {
        map.complain(key, error.what());
    }
    return {};
}

void read_credentials(YamlReader& account, const std::filesystem::path& folder,
                      const std::string& region, CredentialsSettings& out) {
    Reader reader(folder, out);
    reader.read_environment(account, region);
    account.map("credentials", [&](YamlReader& credentials) { reader.read(credentials); });
    reader.check_environment(account);
}

}  // namespace vodcatalog
