#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace simulator {

/// Signs URLs as the CDN (type A) and the bucket (OSS, version 1) do. A plain value.
class UrlSigner {
public:
    explicit UrlSigner(std::uint64_t seed);

    /// `url` with auth_key=TIMESTAMP-RAND-0-MD5. `rand` is 32 hexadecimal digits, fresh at each
    /// call.
    [[nodiscard]] std::string sign_cdn(std::string_view url, std::int64_t timestamp,
                                       std::string_view rand) const;

    /// `url` of a bucket's object with Expires, OSSAccessKeyId, Signature and, unless `token` is
    /// empty, security-token.
    [[nodiscard]] std::string sign_oss(std::string_view url, std::int64_t expires,
                                       std::string_view token) const;

private:
    std::string cdn_key_;
    std::string bucket_key_id_;
    std::string bucket_secret_;
};

}  // namespace simulator
