#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tests/simulator/scenario.h"

namespace simulator {

/// What URLs are signed with.
struct UrlKeys {
    std::string cdn_key;
    std::string bucket_key_id;
    std::string bucket_secret;
};

/// Signs URLs (without a query) as the CDN does (types A, B and C) and the bucket (OSS, versions 1,
/// 2 and 4). A plain value. `mixed` is none of its business.
///
/// Sources: "Type A signing" and its neighbours of the CDN user guide; "Add signatures to URLs" of
/// the OSS developer guide; version 4 checked against the official Node client.
class UrlSigner {
public:
    explicit UrlSigner(std::uint64_t seed);
    explicit UrlSigner(UrlKeys keys) : keys_(std::move(keys)) {}

    /// `timestamp` (Unix seconds) is in the URL, with B in whole minutes. `rand`, hexadecimal
    /// digits fresh at each call, is of A alone.
    [[nodiscard]] std::string sign_cdn(CdnSigning type, std::string_view url,
                                       std::int64_t timestamp, std::string_view rand) const;

    /// Good until `expires` (Unix seconds), which version 4 tells as a time since `now`. With a
    /// security token unless `token` is empty.
    [[nodiscard]] std::string sign_oss(OssSigning version, std::string_view url, std::int64_t now,
                                       std::int64_t expires, std::string_view token) const;

private:
    [[nodiscard]] std::string sign_oss_v1(std::string_view url, std::int64_t expires,
                                          std::string_view token) const;
    [[nodiscard]] std::string sign_oss_v2(std::string_view url, std::int64_t expires,
                                          std::string_view token) const;
    [[nodiscard]] std::string sign_oss_v4(std::string_view url, std::int64_t now,
                                          std::int64_t expires, std::string_view token) const;

    UrlKeys keys_;
};

/// "202601021104" in the CDN's time zone (UTC+8).
[[nodiscard]] std::string cdn_minute(std::int64_t unix_seconds);

}  // namespace simulator
