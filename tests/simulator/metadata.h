#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "tests/simulator/account.h"
#include "tests/simulator/http_request.h"
#include "tests/simulator/key_ring.h"
#include "tests/simulator/reply.h"

namespace simulator {

/// The metadata service that a machine of the cloud sees: a token, its role's name, the role's
/// temporary key. A key stays the same until half of its life is over. Safe for any thread.
///
/// Source: "Instance metadata" and "Instance RAM roles" of the ECS user guide.
class Metadata {
public:
    /// Both must outlive it.
    Metadata(std::uint64_t seed, const Accounts& accounts, KeyRing& keys)
        : seed_(seed), accounts_(accounts), keys_(keys) {}

    /// "MetadataToken", "MetadataRole" or "MetadataCredentials"; empty for any other path.
    [[nodiscard]] static std::string action_of(const HttpRequest& request);

    void answer(const HttpRequest& request, const Temporary& settings, std::int64_t now_ms,
                Reply& reply);

private:
    [[nodiscard]] std::string make_token(std::int64_t expires_at);
    [[nodiscard]] bool is_good(const std::string& token, std::int64_t now_ms);
    [[nodiscard]] Key key_of(const Account& account, Milliseconds life, std::int64_t now_ms);

    const std::uint64_t seed_;
    const Accounts& accounts_;
    KeyRing& keys_;
    std::mutex mutex_;                                      // guards all below
    std::unordered_map<std::string, std::int64_t> tokens_;  // until when each is good
    std::uint64_t tokens_made_ = 0;
    std::optional<Key> key_;
    std::int64_t key_made_at_ = 0;
};

}  // namespace simulator
