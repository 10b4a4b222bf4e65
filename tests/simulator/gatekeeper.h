#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "daemon/vod/credentials.h"
#include "tests/simulator/http_request.h"
#include "tests/simulator/nonce_memory.h"

namespace simulator {

/// Why a call is refused, in the cloud's words.
struct Refusal {
    int http_status = 400;
    std::string code;
    std::string message;
};

/// A call that may be answered, or not.
struct Admission {
    std::optional<Refusal> refusal;
    std::string action;  ///< As asked for, known or not.
    bool xml = false;    ///< The form of the answer, also of the refusal's.
    Pairs parameters;    ///< Query and form, decoded.

    /// A parameter's value; empty if it is absent.
    [[nodiscard]] std::string_view parameter(std::string_view name) const noexcept;
};

/// The cloud's gateway: checks version, action, access key, time, signature (V1 and V3) and nonce,
/// in this order. Safe for any thread.
class Gatekeeper {
public:
    /// Seconds by which a request's time may be off.
    static constexpr std::int64_t kTimeOffMaxS = 15 * 60;

    explicit Gatekeeper(vodcatalog::Credentials credentials);

    /// `now_ms` is the server's time (UTC).
    [[nodiscard]] Admission admit(const HttpRequest& request, std::int64_t now_ms);

private:
    [[nodiscard]] std::optional<Refusal> check_v1(const HttpRequest& request,
                                                  const Admission& admission, std::int64_t now_ms);
    [[nodiscard]] std::optional<Refusal> check_v3(const HttpRequest& request, std::int64_t now_ms);
    [[nodiscard]] std::optional<Refusal> check_nonce(std::string_view nonce, std::int64_t now_ms);

    const vodcatalog::Credentials credentials_;
    std::mutex mutex_;
    NonceMemory nonces_;  // guarded by mutex_
};

}  // namespace simulator
