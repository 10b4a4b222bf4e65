#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "daemon/vod/signature.h"

namespace vodcatalog {

/// What ACS3-HMAC-SHA256 signs of a request.
struct SignableRequest {
    std::string_view method;
    std::string_view path = "/";
    std::string_view
        canonical_query;  ///< Sorted by name, percent-encoded, `name=` where a value is empty.
    /// Lower-case names with values, sorted by name: `host`, `content-type` and every `x-acs-*`
    /// header that is sent, `x-acs-content-sha256` included.
    std::span<const Parameters::value_type> headers;
    std::string_view body_sha256;  ///< Lower-case hex.
};

/// SHA-256 of the empty body, lower-case hex.
inline constexpr std::string_view kEmptyBodySha256 =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Signature V3 of the gateway (ACS3-HMAC-SHA256): HMAC-SHA256 over a canonical request.
/// Source: "Request syntax and signature method V3" of the SDK documentation; checked against its
/// example.
///
/// Keeps the keyed state of one secret; one thread at a time.
class SignatureV3 {
public:
    explicit SignatureV3(std::string_view access_key_secret);
    ~SignatureV3();
    SignatureV3(SignatureV3&&) noexcept;
    SignatureV3& operator=(SignatureV3&&) noexcept;

    /// Lower-case hex of the signature. Valid until the next one.
    [[nodiscard]] const std::string& sign(const SignableRequest& request);

    /// Lower-case hex SHA-256 of the canonical request that sign() last made.
    [[nodiscard]] const std::string& canonical_request_sha256() const noexcept;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// "ACS3-HMAC-SHA256 Credential=...,SignedHeaders=...,Signature=..."
[[nodiscard]] std::string authorization_v3(std::string_view access_key_id,
                                           std::span<const Parameters::value_type> headers,
                                           std::string_view signature);

/// Lower-case hex SHA-256.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace vodcatalog
