#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "daemon/clock.h"
#include "daemon/vod/session.h"

namespace vodcatalog {

/// Wakes the one who fetches sessions. Any thread.
class Bell {
public:
    void ring();
    /// Until it rings, `stop` is requested, or `time` has passed.
    void wait(const std::stop_token& stop, std::chrono::nanoseconds time);

private:
    std::mutex mutex_;
    std::condition_variable_any rung_;
    bool rings_ = false;  // guarded by mutex_
};

/// The session of one account, between who fetches it and who signs with it. Any thread.
class SessionSlot final : public SessionSource {
public:
    /// `clock` must outlive it. `bell` is rung when a session is refused.
    SessionSlot(const Clock& clock, std::shared_ptr<Bell> bell)
        : clock_(clock), bell_(std::move(bell)) {}

    /// Null from the moment on at which the session's life is over.
    [[nodiscard]] std::shared_ptr<const Session> current() const override;
    [[nodiscard]] std::string missing_because() const override;
    void refused(const std::shared_ptr<const Session>& session) override;

    /// Replaces the session; null: there is none, for the reason `why`.
    void put(std::shared_ptr<const Session> session, std::optional<SteadyTime> good_until,
             std::string why = {});
    /// The session that was last refused since the last time; null: none was.
    [[nodiscard]] std::shared_ptr<const Session> take_refused();

private:
    const Clock& clock_;
    const std::shared_ptr<Bell> bell_;
    mutable std::mutex mutex_;
    // Guarded by mutex_.
    std::shared_ptr<const Session> session_;
    std::optional<SteadyTime> good_until_;
    std::string why_ = "they are being fetched";
    std::shared_ptr<const Session> refused_;
};

}  // namespace vodcatalog
