#include "daemon/vod/credentials/session_slot.h"

#include <utility>

namespace vodcatalog {

void Bell::ring() {
    {
        const std::lock_guard lock(mutex_);
        rings_ = true;
    }
    rung_.notify_one();
}

void Bell::wait(const std::stop_token& stop, std::chrono::nanoseconds time) {
    std::unique_lock lock(mutex_);
    rung_.wait_for(lock, stop, time, [this] { return rings_; });
    rings_ = false;
}

std::shared_ptr<const Session> SessionSlot::current() const {
    const SteadyTime now = clock_.steady();
    const std::lock_guard lock(mutex_);
    return good_until_ && now >= *good_until_ ? nullptr : session_;
}

void SessionSlot::refused(const std::shared_ptr<const Session>& session) {
    {
        const std::lock_guard lock(mutex_);
        if (!session || session != session_) return;  // replaced already
        refused_ = session;
    }
    bell_->ring();
}

std::string SessionSlot::missing_because() const {
    const std::lock_guard lock(mutex_);
    return session_ ? "they came to their end and are being renewed" : why_;
}

void SessionSlot::put(std::shared_ptr<const Session> session, std::optional<SteadyTime> good_until,
                      std::string why) {
    const std::lock_guard lock(mutex_);
    why_ = std::move(why);
    session_ = std::move(session);
    good_until_ = good_until;
}

std::shared_ptr<const Session> SessionSlot::take_refused() {
    const std::lock_guard lock(mutex_);
    return std::exchange(refused_, nullptr);
}

}  // namespace vodcatalog
