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

std::string_view value_of(const Pairs& pairs, std::string_view name) noexcept {
    for (const auto& [key, value] : pairs) {
        if (key == name) return value;
    }
    return {};
}

Refusal missing(std::string_view parameter) {
    return {400, "Missing" + std::string{parameter},
            std::string{parameter} + " is mandatory for this action."};
}

Refusal mismatch(const std::string& string_to_sign) {
    return {400, "SignatureDoesNotMatch",
            "Specified signature is not matched with our calculation. server string to sign is:" +
                string_to_sign};
}

std::optional<Refusal> check_key(std::string_view given, const std::string& known) {
    if (given == known) return std::nullopt;
    return Refusal{404, "InvalidAccessKeyId.NotFound", "Specified access key is not found."};
}

std::optional<Refusal> check_token(std::string_view token) {
    if (token.empty()) return std::nullopt;
    return Refusal{400, "InvalidSecurityToken.MismatchWithAccessKey",
                   "Specified SecurityToken mismatch with the AccessKey."};
}

std::optional<Refusal> check_time(std::string_view text, std::int64_t now_ms) {
    const auto time = catalog::from_iso(text);
    if (!time) {
        return Refusal{400, "InvalidTimeStamp.Format",
                       "Specified time stamp or date value is not well formatted."};
    }
    const std::int64_t off = catalog::to_ms(*time) - now_ms;
    if (off <= Gatekeeper::kTimeOffMaxS * 1'000 && off >= -Gatekeeper::kTimeOffMaxS * 1'000) {
        return std::nullopt;
    }
    return Refusal{400, "InvalidTimeStamp.Expired",
                   "Specified time stamp or date value is expired."};
}

/// The value of `Credential` and so on in "ACS3-HMAC-SHA256
/// Credential=..,SignedHeaders=..,Signature=.."
std::string_view part_of(std::string_view authorization, std::string_view name) {
    authorization.remove_prefix(kScheme.size());
    while (!authorization.empty()) {
        const std::size_t comma = authorization.find(',');
        std::string_view part = authorization.substr(0, comma);
        while (part.starts_with(' ')) part.remove_prefix(1);
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
    return request.header("authorization").starts_with(kScheme);
}

std::optional<Refusal> check_action(std::string_view version, std::string_view action) {
    if (version.empty()) return missing("Version");
    if (version != kVersion) {
        return Refusal{400, "InvalidVersion", "Specified parameter Version is not valid."};
    }
    if (action.empty()) return missing("Action");
    if (action != "GetImageInfo" && action != "GetImageInfos") {
        return Refusal{404, "InvalidAction.NotFound",
                       "Specified api is not found, please check your url and method."};
    }
    return std::nullopt;
}

/// JSON or XML: by Format; without one V1 answers XML and V3 JSON.
bool wants_xml(std::string_view format, bool v3) {
    const std::string name = lower(format);
    return name == "xml" || (name.empty() && !v3);
}

}  // namespace

std::string_view Admission::parameter(std::string_view name) const noexcept {
    return value_of(parameters, name);
}

Gatekeeper::Gatekeeper(vodcatalog::Credentials credentials)
    : credentials_(std::move(credentials)) {}

Admission Gatekeeper::admit(const HttpRequest& request, std::int64_t now_ms) {
    Admission out;
    read_form(request.query, out.parameters);
    if (request.header("content-type").starts_with("application/x-www-form-urlencoded")) {
        read_form(request.body, out.parameters);
    }
    const bool v3 = is_v3(request);
    out.action = v3 ? request.header("x-acs-action") : out.parameter("Action");
    out.xml = wants_xml(out.parameter("Format"), v3);
    if (request.method != "GET" && request.method != "POST") {
        out.refusal = Refusal{400, "UnsupportedHTTPMethod", "This http method is not supported."};
    } else if (request.path != "/") {
        out.refusal = Refusal{404, "InvalidApi.NotFound", "Specified api is not found."};
    } else {
        const std::string_view version =
            v3 ? request.header("x-acs-version") : out.parameter("Version");
        out.refusal = check_action(version, out.action);
        if (!out.refusal)
            out.refusal = v3 ? check_v3(request, now_ms) : check_v1(request, out, now_ms);
    }
    return out;
}

std::optional<Refusal> Gatekeeper::check_v1(const HttpRequest& request, const Admission& admission,
                                            std::int64_t now_ms) {
    for (const char* const name : {"AccessKeyId", "Signature", "SignatureMethod",
                                   "SignatureVersion", "SignatureNonce", "Timestamp"}) {
        if (admission.parameter(name).empty()) return missing(name);
    }
    if (admission.parameter("SignatureMethod") != "HMAC-SHA1" ||
        admission.parameter("SignatureVersion") != "1.0") {
        return Refusal{400, "InvalidSignatureMethod", "Specified signature method is not valid."};
    }
    if (auto bad = check_key(admission.parameter("AccessKeyId"), credentials_.access_key_id))
        return bad;
    if (auto bad = check_token(admission.parameter("SecurityToken"))) return bad;
    if (auto bad = check_time(admission.parameter("Timestamp"), now_ms)) return bad;
    vodcatalog::Parameters parameters;
    for (const auto& parameter : admission.parameters) {
        if (parameter.first != "Signature") parameters.push_back(parameter);
    }
    vodcatalog::SignatureV1 signature(credentials_.access_key_secret);
    if (signature.sign(request.method, parameters) != admission.parameter("Signature")) {
        return mismatch(signature.string_to_sign());
    }
    return check_nonce(admission.parameter("SignatureNonce"), now_ms);
}

std::optional<Refusal> Gatekeeper::check_v3(const HttpRequest& request, std::int64_t now_ms) {
    const std::string_view authorization = request.header("authorization");
    const std::string_view date = request.header("x-acs-date");
    const std::string_view nonce = request.header("x-acs-signature-nonce");
    const std::string_view hash = request.header("x-acs-content-sha256");
    if (part_of(authorization, "Credential").empty() ||
        part_of(authorization, "SignedHeaders").empty() ||
        part_of(authorization, "Signature").empty() || date.empty() || nonce.empty() ||
        hash.empty()) {
        return Refusal{400, "IncompleteSignature",
                       "The request signature does not conform to Aliyun standards."};
    }
    if (auto bad = check_key(part_of(authorization, "Credential"), credentials_.access_key_id))
        return bad;
    if (auto bad = check_token(request.header("x-acs-security-token"))) return bad;
    if (auto bad = check_time(date, now_ms)) return bad;
    const std::string query = canonical_query(request.query);
    const std::string body_hash = vodcatalog::sha256_hex(request.body);
    const vodcatalog::Parameters headers = signable(request);
    vodcatalog::SignatureV3 signature(credentials_.access_key_secret);
    const std::string ours =
        signature.sign({request.method, request.path, query, headers, body_hash});
    const std::string expected =
        vodcatalog::authorization_v3(credentials_.access_key_id, headers, ours);
    if (part_of(authorization, "Signature") != ours || hash != body_hash ||
        part_of(authorization, "SignedHeaders") != part_of(expected, "SignedHeaders")) {
        return mismatch("ACS3-HMAC-SHA256\n" + signature.canonical_request_sha256());
    }
    return check_nonce(nonce, now_ms);
}

std::optional<Refusal> Gatekeeper::check_nonce(std::string_view nonce, std::int64_t now_ms) {
    const std::scoped_lock lock(mutex_);
    if (nonces_.insert(nonce, now_ms)) return std::nullopt;
    return Refusal{400, "SignatureNonceUsed", "Specified signature nonce was used already."};
}

}  // namespace simulator
