#include "daemon/vod/deadline_watch.h"

#include <sys/socket.h>

#include <algorithm>

namespace vodcatalog {

// The locks' order is the watch's, then a slot's. A request that begins takes its slot's and, if
// it has to wake the thread, then the watch's, but never both.
//
// No deadline is overlooked: before the thread goes through the slots it sets next_look_ so late
// that every request which begins from then on wakes it; one that began earlier it sees.

DeadlineWatch::DeadlineWatch(const Clock& clock)
    : clock_(clock),
      next_look_(SteadyTime::max()),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

DeadlineWatch::~DeadlineWatch() = default;

void DeadlineWatch::run(const std::stop_token& stop) {
    const auto is_woken = [this] { return wake_; };
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
        wake_ = false;
        next_look_ = SteadyTime::max();
        const SteadyTime now = clock_.steady();
        SteadyTime next = SteadyTime::max();
        for (Slot* slot : slots_) next = std::min(next, slot->look(now, false).value_or(next));
        next_look_ = next;
        if (next == SteadyTime::max()) {
            woken_.wait(lock, stop, is_woken);
        } else {
            woken_.wait_for(lock, stop, next - now, is_woken);
        }
    }
}

void DeadlineWatch::look_by(SteadyTime deadline) {
    if (deadline >= next_look_.load()) return;
    {
        const std::lock_guard lock(mutex_);
        wake_ = true;
    }
    woken_.notify_one();
}

void DeadlineWatch::abort_all() {
    const std::lock_guard lock(mutex_);
    aborted_ = true;  // first: a request that begins now is seen by one of us
    for (Slot* slot : slots_) slot->look({}, true);
}

DeadlineWatch::Slot::Slot(DeadlineWatch& watch) : watch_(watch) {
    const std::lock_guard lock(watch_.mutex_);
    watch_.slots_.push_back(this);
}

DeadlineWatch::Slot::~Slot() {
    const std::lock_guard lock(watch_.mutex_);
    std::erase(watch_.slots_, this);
}

void DeadlineWatch::Slot::begin(std::chrono::milliseconds timeout) {
    const SteadyTime deadline = watch_.clock_.steady() + timeout;
    {
        const std::lock_guard lock(mutex_);
        under_way_ = true;
        cut_ = watch_.aborted_ ? Cut::stopped : Cut::no;
        deadline_ = deadline;
        descriptor_ = -1;
    }
    watch_.look_by(deadline);
}

void DeadlineWatch::Slot::use(int descriptor) {
    const std::lock_guard lock(mutex_);
    descriptor_ = descriptor;
    if (cut_ != Cut::no && descriptor_ >= 0) ::shutdown(descriptor_, SHUT_RDWR);
}

DeadlineWatch::Cut DeadlineWatch::Slot::end() noexcept {
    const std::lock_guard lock(mutex_);
    under_way_ = false;
    descriptor_ = -1;
    return cut_;
}

DeadlineWatch::Cut DeadlineWatch::Slot::cut() const {
    const std::lock_guard lock(mutex_);
    return cut_;
}

std::chrono::milliseconds DeadlineWatch::Slot::left() const {
    const std::lock_guard lock(mutex_);
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline_ - watch_.clock_.steady());
    return std::max(left, std::chrono::milliseconds{0});
}

std::optional<SteadyTime> DeadlineWatch::Slot::look(SteadyTime now, bool all) {
    const std::lock_guard lock(mutex_);
    if (!under_way_ || cut_ != Cut::no) return std::nullopt;
    if (!all && now < deadline_) return deadline_;
    cut_ = all ? Cut::stopped : Cut::late;
    if (descriptor_ >= 0) ::shutdown(descriptor_, SHUT_RDWR);
    return std::nullopt;
}

}  // namespace vodcatalog
