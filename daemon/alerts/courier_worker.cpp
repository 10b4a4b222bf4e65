#include "daemon/alerts/courier_worker.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "daemon/vod/utf8.h"

namespace vodcatalog {

using catalog::DeliveryTick;
using catalog::Notice;

namespace {

std::vector<std::string> names_of(const std::vector<Outlet>& outlets) {
    std::vector<std::string> names;
    for (const Outlet& outlet : outlets) names.push_back(outlet.name);
    return names;
}

}  // namespace

/// A channel's thread, with room for one job and one trial.
struct CourierWorker::Lane {
    explicit Lane(Outlet its) : outlet(std::move(its)) {}

    void give(std::function<void(Channel&)> its_job) {
        {
            const std::lock_guard lock(mutex);
            job = std::move(its_job);
        }
        filled.notify_one();
    }
    /// False if one waits already.
    bool give_trial(std::function<void(Channel&)> its_trial) {
        {
            const std::lock_guard lock(mutex);
            if (trial || stopping) return false;
            trial = std::move(its_trial);
        }
        filled.notify_one();
        return true;
    }
    void stop() {
        {
            const std::lock_guard lock(mutex);
            stopping = true;
        }
        filled.notify_one();
    }
    [[nodiscard]] std::function<void(Channel&)> take() {
        return std::exchange(job ? job : trial, nullptr);
    }

    Outlet outlet;
    std::mutex mutex;
    std::condition_variable filled;
    std::function<void(Channel&)> job;    // guarded by mutex
    std::function<void(Channel&)> trial;  // guarded by mutex
    bool stopping = false;                // guarded by mutex
    std::jthread thread;
};

CourierWorker::CourierWorker(std::vector<Outlet> outlets, Outbox& outbox, const Clock& clock,
                             const Redactor& redactor, Hooks hooks)
    : outbox_(outbox),
      clock_(clock),
      redactor_(redactor),
      hooks_(std::move(hooks)),
      // Without channels only what waits for one that is gone is given up.
      ask_every_(outlets.empty() ? kAskSeldom : kAskEvery),
      courier_(names_of(outlets), random_) {
    for (Outlet& outlet : outlets) {
        const std::string name = outlet.name;
        courier_.resend(name, outlet.resend_every);
        auto lane = std::make_unique<Lane>(std::move(outlet));
        lane->thread = std::jthread([this, &lane = *lane] { serve(lane); });
        lanes_.emplace(name, std::move(lane));
    }
    thread_ = std::jthread([this] { run(); });
}

CourierWorker::~CourierWorker() {
    {
        const std::lock_guard lock(mutex_);
        ended_ = true;
    }
    filled_.notify_one();
    thread_.join();
    for (const auto& [name, lane] : lanes_) lane->stop();
    for (const auto& [name, lane] : lanes_) lane->thread.join();
}

void CourierWorker::on_catalog_trouble(WallTime since, std::string message) {
    put([this, since, message = std::move(message)] {
        courier_.on_catalog_trouble(since, message, clock_.steady());
    });
}

void CourierWorker::on_catalog_recovered() {
    put([this] { courier_.on_catalog_recovered(); });
}

void CourierWorker::stop() {
    put([this] { stopping_ = true; });
}

void CourierWorker::put(Event event) {
    {
        const std::lock_guard lock(mutex_);
        events_.push_back(std::move(event));
    }
    filled_.notify_one();
}

void CourierWorker::run() {
    SteadyTime wake_at{};
    while (true) {
        take_events(wake_at);
        {
            const std::lock_guard lock(mutex_);
            if (ended_) return;
        }
        wake_at = step();
        hooks_.beat();
    }
}

void CourierWorker::take_events(SteadyTime wake_at) {
    std::vector<Event> events;
    {
        std::unique_lock lock(mutex_);
        const auto left = std::clamp<std::chrono::nanoseconds>(
            wake_at - clock_.steady(), std::chrono::nanoseconds{0}, ask_every_);
        filled_.wait_for(lock, left, [this] { return ended_ || !events_.empty(); });
        events.swap(events_);
    }
    for (const Event& event : events) event();
}

SteadyTime CourierWorker::step() {
    const SteadyTime now = clock_.steady();
    ask_due(now);
    if (write_again_at_ && now >= *write_again_at_) {
        write_again_at_.reset();
        courier_.on_written(false);
    }
    if (stopping_) courier_.stop();
    Courier::Step step = courier_.on_tick(now);
    if (!step.ticks.empty()) write(std::move(step.ticks));
    for (Notice& notice : step.sends) send(std::move(notice));
    for (const std::string& channel : step.resends) resend(channel);
    settle();
    return std::min(step.wake_at, now + ask_every_);
}

void CourierWorker::ask_due(SteadyTime now) {
    if (asking_ || stopping_ || now < ask_at_) return;
    ask_at_ = now + ask_every_;
    asking_ = outbox_.ask_due([this](std::vector<Notice> due) {
        put([this, due = std::move(due)] {
            asking_ = false;
            courier_.on_due(due, clock_.steady());
        });
    });
}

void CourierWorker::write(std::vector<DeliveryTick> ticks) {
    const bool taken = outbox_.write(
        std::move(ticks), [this](bool written) { put([this, written] { on_written(written); }); });
    if (!taken) on_written(false);
}

void CourierWorker::on_written(bool written) {
    if (written) {
        courier_.on_written(true);
        // What was waiting behind it is read at once.
        ask_at_ = {};
    } else {
        write_again_at_ = clock_.steady() + kAskEvery;
    }
}

/// What the channel says, cleaned. A channel that has a bug must not end the others.
template <typename Act>
Delivery CourierWorker::attempt(Act act) const {
    try {
        return cleaned(act());
    } catch (const std::exception& error) {
        return cleaned({Delivery::Kind::retry_later, std::string("a bug: ") + error.what(), {}});
    }
}

void CourierWorker::send(Notice notice) {
    Lane& lane = *lanes_.at(notice.channel);
    if (notice.items.size() > lane.outlet.items_max) notice.items.resize(lane.outlet.items_max);
    lane.give([this, notice = std::move(notice)](Channel& channel) {
        put([this, notice, delivery = attempt([&] { return channel.deliver(notice); })] {
            courier_.on_result(notice, delivery, clock_.steady(), clock_.wall());
            // What is cut off for shutdown is no failure of its receiver.
            if (!stopping_ || delivery.kind == Delivery::Kind::delivered) {
                hooks_.attempted(notice, delivery);
            }
        });
    });
}

void CourierWorker::resend(const std::string& channel) {
    const auto resent = [this, channel](const Delivery& delivery) {
        put([this, channel, delivery] { courier_.on_resent(channel, delivery, clock_.steady()); });
    };
    const bool taken = outbox_.ask_open(channel, [this, channel, resent](auto open) {
        lanes_.at(channel)->give([this, resent, open = std::move(open)](Channel& its) {
            resent(attempt([&] { return its.resend(open); }));
        });
    });
    if (!taken)
        courier_.on_resent(channel, {Delivery::Kind::retry_later, "busy", {}}, clock_.steady());
}

CourierWorker::Trial CourierWorker::try_channel(const std::string& channel,
                                                std::function<void(const Delivery&)> done) {
    const auto found = lanes_.find(channel);
    if (found == lanes_.end()) return Trial::no_such_channel;
    ++trials_;
    const bool taken =
        found->second->give_trial([this, channel, done = std::move(done)](Channel& its) {
            const Notice notice = catalog::test_notice(channel, clock_.wall());
            done(attempt([&] { return its.deliver(notice); }));
            put([this] { --trials_; });
        });
    if (taken) return Trial::begun;
    --trials_;
    return Trial::busy;
}

void CourierWorker::serve(Lane& lane) {
    std::unique_lock lock(lane.mutex);
    while (true) {
        lane.filled.wait(lock, [&] { return lane.stopping || lane.job || lane.trial; });
        if (lane.stopping) return;
        const auto job = lane.take();
        lock.unlock();
        job(*lane.outlet.channel);
        lock.lock();
    }
}

Delivery CourierWorker::cleaned(Delivery delivery) const {
    std::string& error = delivery.error;
    repair_utf8(error);
    redactor_(error);
    std::replace_if(
        error.begin(), error.end(),
        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
    cut_utf8(error, kErrorBytesMax);
    return delivery;
}

void CourierWorker::settle() {
    if (!stopping_ || settled_ || trials_ > 0) return;
    if (courier_.in_flight() > 0 || courier_.unwritten() > 0) return;
    settled_ = true;
    hooks_.settled();
}

}  // namespace vodcatalog
