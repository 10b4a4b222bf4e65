#include "tests/simulator/sts.h"

#include <charconv>

#include "catalog/wall_time.h"
#include "tests/simulator/json_writer.h"

namespace simulator {
namespace {

constexpr std::int64_t kDefaultS = 3'600;
constexpr std::int64_t kMinS = 900;
constexpr std::int64_t kMaxS = 43'200;

/// "1234567890123456" of "acs:ram::1234567890123456:role/NAME"; empty if it is no such name.
std::string_view uid_in(std::string_view arn, std::string_view kind) {
    static constexpr std::string_view kStart = "acs:ram::";
    if (!arn.starts_with(kStart)) return "";
    arn.remove_prefix(kStart.size());
    const std::size_t colon = arn.find(':');
    if (colon == std::string_view::npos) return "";
    const std::string_view rest = arn.substr(colon + 1);
    return rest.starts_with(kind) && rest.size() > kind.size() ? arn.substr(0, colon) : "";
}

/// 2 to 64 letters, digits and . @ - _ =
bool is_session_name(std::string_view name) {
    for (const char c : name) {
        const bool letter =
            (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!letter && std::string_view{".@-_="}.find(c) == std::string_view::npos) return false;
    }
    return name.size() >= 2 && name.size() <= 64;
}

/// Seconds; nothing if it is out of range.
std::optional<std::int64_t> duration_in(std::string_view text) {
    std::int64_t seconds = kDefaultS;
    if (!text.empty()) {
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
        if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    }
    return seconds >= kMinS && seconds <= kMaxS ? std::optional{seconds} : std::nullopt;
}

std::optional<Refusal> check_oidc(const Admission& admission, const std::string& good_token,
                                  const Account* account) {
    const std::string_view token = admission.parameter("OIDCToken");
    if (admission.parameter("OIDCProviderArn").empty())
        return refuse_with("MissingOIDCProviderArn");
    if (token.empty()) return refuse_with("MissingOIDCToken");
    if (token.size() < 4 || (!good_token.empty() && token != good_token)) {
        return refuse_with("AuthenticationFail.OIDCToken.Invalid");
    }
    const auto uid = uid_in(admission.parameter("OIDCProviderArn"), "oidc-provider/");
    if (account == nullptr || uid != account->uid) {
        return refuse_with("EntityNotExist.OIDCProvider");
    }
    return std::nullopt;
}

}  // namespace

void write_key(JsonWriter& out, const Key& key, Milliseconds clock_skew) {
    out.member("AccessKeyId", key.credentials.access_key_id);
    out.member("AccessKeySecret", key.credentials.access_key_secret);
    out.member("SecurityToken", key.credentials.security_token);
    const std::int64_t told_ms = key.expires_at + clock_skew.count();
    out.member("Expiration", catalog::to_iso_seconds(catalog::from_ms(told_ms)));
}

const Account* Sts::role_owner(const Admission& admission) const {
    return accounts_.with_uid(uid_in(admission.parameter("RoleArn"), "role/"));
}

std::optional<Refusal> Sts::answer(const Admission& admission, const Temporary& settings,
                                   std::int64_t now_ms, Reply& reply) const {
    const bool oidc = admission.action == "AssumeRoleWithOIDC";
    // A session of a role assumes no other one.
    if (!oidc && admission.temporary) return refuse_with("NoPermission");
    const std::string_view role = admission.parameter("RoleArn");
    const std::string_view session = admission.parameter("RoleSessionName");
    if (role.empty()) return refuse_with("MissingRoleArn");
    if (session.empty()) return refuse_with("MissingRoleSessionName");
    if (!is_session_name(session)) return refuse_with("InvalidParameter.RoleSessionName");
    const auto seconds = duration_in(admission.parameter("DurationSeconds"));
    if (!seconds) return refuse_with("InvalidParameter.DurationSeconds");
    const Account* const account = role_owner(admission);
    if (oidc) {
        if (auto bad = check_oidc(admission, settings.oidc_token, account)) return bad;
    }
    if (account == nullptr) return refuse_with("EntityNotExist.Role");

    const Milliseconds life = settings.sts_life.value_or(Milliseconds{*seconds * 1'000});
    const Key key = keys_.issue(account->index, now_ms + life.count());
    const std::string name{role.substr(role.find('/') + 1)};
    JsonWriter out(reply.body);
    out.begin_object().member("RequestId", reply.request_id.text());
    out.key("AssumedRoleUser").begin_object();
    out.member("AssumedRoleId", "3" + account->uid + ":" + std::string{session});
    out.member("Arn", "acs:ram::" + account->uid + ":role/" + name + "/" + std::string{session});
    out.end_object().key("Credentials").begin_object();
    write_key(out, key, reply.clock_skew);
    out.end_object().end_object();
    return std::nullopt;
}

}  // namespace simulator
