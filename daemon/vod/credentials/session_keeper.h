#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "daemon/clock.h"
#include "daemon/random.h"
#include "daemon/vod/credentials/provider.h"
#include "daemon/vod/session.h"

namespace vodcatalog {

/// A session with other credentials than before, or the first after fetches had failed.
struct SessionObtained {
    std::string provider;
    std::optional<WallTime> expires_at;
    std::string passed_over;  ///< See Grant.
};
/// No new session, for a reason that was not told since the last one; the old one stays in use. Of
/// reasons that change all the time (some have a time or an ID in them) one is told each
/// kTellEvery.
struct SessionKept {
    std::string why;
    std::optional<WallTime> expires_at;  ///< Of the old one.
};
/// There is no session, for a reason that was not told yet; kTellEvery as with SessionKept.
struct SessionMissing {
    std::string why;
};
using SessionEvent = std::variant<SessionObtained, SessionKept, SessionMissing>;

/// With how much of a session left the next one is fetched: between an eighth and a quarter of
/// `life`, as `unit` in [0, 1) says, but not under 3 min; never more than a quarter.
[[nodiscard]] std::chrono::nanoseconds refresh_margin(std::chrono::nanoseconds life,
                                                      double unit) noexcept;

/// When an account's next session is fetched, and which one is in use until it is there. A step
/// machine: no thread, no clock of its own. What it is told may come at any time; what it tells as
/// an event is to be shown.
class SessionKeeper {
public:
    static constexpr std::chrono::seconds kRetryBase{1};
    static constexpr std::chrono::seconds kRetryMax{60};
    /// A session that the cloud refuses is fetched anew at once, but not more often than this.
    static constexpr std::chrono::seconds kRefusedEvery{30};
    /// Between two reasons for the same state of things.
    static constexpr std::chrono::minutes kTellEvery{5};
    /// Between two fetches that succeed.
    static constexpr std::chrono::seconds kFetchEvery{1};

    /// `random`, for jitter, must outlive it. The first fetch is due at once.
    explicit SessionKeeper(Random& random) : random_(random) {}

    /// Whether a session is to be fetched now.
    [[nodiscard]] bool due(SteadyTime now) const noexcept { return now >= fetch_at_; }
    /// When due() or current() change by themselves.
    [[nodiscard]] SteadyTime wake_at() const noexcept;
    /// The session in use; null if there is none. As of the last call of one of what follows.
    [[nodiscard]] std::shared_ptr<const Session> current() const noexcept { return session_; }
    /// Until when it may be used; nothing: until it is replaced.
    [[nodiscard]] std::optional<SteadyTime> good_until() const noexcept { return good_until_; }
    /// Why the last fetch failed; empty: it did not.
    [[nodiscard]] const std::string& why() const noexcept { return why_; }

    /// Lets go of a session that has come to its end.
    std::optional<SessionEvent> on_tick(SteadyTime now);
    std::optional<SessionEvent> on_fetched(Grant grant, SteadyTime now);
    std::optional<SessionEvent> on_failed(std::string_view why, SteadyTime now);
    /// The cloud refused `session`; another one than the current has been replaced already.
    void on_refused(const std::shared_ptr<const Session>& session, SteadyTime now);
    /// The provider has something newer.
    void on_changed(SteadyTime now);

private:
    std::optional<SessionEvent> tell_failure(SteadyTime now);

    Random& random_;
    std::shared_ptr<const Session> session_;
    std::optional<SteadyTime> good_until_;
    SteadyTime fetch_at_ = SteadyTime::min();
    std::optional<SteadyTime> refused_fetch_at_;  ///< The last fetch that a refusal caused.
    int failures_ = 0;                            ///< In a row.
    std::string why_;                             ///< Of the last failure; empty: none since.
    /// What was told of failures since the last success.
    struct Told {
        std::string why;
        bool kept = false;  ///< There still was a session.
        SteadyTime at{};
    };
    std::optional<Told> told_;
};

}  // namespace vodcatalog
