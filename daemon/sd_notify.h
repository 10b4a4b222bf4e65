#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace vodcatalog {

/// What we tell the service manager (systemd, by the socket in NOTIFY_SOCKET) about ourselves.
///
/// Safe for any thread. Where nobody set NOTIFY_SOCKET, every call does nothing. No call throws or
/// waits for an answer; [[nodiscard]] is missing on purpose: false means that the manager was not
/// reached, about which a service can do nothing but go on.
class SdNotify {
public:
    /// Settings are valid, the catalog is open, sockets are bound. Ends the start time-out.
    bool ready() const noexcept;
    /// One line for `systemctl status`. Control characters are escaped, since a newline would begin
    /// another assignment; at most 512 bytes. `text` carries no secret.
    bool status(std::string_view text) const noexcept;
    /// SIGHUP was taken; say ready() when the new settings are in use, or were refused.
    bool reloading() const noexcept;
    /// The end has begun; TimeoutStopSec runs.
    bool stopping() const noexcept;
    /// All loops make progress; at least every half of watchdog_interval().
    bool watchdog() const noexcept;
    /// Starting or stopping will take up to `more` from now: a migration, a backup.
    bool extend_timeout(std::chrono::microseconds more) const noexcept;

    /// How long the manager waits for watchdog() before it kills us; nothing if it does not watch
    /// us.
    [[nodiscard]] std::optional<std::chrono::microseconds> watchdog_interval() const noexcept;
};

}  // namespace vodcatalog
