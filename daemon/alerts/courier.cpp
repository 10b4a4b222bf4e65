#include "daemon/alerts/courier.h"

#include <algorithm>
#include <utility>

#include "daemon/backoff.h"

namespace vodcatalog {

using catalog::DeliveryTick;
using catalog::Notice;
using std::chrono::milliseconds;

Courier::Courier(std::vector<std::string> channels, Random& random) : random_(random) {
    set_channels(std::move(channels));
}

void Courier::set_channels(std::vector<std::string> channels) {
    std::map<std::string, Line> lines;
    for (std::string& channel : channels) {
        const auto known = lines_.find(channel);
        Line line = known == lines_.end() ? Line() : std::move(known->second);
        // What it failed for may have been mended.
        line.failures = 0;
        line.open_at = {};
        lines.emplace(std::move(channel), std::move(line));
    }
    lines_ = std::move(lines);
}

void Courier::resend(const std::string& channel, milliseconds every) {
    lines_.at(channel).resend_every = every;
}

void Courier::on_due(std::vector<Notice> due, SteadyTime now) {
    read_at_ = now;
    for (auto& [channel, line] : lines_) line.waiting.clear();
    for (Notice& notice : due) {
        if (ticks_.contains(notice.key)) continue;
        const auto line = lines_.find(notice.channel);
        if (line == lines_.end()) {
            ticks_.emplace(notice.key,
                           DeliveryTick{notice.notice_id, notice.key, DeliveryTick::Kind::dead,
                                        "the settings have no such channel any more",
                                        notice.created_at + notice.waited, milliseconds{0}});
        } else if (line->second.in_flight != notice.key) {
            line->second.waiting.push_back(std::move(notice));
        }
    }
}

void Courier::on_written(bool written) {
    if (written) {
        for (const std::string& key : writing_) ticks_.erase(key);
    }
    writing_.clear();
}

void Courier::on_result(const Notice& notice, const Delivery& delivery, SteadyTime now,
                        WallTime wall) {
    DeliveryTick tick{notice.notice_id, notice.key, DeliveryTick::Kind::delivered, "", wall,
                      milliseconds{0}};
    const auto found = lines_.find(notice.channel);
    Line removed;
    Line& line = found == lines_.end() ? removed : found->second;
    line.in_flight.reset();
    if (delivery.kind == Delivery::Kind::delivered) {
        line.failures = 0;
        line.open_at = {};
    } else {
        tick = failed(line, notice, delivery, now);
        tick.at = wall;
    }
    const bool is_trouble = notice.notice_id == 0;
    if (is_trouble) line.told_trouble = tick.kind != DeliveryTick::Kind::retry;
    // There is no row yet to note a failed attempt in.
    if (is_trouble && tick.kind == DeliveryTick::Kind::retry) return;
    ticks_.insert_or_assign(notice.key, std::move(tick));
}

DeliveryTick Courier::failed(Line& line, const Notice& notice, const Delivery& delivery,
                             SteadyTime now) {
    DeliveryTick tick{notice.notice_id, notice.key, DeliveryTick::Kind::dead,
                      delivery.error,   {},         milliseconds{0}};
    if (delivery.kind == Delivery::Kind::refused) return tick;
    const milliseconds wait = failed(line, delivery, now);
    if (notice.waited + (now - read_at_) >= kLife) return tick;
    tick.kind = DeliveryTick::Kind::retry;
    tick.retry_in = std::max(
        wait, full_jitter(notice.attempts + 1, kRetryBase, kNoticeWaitMax, random_.unit()));
    return tick;
}

/// For how long the whole channel waits.
milliseconds Courier::failed(Line& line, const Delivery& delivery, SteadyTime now) {
    const milliseconds asked =
        std::min<milliseconds>(delivery.retry_after.value_or(milliseconds{0}), kNoticeWaitMax);
    const milliseconds wait =
        std::max(asked, full_jitter(++line.failures, kRetryBase, kChannelWaitMax, random_.unit()));
    line.open_at = now + wait;
    return wait;
}

void Courier::on_resent(const std::string& channel, const Delivery& delivery, SteadyTime now) {
    const auto found = lines_.find(channel);
    if (found == lines_.end()) return;
    Line& line = found->second;
    line.in_flight.reset();
    line.resend_at = now + line.resend_every;
    if (delivery.kind == Delivery::Kind::delivered) {
        line.failures = 0;
        return;
    }
    line.resend_at = std::min(line.resend_at, now + failed(line, delivery, now));
}

std::size_t Courier::in_flight() const noexcept {
    return static_cast<std::size_t>(std::count_if(
        lines_.begin(), lines_.end(), [](const auto& line) { return line.second.in_flight; }));
}

void Courier::on_catalog_trouble(WallTime since, std::string message, SteadyTime now) {
    trouble_ = Trouble{since, std::move(message), now + kTroubleTold};
    for (auto& [channel, line] : lines_) line.told_trouble = false;
}

Notice Courier::trouble_notice(const std::string& channel) const {
    Notice notice;
    notice.channel = channel;
    notice.key = catalog::catalog_full_key(channel, trouble_->since);
    notice.created_at = trouble_->since;
    catalog::NoticeItem& item = notice.items.emplace_back();
    item.opened_at = trouble_->since;
    item.detail = trouble_->message;
    notice.counts.push_back({item.kind, item.rule, 1, 0});
    return notice;
}

std::optional<Notice> Courier::next(const std::string& channel, Line& line, SteadyTime now) {
    if (line.in_flight || now < line.open_at) return std::nullopt;
    if (trouble_ && now >= trouble_->tell_at && !line.told_trouble) return trouble_notice(channel);
    if (line.waiting.empty()) return std::nullopt;
    Notice notice = std::move(line.waiting.front());
    line.waiting.erase(line.waiting.begin());
    return notice;
}

SteadyTime Courier::wake_at(const Line& line) const {
    if (line.in_flight) return SteadyTime::max();
    SteadyTime wake = line.waiting.empty() ? SteadyTime::max() : line.open_at;
    if (line.resend_every > milliseconds{0}) {
        wake = std::min(wake, std::max(line.open_at, line.resend_at));
    }
    if (trouble_ && !line.told_trouble) {
        wake = std::min(wake, std::max(line.open_at, trouble_->tell_at));
    }
    return wake;
}

void Courier::send(const std::string& channel, Line& line, SteadyTime now, Step& step) {
    if (auto notice = next(channel, line, now)) {
        line.in_flight = notice->key;
        step.sends.push_back(std::move(*notice));
        return;
    }
    const bool resends = line.resend_every > milliseconds{0} && !line.in_flight;
    if (resends && now >= line.open_at && now >= line.resend_at) {
        line.in_flight = "";
        step.resends.push_back(channel);
    }
}

Courier::Step Courier::on_tick(SteadyTime now) {
    Step step;
    for (auto& [channel, line] : lines_) {
        if (stopping_) break;
        send(channel, line, now, step);
        step.wake_at = std::min(step.wake_at, wake_at(line));
    }
    if (!writing_.empty()) return step;
    for (const auto& [key, tick] : ticks_) {
        step.ticks.push_back(tick);
        writing_.insert(key);
    }
    return step;
}

}  // namespace vodcatalog
