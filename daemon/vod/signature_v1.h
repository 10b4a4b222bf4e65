#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "daemon/vod/signature.h"

namespace vodcatalog {

/// Signature V1 of the RPC gateway: HMAC-SHA1 over method and parameters.
/// Source: "Signature method" of the VOD API reference; checked against its published example.
///
/// Keeps the keyed state of one secret; one thread at a time.
class SignatureV1 {
public:
    explicit SignatureV1(std::string_view access_key_secret);
    ~SignatureV1();
    SignatureV1(SignatureV1&&) noexcept;
    SignatureV1& operator=(SignatureV1&&) noexcept;

    /// Base64 of the signature (before percent-encoding) of a request with path `/`. `parameters`
    /// are all of them, query and form together, without `Signature`; sorted in place by name.
    /// Valid until the next signature.
    [[nodiscard]] const std::string& sign(std::string_view method, Parameters& parameters);
    /// The same, of parameters that are sorted, percent-encoded and joined to a query already.
    [[nodiscard]] const std::string& sign_query(std::string_view method, std::string_view query);

    /// The text that sign() last signed, for comparison with the server's. Holds the access key ID.
    [[nodiscard]] const std::string& string_to_sign() const noexcept;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace vodcatalog
