#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "catalog/alert_policy.h"

namespace vodcatalog {

/// Why the daemon did not do what it was told. what() says what, to what, and what to do next.
class ControlError : public std::runtime_error {
public:
    /// A status of HTTP: 400 and 404 are the caller's mistake; 503 and 504: another time.
    ControlError(int http_status, const std::string& message)
        : runtime_error(message), http_status_(http_status) {}
    [[nodiscard]] int http_status() const noexcept { return http_status_; }

private:
    int http_status_;
};

/// What a running daemon can be told. Safe for any thread; each call may wait some seconds. All
/// throw ControlError, and catalog::Retryable if the catalog cannot be used now. An account that is
/// not named is the only one.
class ControlTarget {
public:
    using AccountName = std::optional<std::string>;

    /// How many images an operator's word was about, and of which account.
    struct Accepted {
        std::string account;
        std::int64_t images = 0;
    };

    virtual ~ControlTarget() = default;
    /// The account's suspects may be gone, as many as they are.
    virtual Accepted accept_gone(const AccountName& account) = 0;
    /// What the account's lists do not name any more is let go, as much as it is. None is held
    /// back: 0 images.
    virtual Accepted accept_untrack(const AccountName& account) = 0;

    /// What it covers is recorded and not told for so long from now. Returns its number.
    virtual std::int64_t silence(const catalog::Silence& silence,
                                 std::chrono::milliseconds lasting) = 0;
    /// False if it has ended, or never was.
    virtual bool end_silence(std::int64_t silence_id) = 0;
    /// A person knows of the incident: it is closed. False if it is not open.
    virtual bool acknowledge(std::int64_t incident_id) = 0;

    /// What became of a message that was sent to see whether it arrives.
    struct Trial {
        bool delivered = false;
        bool refused = false;  ///< The receiver will not have it, however often it is sent.
        std::string error;     ///< Without secrets.
    };
    /// Waits as long as the channel does, which may be minutes.
    virtual Trial try_channel(const std::string& channel) = 0;
};

struct ControlRequest {
    static constexpr std::size_t kBodyMax = 4'096;
    std::string_view method;
    std::string_view path;
    std::string body;  ///< At most kBodyMax bytes.
};

struct ControlReply {
    int http_status = 200;
    std::string body;  ///< JSON; {"error": "..."} unless the status is 200.
};

/// How long a silence may be, and its comment.
inline constexpr std::chrono::seconds kSilenceMin{60};
inline constexpr std::chrono::hours kSilenceMax{24 * 30};
inline constexpr std::size_t kCommentBytesMax = 500;

/// One request of the control socket, a POST with a JSON object:
/// - /v1/accept-gone, /v1/accept-untrack: {"account": "NAME"} or no body; answers {"account":
///   "NAME", "images": N}
/// - /v1/silence: {"seconds": N, "comment": "who, why", ...} and one at least of rule, account,
///   image_id, category, tag, storage_location, all texts; answers {"silence_id": N}
/// - /v1/unsilence: {"silence_id": N}; answers the same, 404 if it is over
/// - /v1/ack: {"incident_id": N}; answers the same, 404 if it is not open
/// - /v1/test-alert: {"channel": "NAME"}; answers {"channel": "NAME", "delivered": true or false,
///   "refused": ..., "error": "..."}
/// Throws nothing that the target does not.
[[nodiscard]] ControlReply answer_control(ControlTarget& target, const ControlRequest& request);

}  // namespace vodcatalog
