#include "daemon/vod/request_signer.h"

#include <algorithm>
#include <array>
#include <span>

#include "daemon/vod/redact.h"

namespace vodcatalog {
namespace {

/// Appends `name=value&`, the value as it is.
void append_pair(std::string& out, std::string_view name, std::string_view encoded_value) {
    ((out += name) += '=') += encoded_value;
    out += '&';
}

void append_pair_encoding(std::string& out, std::string_view name, std::string_view value) {
    append_percent_encoded(out, name);
    out += '=';
    append_percent_encoded(out, value);
    out += '&';
}

/// The value that `name` has in `list`, where it is.
std::string* value_of(Parameters& list, std::string_view name) {
    for (auto& [its_name, value] : list) {
        if (its_name == name) return &value;
    }
    return nullptr;
}

void replace_all(std::string& text, std::string_view secret) {
    for (std::size_t at = text.find(secret); at != std::string::npos;
         at = text.find(secret, at + kMask.size())) {
        text.replace(at, secret.size(), kMask);
    }
}

}  // namespace

RequestSigner::RequestSigner(const Endpoint& endpoint, SignatureVersion version,
                             std::chrono::milliseconds timeout, Random& random)
    : authority_(endpoint.authority()), version_(version), random_(random) {
    request_.endpoint = endpoint;
    request_.method = "POST";
    request_.timeout = timeout;
}

const HttpRequest& RequestSigner::sign(std::string_view action, const Parameters& parameters,
                                       const std::shared_ptr<const Session>& session,
                                       WallTime now) {
    if (session != session_) begin(session);
    action_->assign(action);
    stamp(now);
    renew_nonce();
    version_ == SignatureVersion::v1 ? sign_v1(parameters) : sign_v3(parameters);
    return request_;
}

void RequestSigner::begin(const std::shared_ptr<const Session>& session) {
    const Credentials& credentials = session->credentials;
    version_ == SignatureVersion::v1 ? begin_v1(credentials) : begin_v3(credentials);
    stamped_at_ = std::chrono::sys_seconds::min();
    redactor_.know(credentials);
    session_ = session;
}

void RequestSigner::begin_v1(const Credentials& credentials) {
    v1_.emplace(credentials.access_key_secret);
    common_.clear();
    common_.emplace_back("AccessKeyId", percent_encoded(credentials.access_key_id));
    common_.emplace_back("Action", "");
    common_.emplace_back("Format", "JSON");
    if (!credentials.security_token.empty())
        common_.emplace_back("SecurityToken", percent_encoded(credentials.security_token));
    common_.emplace_back("SignatureMethod", "HMAC-SHA1");
    common_.emplace_back("SignatureNonce", "");
    common_.emplace_back("SignatureVersion", "1.0");
    common_.emplace_back("Timestamp", "");
    common_.emplace_back("Version", kApiVersion);
    action_ = value_of(common_, "Action");
    nonce_ = value_of(common_, "SignatureNonce");
    time_ = value_of(common_, "Timestamp");

    request_.target = "/";
    request_.headers = {{"Host", authority_},
                        {"User-Agent", "vodcatalog"},
                        {"Accept", "application/json"},
                        {"Content-Type", "application/x-www-form-urlencoded"}};
}

void RequestSigner::begin_v3(const Credentials& credentials) {
    v3_.emplace(credentials.access_key_secret);
    const bool temporary = !credentials.security_token.empty();
    Headers& headers = request_.headers;
    headers.clear();
    headers.emplace_back("host", authority_);
    if (temporary) headers.emplace_back("x-acs-accesskey-id", credentials.access_key_id);
    headers.emplace_back("x-acs-action", "");
    headers.emplace_back("x-acs-content-sha256", kEmptyBodySha256);
    headers.emplace_back("x-acs-date", "");
    if (temporary) headers.emplace_back("x-acs-security-token", credentials.security_token);
    headers.emplace_back("x-acs-signature-nonce", "");
    headers.emplace_back("x-acs-version", kApiVersion);
    signed_headers_ = headers.size();
    authorization_ = authorization_v3(credentials.access_key_id, headers, "");
    headers.emplace_back("User-Agent", "vodcatalog");
    headers.emplace_back("Accept", "application/json");
    headers.emplace_back("Authorization", "");
    action_ = value_of(headers, "x-acs-action");
    time_ = value_of(headers, "x-acs-date");
    nonce_ = value_of(headers, "x-acs-signature-nonce");
    request_.body.clear();
}

void RequestSigner::sign_v1(const Parameters& parameters) {
    std::string& body = request_.body;
    body.clear();
    auto own = parameters.begin();
    for (const auto& [name, encoded_value] : common_) {
        for (; own != parameters.end() && own->first < name; ++own)
            append_pair_encoding(body, own->first, own->second);
        append_pair(body, name, encoded_value);
    }
    for (; own != parameters.end(); ++own) append_pair_encoding(body, own->first, own->second);
    body.pop_back();
    signature_ = v1_->sign_query(request_.method, body);
    body += "&Signature=";
    append_percent_encoded(body, signature_);
}

void RequestSigner::sign_v3(const Parameters& parameters) {
    std::string& target = request_.target;
    target.assign("/?");
    for (const auto& [name, value] : parameters) append_pair_encoding(target, name, value);
    target.pop_back();
    const std::string_view query =
        std::string_view(target).substr(std::min<std::size_t>(2, target.size()));
    const std::span headers(request_.headers);
    signature_ = v3_->sign({.method = request_.method,
                            .canonical_query = query,
                            .headers = headers.first(signed_headers_),
                            .body_sha256 = kEmptyBodySha256});
    request_.headers.back().second.assign(authorization_) += signature_;
}

void RequestSigner::stamp(WallTime now) {
    const auto second = std::chrono::floor<std::chrono::seconds>(now);
    if (second == stamped_at_) return;
    stamped_at_ = second;
    const std::string time = catalog::to_iso_seconds(now);
    version_ == SignatureVersion::v1 ? time_->assign(percent_encoded(time)) : time_->assign(time);
}

void RequestSigner::renew_nonce() {
    const std::array<std::uint64_t, 2> bits{random_.bits(), random_.bits()};
    nonce_->clear();
    append_hex(*nonce_, {reinterpret_cast<const char*>(bits.data()), sizeof bits});
}

void RequestSigner::redact(std::string& text) const {
    if (!signature_.empty()) {
        replace_all(text, signature_);
        replace_all(text, percent_encoded(signature_));
    }
    redactor_(text);
}

}  // namespace vodcatalog
