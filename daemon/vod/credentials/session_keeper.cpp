#include "daemon/vod/credentials/session_keeper.h"

#include <algorithm>
#include <utility>

#include "daemon/backoff.h"

namespace vodcatalog {
namespace {

using std::chrono::nanoseconds;

constexpr std::chrono::minutes kMarginMin{3};

}  // namespace

nanoseconds refresh_margin(nanoseconds life, double unit) noexcept {
    const nanoseconds most = life / 4;
    const nanoseconds least =
        std::max<nanoseconds>(life / 8, std::min<nanoseconds>(kMarginMin, most));
    return least + nanoseconds{static_cast<nanoseconds::rep>(
                       static_cast<double>((most - least).count()) * unit)};
}

SteadyTime SessionKeeper::wake_at() const noexcept {
    return session_ && good_until_ ? std::min(fetch_at_, *good_until_) : fetch_at_;
}

std::optional<SessionEvent> SessionKeeper::on_tick(SteadyTime now) {
    if (!session_ || !good_until_ || now < *good_until_) return std::nullopt;
    session_.reset();
    good_until_.reset();
    if (why_.empty()) why_ = "the session came to its end before a new one was fetched";
    return tell_failure(now);
}

std::optional<SessionEvent> SessionKeeper::on_fetched(Grant grant, SteadyTime now) {
    const bool same = session_ && session_->credentials == grant.session.credentials;
    const bool failed = told_.has_value();
    if (!same) session_ = std::make_shared<const Session>(std::move(grant.session));
    good_until_ = grant.good_until;
    failures_ = 0;
    why_.clear();
    told_.reset();
    fetch_at_ = SteadyTime::max();
    if (good_until_) {
        fetch_at_ = std::max(now + kFetchEvery,
                             *good_until_ - refresh_margin(*good_until_ - now, random_.unit()));
    }
    if (same && !failed) return std::nullopt;
    return SessionObtained{session_->provider, session_->expires_at, std::move(grant.passed_over)};
}

std::optional<SessionEvent> SessionKeeper::on_failed(std::string_view why, SteadyTime now) {
    fetch_at_ = now + full_jitter(++failures_, kRetryBase, kRetryMax, random_.unit());
    why_ = why;
    if (auto event = on_tick(now)) return event;
    return tell_failure(now);
}

std::optional<SessionEvent> SessionKeeper::tell_failure(SteadyTime now) {
    const bool kept = session_ != nullptr;
    const bool same_state = told_ && told_->kept == kept;
    if (same_state && (told_->why == why_ || now - told_->at < kTellEvery)) return std::nullopt;
    told_ = Told{why_, kept, now};
    if (session_) return SessionKept{why_, session_->expires_at};
    return SessionMissing{why_};
}

void SessionKeeper::on_refused(const std::shared_ptr<const Session>& session, SteadyTime now) {
    if (!session || session != session_) return;
    const SteadyTime at =
        refused_fetch_at_ ? std::max(now, *refused_fetch_at_ + kRefusedEvery) : now;
    if (at >= fetch_at_) return;
    fetch_at_ = at;
    refused_fetch_at_ = at;
}

void SessionKeeper::on_changed(SteadyTime now) {
    failures_ = 0;
    fetch_at_ = std::min(fetch_at_, now);
}

}  // namespace vodcatalog
