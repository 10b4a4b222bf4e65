#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

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

/// One request of the control socket: POST /v1/accept-gone or /v1/accept-untrack, with the body
/// {"account": "NAME"} or none; the answer is {"account": "NAME", "images": N}. Throws nothing that
/// the target does not.
[[nodiscard]] ControlReply answer_control(ControlTarget& target, const ControlRequest& request);

}  // namespace vodcatalog
