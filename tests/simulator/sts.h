#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tests/simulator/account.h"
#include "tests/simulator/gatekeeper.h"
#include "tests/simulator/key_ring.h"
#include "tests/simulator/reply.h"

namespace simulator {

class JsonWriter;

/// The security token service: AssumeRole and AssumeRoleWithOIDC. Any role of an account that
/// exists may be assumed, by anybody's key or OIDC token. Safe for any thread.
///
/// Source: the STS API reference. A session lasts as long as was asked for, 15 min to 12 h, unless
/// the scenario says otherwise.
class Sts {
public:
    static constexpr const char* kHost = "sts.aliyuncs.com";

    /// Both must outlive it.
    Sts(const Accounts& accounts, KeyRing& keys) : accounts_(accounts), keys_(keys) {}

    /// Whose role the call wants; null if nobody's.
    [[nodiscard]] const Account* role_owner(const Admission& admission) const;

    /// Writes the good answer, or returns the error. `now_ms` is the true time, UTC.
    [[nodiscard]] std::optional<Refusal> answer(const Admission& admission,
                                                const Temporary& settings, std::int64_t now_ms,
                                                Reply& reply) const;

private:
    const Accounts& accounts_;
    KeyRing& keys_;
};

/// Writes AccessKeyId, AccessKeySecret, SecurityToken and Expiration into an object that is open.
/// The cloud's clock, by which Expiration is told, is ahead by `clock_skew`.
void write_key(JsonWriter& out, const Key& key, Milliseconds clock_skew);

}  // namespace simulator
