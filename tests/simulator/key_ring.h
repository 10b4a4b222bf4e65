#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "daemon/vod/credentials.h"

namespace simulator {

/// An access key that the cloud has given out.
struct Key {
    vodcatalog::Credentials credentials;
    std::size_t account = 0;
    std::int64_t expires_at = 0;  ///< UTC, ms; of a temporary one.

    [[nodiscard]] bool temporary() const noexcept { return !credentials.security_token.empty(); }
};

/// All access keys, permanent and temporary ones. A temporary one is remembered beyond its end, so
/// that it is told from one that never was. Safe for any thread.
class KeyRing {
public:
    static constexpr std::size_t kTemporaryMax = 100'000;  ///< The oldest go first.

    explicit KeyRing(std::uint64_t seed) : seed_(seed) {}

    void add(const vodcatalog::Credentials& credentials, std::size_t account);
    /// A new temporary key.
    Key issue(std::size_t account, std::int64_t expires_at);

    [[nodiscard]] std::optional<Key> find(std::string_view access_key_id) const;
    /// Whether a temporary key has that token.
    [[nodiscard]] bool knows_token(std::string_view token) const;
    /// Ends all temporary keys now; the next calls with them find them expired.
    void expire_all(std::int64_t now_ms);

private:
    const std::uint64_t seed_;
    mutable std::mutex mutex_;  // guards all below
    std::unordered_map<std::string, Key> keys_;
    std::unordered_map<std::string, std::string> ids_by_token_;
    std::deque<std::string> temporary_;
    std::uint64_t issued_ = 0;
};

}  // namespace simulator
