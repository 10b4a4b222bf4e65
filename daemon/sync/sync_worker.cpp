#include "daemon/sync/sync_worker.h"

#include <algorithm>
#include <utility>

namespace vodcatalog {

SyncWorker::SyncWorker(Sync& sync, Inbox& inbox, Fetchers& fetchers, const Clock& clock,
                       std::chrono::milliseconds shutdown_timeout, Hooks hooks)
    : sync_(sync),
      inbox_(inbox),
      fetchers_(fetchers),
      clock_(clock),
      shutdown_timeout_(shutdown_timeout),
      hooks_(std::move(hooks)),
      thread_([this] { run(); }) {}

SyncWorker::~SyncWorker() {
    stop();
}

std::string SyncWorker::summary() const {
    const std::lock_guard lock(mutex_);
    return summary_;
}

void SyncWorker::run() {
    try {
        live();
        wind_down();
    } catch (...) {
        failure_ = std::current_exception();
    }
    hooks_.ended();
}

std::chrono::nanoseconds SyncWorker::rest() const {
    const auto left = wake_at_ - clock_.steady();
    return std::clamp<std::chrono::nanoseconds>(left, std::chrono::nanoseconds{0}, kLongestRest);
}

void SyncWorker::step(std::chrono::nanoseconds rest) {
    inbox_.take(contents_, rest);
    for (Answered& answered : contents_.answers) sync_.on_answer(std::move(answered));
    for (const auto& command : contents_.commands) command(sync_);
    Sync::Step step = sync_.on_tick();
    fetchers_.submit(std::move(step.calls));
    wake_at_ = step.wake_at;
    tell_status();
    hooks_.beat();
    const std::lock_guard lock(mutex_);
    summary_ = sync_.summary();
}

void SyncWorker::tell_status() {
    if (!hooks_.status) return;
    const SteadyTime now = clock_.steady();
    const bool rests = wake_at_ > now + kStatusEvery;
    if (!rests && now < told_at_ + kStatusEvery) return;
    told_at_ = now;
    hooks_.status(sync_.status());
}

void SyncWorker::live() {
    while (!contents_.stop) step(rest());
}

bool SyncWorker::is_waited_for() const {
    return sync_.in_flight() > 0 || (hooks_.others_ended && !hooks_.others_ended());
}

void SyncWorker::wind_down() {
    sync_.stop_asking();
    if (hooks_.winding_down) hooks_.winding_down();
    const SteadyTime deadline = clock_.steady() + shutdown_timeout_;
    while (is_waited_for() && clock_.steady() < deadline) {
        wake_at_ = std::min(wake_at_, deadline);
        step(rest());
    }
    if (is_waited_for()) hooks_.abort();
    sync_.flush();
}

}  // namespace vodcatalog
