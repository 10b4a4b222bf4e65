#include "daemon/vod/credentials/role.h"

#include <array>

#include "daemon/vod/signature_v1.h"

namespace vodcatalog {

Parameters Role::signed_parameters(const Credentials& credentials, WallTime now) {
    Parameters parameters = role_parameters(settings_);
    if (!settings_.external_id.empty())
        parameters.emplace_back("ExternalId", settings_.external_id);
    const std::array<std::uint64_t, 2> bits{random_.bits(), random_.bits()};
    std::string nonce;
    append_hex(nonce, {reinterpret_cast<const char*>(bits.data()), sizeof bits});
    parameters.emplace_back("Action", "AssumeRole");
    parameters.emplace_back("AccessKeyId", credentials.access_key_id);
    if (!credentials.security_token.empty())
        parameters.emplace_back("SecurityToken", credentials.security_token);
    parameters.emplace_back("SignatureMethod", "HMAC-SHA1");
    parameters.emplace_back("SignatureNonce", std::move(nonce));
    parameters.emplace_back("SignatureVersion", "1.0");
    parameters.emplace_back("Timestamp", catalog::to_iso_seconds(now));
    std::string signature = SignatureV1(credentials.access_key_secret).sign("POST", parameters);
    parameters.emplace_back("Signature", std::move(signature));
    return parameters;
}

Grant Role::ask() {
    Grant base = base_->fetch();
    redactor_.know(base.session.credentials);
    Grant grant = sts_.ask(
        [&](WallTime now) { return signed_parameters(base.session.credentials, now); }, name());
    grant.passed_over = std::move(base.passed_over);
    return grant;
}

}  // namespace vodcatalog
