#include "daemon/sync/pacer.h"

#include <algorithm>
#include <cmath>

namespace vodcatalog {
namespace {

double seconds_between(SteadyTime from, SteadyTime to) {
    return std::chrono::duration<double>(to - from).count();
}

}  // namespace

Pacer::Pacer(double calls_per_second, SteadyTime now)
    : full_rate_(calls_per_second),
      rate_(calls_per_second),
      tokens_(std::max(calls_per_second, 1.0)),
      at_(now) {}

void Pacer::advance(SteadyTime now) {
    if (now <= at_) return;
    const double elapsed = seconds_between(at_, now);
    tokens_ = std::min(tokens_ + elapsed * rate_, std::max(rate_, 1.0));
    if (rate_ < full_rate_ && throttled_at_ && now - *throttled_at_ > kRest) {
        grow(std::min(elapsed, seconds_between(*throttled_at_ + kRest, now)));
    }
    at_ = now;
}

void Pacer::grow(double seconds) {
    const double slowly = full_rate_ / static_cast<double>(kGrowth.count());
    const double known = kKnown * too_much_;
    if (rate_ < known) {
        const double hasty = std::min(seconds, (known - rate_) / (kHaste * slowly));
        rate_ += hasty * kHaste * slowly;
        seconds -= hasty;
    }
    rate_ = std::min(full_rate_, rate_ + seconds * slowly);
}

double Pacer::tokens(SteadyTime now) {
    advance(now);
    return now < closed_until_ ? 0.0 : tokens_;
}

void Pacer::take(SteadyTime now) {
    advance(now);
    tokens_ -= 1.0;
}

SteadyTime Pacer::ready_at(SteadyTime now) {
    advance(now);
    if (tokens_ >= 1.0) return std::max(now, closed_until_);
    // A nanosecond more, so that rounding does not leave the token a hair short.
    const auto wait = std::chrono::nanoseconds{
        static_cast<std::int64_t>(std::ceil((1.0 - tokens_) / rate_ * 1e9)) + 1};
    return std::max(now + wait, closed_until_);
}

void Pacer::throttled(SteadyTime now, std::optional<std::chrono::milliseconds> hint) {
    advance(now);
    if (!throttled_at_ || now - *throttled_at_ >= std::chrono::seconds{1}) {
        too_much_ = rate_;
        rate_ = std::min(std::max(rate_ / 2, kFloor), full_rate_);
        throttled_at_ = now;
    }
    tokens_ = std::min(tokens_, 0.0);
    if (hint) pause(now, *hint);
}

void Pacer::pause(SteadyTime now, std::chrono::milliseconds wait) {
    closed_until_ =
        std::max(closed_until_, now + std::min<std::chrono::milliseconds>(wait, kHintMax));
}

}  // namespace vodcatalog
