#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "tests/simulator/http_request.h"
#include "tests/simulator/key_ring.h"
#include "tests/simulator/nonce_memory.h"
#include "tests/simulator/refusal.h"
#include "tests/simulator/scenario.h"

namespace simulator {

/// What a call is addressed to.
enum class Product { vod, sts };

/// A call that may be answered, or not.
struct Admission {
    std::optional<Refusal> refusal;
    Product product = Product::vod;
    std::string action;  ///< As asked for, known or not.
    bool xml = false;    ///< The form of the answer, also of the refusal's.
    Pairs parameters;    ///< Query and form, decoded.
    /// Whose the key is; nothing if the call names no key, or one that does not exist.
    std::optional<std::size_t> account;
    bool temporary = false;  ///< The key is.
    /// By how much the clock is ahead that this call is judged by.
    Milliseconds clock_skew{0};

    /// A parameter's value; empty if it is absent.
    [[nodiscard]] std::string_view parameter(std::string_view name) const noexcept;
};

/// The cloud's gateway: checks method, version, action, access key, session token, time, signature
/// (V1 and V3) and nonce, in this order. Safe for any thread.
class Gatekeeper {
public:
    /// Seconds by which a request's time may be off.
    static constexpr std::int64_t kTimeOffMaxS = 15 * 60;

    /// `keys` must outlive it.
    explicit Gatekeeper(const KeyRing& keys) : keys_(keys) {}

    /// `now_ms` is the true time (UTC); `scenario` says whose clock is off and whose key is taken.
    [[nodiscard]] Admission admit(const HttpRequest& request, std::int64_t now_ms,
                                  const Scenario& scenario);

private:
    /// What of a request is checked, wherever the signature's version has it.
    struct Signed {
        std::string_view access_key_id;
        std::string_view token;
        std::string_view time;
        std::string_view nonce;
    };
    [[nodiscard]] std::optional<Refusal> check(const HttpRequest& request, Admission& admission,
                                               bool v3, std::int64_t now_ms,
                                               const Scenario& scenario);
    [[nodiscard]] std::optional<Refusal> check_token(const Key& key, std::string_view token,
                                                     std::int64_t now_ms) const;
    [[nodiscard]] std::optional<Refusal> check_nonce(std::string_view nonce, std::int64_t now_ms);

    const KeyRing& keys_;
    std::mutex mutex_;
    NonceMemory nonces_;  // guarded by mutex_
};

}  // namespace simulator
