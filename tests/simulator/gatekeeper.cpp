#include "tests/simulator/gatekeeper.h"

#include <algorithm>
#include <utility>

#include "catalog/wall_time.h"
#include "daemon/vod/signature_v1.h"
#include "daemon/vod/signature_v3.h"

namespace simulator {
namespace {

constexpr std::string_view kScheme = "ACS3-HMAC-SHA256 ";
constexpr std::string_view kVersion = "2017-03-21";
constexpr std::string_view kStsVersion = "2015-04-01";

std::string_view value_of(const Pairs& pairs, std::string_view name) noexcept {
    for (const auto& [key, value] : pairs) {
        if (key == name) return value;
    }
    return {};
}

Refusal missing(std::string_view parameter) {
    return refuse_with("Missing" + std::string{parameter});
}

Refusal mismatch(const std::string& string_to_sign) {
    Refusal refusal = refuse_with("SignatureDoesNotMatch");
    refusal.message += " server string to sign is:" + string_to_sign;
    return refusal;
}

/// A permanent key may be switched off; of a role's sessions that ends none.
std::optional<Refusal> check_key(const std::optional<Key>& key, const Scenario& scenario) {
    if (!key) return refuse_with("InvalidAccessKeyId.NotFound");
    if (key->temporary()) return std::nullopt;
    switch (scenario.accounts.at(key->account).key) {
        case KeyState::active:
            return std::nullopt;
        case KeyState::inactive:
            return refuse_with("InvalidAccessKeyId.Inactive");
        case KeyState::disabled:
            return refuse_with("Forbidden.AccessKeyDisabled");
        case KeyState::deleted:
            break;
    }
    return refuse_with("InvalidAccessKeyId.NotFound");
}

/// Only "2026-01-02T03:04:05Z", without a fraction of a second.
std::optional<Refusal> check_time(std::string_view text, std::int64_t now_ms) {
    const auto time = text.size() == 20 ? catalog::from_iso(text) : std::nullopt;
    if (!time) return refuse_with("InvalidTimeStamp.Format");
    const std::int64_t off = catalog::to_ms(*time) - now_ms;
    if (off <= Gatekeeper::kTimeOffMaxS * 1'000 && off >= -Gatekeeper::kTimeOffMaxS * 1'000) {
        return std::nullopt;
    }
    return refuse_with("InvalidTimeStamp.Expired");
}

/// The value of `Credential` and so on in "ACS3-HMAC-SHA256
/// Credential=..,SignedHeaders=..,Signature=.."
std::string_view part_of(std::string_view authorization, std::string_view name) {
    authorization.remove_prefix(kScheme.size());
    while (!authorization.empty()) {
        const std::size_t comma = authorization.find(',');
        const std::string_view part = authorization.substr(0, comma);
        if (part.starts_with(name) && part.substr(name.size()).starts_with('=')) {
            return part.substr(name.size() + 1);
        }
        if (comma == std::string_view::npos) break;
        authorization.remove_prefix(comma + 1);
    }
    return {};
}

std::string canonical_query(std::string_view query) {
    Pairs pairs;
    read_form(query, pairs);
    std::stable_sort(pairs.begin(), pairs.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::string out;
    for (const auto& [name, value] : pairs) {
        if (!out.empty()) out += '&';
        vodcatalog::append_percent_encoded(out, name);
        out += '=';
        vodcatalog::append_percent_encoded(out, value);
    }
    return out;
}

/// The headers that have to be signed: what the server puts in, whatever the client says it signed.
vodcatalog::Parameters signable(const HttpRequest& request) {
    vodcatalog::Parameters headers;
    for (const auto& header : request.headers) {
        if (header.first == "host" || header.first == "content-type" ||
            header.first.starts_with("x-acs-")) {
            headers.push_back(header);
        }
    }
    std::sort(headers.begin(), headers.end());
    return headers;
}

bool is_v3(const HttpRequest& request) {
    return request.header("authorization").starts_with("ACS");
}

std::optional<Refusal> check_action(std::string_view version, Admission& admission) {
    if (version.empty()) return missing("Version");
    if (version != kVersion && version != kStsVersion) return refuse_with("InvalidVersion");
    admission.product = version == kVersion ? Product::vod : Product::sts;
    const std::string& action = admission.action;
    if (action.empty()) return missing("Action");
    const bool known = admission.product == Product::vod
                           ? action == "GetImageInfo" || action == "GetImageInfos"
                           : action == "AssumeRole" || action == "AssumeRoleWithOIDC";
    return known ? std::nullopt : std::optional{refuse_with("InvalidAction.NotFound")};
}

bool is_format(std::string_view format) {
    const std::string name = lower(format);
    return name.empty() || name == "json" || name == "xml";
}

/// JSON or XML: by Format; without one V1 answers XML and V3 JSON.
bool wants_xml(std::string_view format, bool v3) {
    const std::string name = lower(format);
    return name == "xml" || (name.empty() && !v3);
}

std::optional<Refusal> check_form_v1(const Admission& admission) {
    for (const char* const name : {"AccessKeyId", "Signature", "SignatureMethod",
                                   "SignatureVersion", "SignatureNonce", "Timestamp"}) {
        if (admission.parameter(name).empty()) return missing(name);
    }
    if (admission.parameter("SignatureMethod") != "HMAC-SHA1" ||
        admission.parameter("SignatureVersion") != "1.0") {
        return refuse_with("InvalidSignatureMethod");
    }
    return std::nullopt;
}

std::optional<Refusal> check_form_v3(const HttpRequest& request) {
    const std::string_view authorization = request.header("authorization");
    if (!authorization.starts_with(kScheme)) return refuse_with("InvalidSignatureMethod");
    for (const char* const part : {"Credential", "SignedHeaders", "Signature"}) {
        if (part_of(authorization, part).empty()) return refuse_with("IncompleteSignature");
    }
    for (const char* const name :
         {"host", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"}) {
        if (request.header(name).empty()) return refuse_with("IncompleteSignature");
    }
    return std::nullopt;
}

std::optional<Refusal> check_signature_v1(const HttpRequest& request, const Admission& admission,
                                          const std::string& secret) {
    vodcatalog::Parameters parameters;
    for (const auto& parameter : admission.parameters) {
        if (parameter.first != "Signature") parameters.push_back(parameter);
    }
    vodcatalog::SignatureV1 signature(secret);
    if (signature.sign(request.method, parameters) == admission.parameter("Signature")) {
        return std::nullopt;
    }
    return mismatch(signature.string_to_sign());
}

std::optional<Refusal> check_signature_v3(const HttpRequest& request, const Key& key) {
    const std::string_view authorization = request.header("authorization");
    const std::string query = canonical_query(request.query);
    const std::string body_hash = vodcatalog::sha256_hex(request.body);
    const vodcatalog::Parameters headers = signable(request);
    vodcatalog::SignatureV3 signature(key.credentials.access_key_secret);
    const std::string ours =
        signature.sign({request.method, request.path, query, headers, body_hash});
    const std::string expected =
        vodcatalog::authorization_v3(key.credentials.access_key_id, headers, ours);
    if (part_of(authorization, "Signature") == ours &&
        request.header("x-acs-content-sha256") == body_hash &&
        part_of(authorization, "SignedHeaders") == part_of(expected, "SignedHeaders")) {
        return std::nullopt;
    }
    return mismatch("ACS3-HMAC-SHA256\n" + signature.canonical_request_sha256());
}

}  // namespace

std::string_view Admission::parameter(std::string_view name) const noexcept {
    return value_of(parameters, name);
}

Admission Gatekeeper::admit(const HttpRequest& request, std::int64_t now_ms,
                            const Scenario& scenario) {
    Admission out;
    out.clock_skew = scenario.clock_skew;
    read_form(request.query, out.parameters);
    if (request.header("content-type").starts_with("application/x-www-form-urlencoded")) {
        read_form(request.body, out.parameters);
    }
    const bool v3 = is_v3(request);
    out.action = v3 ? request.header("x-acs-action") : out.parameter("Action");
    out.xml = wants_xml(out.parameter("Format"), v3);
    if (request.method != "GET" && request.method != "POST") {
        out.refusal = refuse_with("UnsupportedHTTPMethod");
    } else if (request.path != "/") {
        out.refusal = refuse_with("InvalidApi.NotFound");
    } else if (!is_format(out.parameter("Format"))) {
        out.refusal = refuse_with("InvalidParameter.Format");
    } else {
        out.refusal =
            check_action(v3 ? request.header("x-acs-version") : out.parameter("Version"), out);
        if (!out.refusal) out.refusal = check(request, out, v3, now_ms, scenario);
    }
    return out;
}

std::optional<Refusal> Gatekeeper::check(const HttpRequest& request, Admission& admission, bool v3,
                                         std::int64_t now_ms, const Scenario& scenario) {
    if (admission.action == "AssumeRoleWithOIDC") return std::nullopt;  // proves itself otherwise
    if (auto bad = v3 ? check_form_v3(request) : check_form_v1(admission)) return bad;
    const Signed said =
        v3 ? Signed{part_of(request.header("authorization"), "Credential"),
                    request.header("x-acs-security-token"), request.header("x-acs-date"),
                    request.header("x-acs-signature-nonce")}
           : Signed{admission.parameter("AccessKeyId"), admission.parameter("SecurityToken"),
                    admission.parameter("Timestamp"), admission.parameter("SignatureNonce")};
    const std::optional<Key> key = keys_.find(said.access_key_id);
    if (key) {
        admission.account = key->account;
        admission.temporary = key->temporary();
        const auto& skew = scenario.accounts.at(key->account).clock_skew;
        admission.clock_skew = skew.value_or(scenario.clock_skew);
    }
    const std::int64_t server_ms = now_ms + admission.clock_skew.count();
    if (auto bad = check_key(key, scenario)) return bad;
    if (auto bad = check_token(*key, said.token, now_ms)) return bad;
    if (auto bad = check_time(said.time, server_ms)) return bad;
    if (auto bad = v3 ? check_signature_v3(request, *key)
                      : check_signature_v1(request, admission, key->credentials.access_key_secret))
        return bad;
    return check_nonce(said.nonce, now_ms);
}

std::optional<Refusal> Gatekeeper::check_token(const Key& key, std::string_view token,
                                               std::int64_t now_ms) const {
    if (!key.temporary()) {
        if (token.empty()) return std::nullopt;
        return refuse_with("InvalidSecurityToken.MismatchWithAccessKey");
    }
    if (token.empty()) return refuse_with("MissingSecurityToken");
    if (!keys_.knows_token(token)) return refuse_with("InvalidSecurityToken.Malformed");
    if (token != key.credentials.security_token) {
        return refuse_with("InvalidSecurityToken.MismatchWithAccessKey");
    }
    if (now_ms < key.expires_at) return std::nullopt;
    return refuse_with("InvalidSecurityToken.Expired");
}

std::optional<Refusal> Gatekeeper::check_nonce(std::string_view nonce, std::int64_t now_ms) {
    const std::scoped_lock lock(mutex_);
    if (nonces_.insert(nonce, now_ms)) return std::nullopt;
    return refuse_with("SignatureNonceUsed");
}

}  // namespace simulator
