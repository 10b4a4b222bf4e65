#include "daemon/vod/deadline_watch.h"

#include <sys/socket.h>

#include <algorithm>

namespace vodcatalog {

DeadlineWatch::DeadlineWatch(const Clock& clock) : clock_(clock), thread_([this] { run(); }) {}

DeadlineWatch::~DeadlineWatch() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void DeadlineWatch::run() {
    std::unique_lock lock(mutex_);
    while (!ending_) {
        // With nobody to watch there is nothing to wake up for.
        if (slots_.empty()) {
            changed_.wait(lock);
        } else {
            changed_.wait_for(lock, kGranularity);
        }
        const SteadyTime now = clock_.steady();
        for (Slot* slot : slots_) slot->shut_down_if(now, aborted_);
    }
}

void DeadlineWatch::abort_all() {
    {
        const std::lock_guard lock(mutex_);
        aborted_ = true;
    }
    changed_.notify_all();
}

DeadlineWatch::Slot::Slot(DeadlineWatch& watch) : watch_(watch) {
    const std::lock_guard lock(watch_.mutex_);
    watch_.slots_.push_back(this);
    watch_.changed_.notify_all();
}

DeadlineWatch::Slot::~Slot() {
    const std::lock_guard lock(watch_.mutex_);
    std::erase(watch_.slots_, this);
}

bool DeadlineWatch::Slot::begin(SteadyTime deadline) {
    {
        const std::lock_guard lock(watch_.mutex_);
        if (watch_.aborted_) return false;
    }
    const std::lock_guard lock(mutex_);
    busy_ = true;
    expired_ = false;
    descriptor_ = -1;
    deadline_ = deadline;
    return true;
}

void DeadlineWatch::Slot::watch(int descriptor) {
    const std::lock_guard lock(mutex_);
    descriptor_ = descriptor;
    if (expired_) shutdown(descriptor_, SHUT_RDWR);
}

void DeadlineWatch::Slot::end() {
    const std::lock_guard lock(mutex_);
    busy_ = false;
    descriptor_ = -1;
}

bool DeadlineWatch::Slot::expired() const {
    const std::lock_guard lock(mutex_);
    return expired_;
}

void DeadlineWatch::Slot::shut_down_if(SteadyTime now, bool all) {
    const std::lock_guard lock(mutex_);
    if (!busy_ || expired_ || (now < deadline_ && !all)) return;
    expired_ = true;
    if (descriptor_ >= 0) shutdown(descriptor_, SHUT_RDWR);
}

}  // namespace vodcatalog
