#include "daemon/sync/account_sync.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace vodcatalog {

using catalog::DueImage;
using catalog::ImageState;
using catalog::Tier;

namespace {

constexpr WallTime kEver = WallTime::max();

constexpr std::size_t kManyRefusedAlone = 10'000;

bool is_suspect(const DueImage& image) {
    return image.state == ImageState::suspect;
}

}  // namespace

AccountSync::AccountSync(std::size_t index, std::int64_t account_key, SyncAccount account,
                         SteadyTime now)
    : index_(index),
      account_key_(account_key),
      account_(std::move(account)),
      ways_{Way{Pacer(account_.get_image_infos_per_second, now), {}, false},
            Way{Pacer(account_.get_image_info_per_second, now), {}, false}} {
    if (account_.calls_per_day) day_pacer_.emplace(*account_.calls_per_day / 86'400, now);
}

bool AccountSync::is_chosen(Operation operation) const noexcept {
    return vodcatalog::is_chosen(account_.operation, operation);
}

bool AccountSync::has_other(Operation operation) const noexcept {
    const Operation other = operation == Operation::get_image_infos ? Operation::get_image_info
                                                                    : Operation::get_image_infos;
    return is_chosen(other) && !ways_[static_cast<std::size_t>(other)].gate.is_closed();
}

CallBudget AccountSync::budget() const noexcept {
    const auto open = [&](Operation operation) {
        return is_chosen(operation) && !ways_[static_cast<std::size_t>(operation)].gate.is_closed();
    };
    return {open(Operation::get_image_infos), account_.get_image_infos_per_second,
            account_.get_image_info_per_second, account_.calls_per_day};
}

void AccountSync::answered(std::int64_t image_key) noexcept {
    waiting_.forget(image_key);
    refused_alone_.erase(image_key);
    give_back(image_key);
}

void AccountSync::give_back(std::int64_t image_key) noexcept {
    taken_.erase(image_key);
    passed_ = {};
}

void AccountSync::failed(std::int64_t image_key, const Now& now, Random& random) {
    waiting_.add(image_key, now.steady, random.unit());
}

void AccountSync::remember_unwritten(std::int64_t image_key, const Now& now, WallTime answered_at) {
    unwritten_[image_key] = {now.steady, answered_at};
}

std::optional<WallTime> AccountSync::unwritten(std::int64_t image_key) const {
    const auto found = unwritten_.find(image_key);
    if (found == unwritten_.end()) return std::nullopt;
    return found->second.answered_at;
}

void AccountSync::purge_unwritten(const Now& now) {
    if (now.steady - purged_at_ < kFillWrittenEvery) return;
    purged_at_ = now.steady;
    std::erase_if(unwritten_, [&](const auto& entry) {
        return now.steady - entry.second.at > kFillWrittenEvery;
    });
}

AfterFailure AccountSync::after(const Call& call, CallErrorClass error_class, const Now& now) {
    FailedCall failed;
    failed.error_class = error_class;
    failed.images = call.asked.size();
    failed.other_operation = has_other(call.operation);
    if (error_class == CallErrorClass::request && failed.images == 1) {
        if (refused_alone_.size() > kManyRefusedAlone) refused_alone_.clear();
        RefusedAlone& refused =
            refused_alone_.try_emplace(call.asked.front().image_key, RefusedAlone{now.steady, 0})
                .first->second;
        failed.others_answered =
            (++refused.times >= kRefusedAloneMin && good_answer_at_ > refused.since) ||
            call.asked.front().state == ImageState::quarantined;
    }
    const AfterFailure fate = after_failure(failed);
    if (fate == AfterFailure::at_once) {
        for (const DueImage& image : call.asked) give_back(image.image_key);
    } else if (fate == AfterFailure::apart) {
        const auto middle = call.asked.begin() + static_cast<std::ptrdiff_t>(failed.images / 2);
        for (const auto& [first, last] :
             {std::pair(call.asked.begin(), middle), std::pair(middle, call.asked.end())}) {
            Call& half = halves_.emplace_back(call);
            half.asked.assign(first, last);
        }
    }
    return fate;
}

std::size_t AccountSync::calls_possible(Operation operation, const Now& now, std::size_t slots) {
    if (!is_chosen(operation)) return 0;
    Way& by = way(operation);
    double tokens = by.pacer.tokens(now.steady);
    if (day_pacer_) tokens = std::min(tokens, day_pacer_->tokens(now.steady));
    const std::size_t most =
        std::min(gate_.is_down() ? 1 : slots, by.gate.calls_allowed(now.steady));
    return std::min(most, static_cast<std::size_t>(std::clamp(tokens, 0.0, 1e6)));
}

bool AccountSync::may_send(Operation operation, const Now& now) {
    return gate_.may_call(now.steady, in_flight_) && calls_possible(operation, now, 1) > 0;
}

Call AccountSync::begin_call(Operation operation, const Now& now) const {
    Call call;
    call.account = index_;
    call.operation = operation;
    call.scheduled_at = now.schedule;
    return call;
}

void AccountSync::send(Call call, const Now& now, std::vector<Call>& calls) {
    Way& by = way(call.operation);
    by.pacer.take(now.steady);
    by.gate.on_call();
    if (day_pacer_) day_pacer_->take(now.steady);
    ++in_flight_;
    calls.push_back(std::move(call));
}

void AccountSync::came_back(Operation operation, int requests, const Now& now) {
    --in_flight_;
    for (int further = 1; further < requests; ++further) {
        way(operation).pacer.take(now.steady);
        if (day_pacer_) day_pacer_->take(now.steady);
    }
}

/// Due images of each tier, and how far each list has been used.
struct AccountSync::Due {
    std::vector<DueImage> images[catalog::kTiers];
    std::size_t at[catalog::kTiers] = {};
    std::vector<DueImage> alone;  ///< Not to be asked together with others.
    bool cold_first = false;      ///< Cold images are late: they get their share.

    [[nodiscard]] bool empty() const {
        for (int tier = 0; tier < catalog::kTiers; ++tier) {
            if (at[tier] < images[tier].size()) return false;
        }
        return true;
    }
};

void AccountSync::choose(catalog::Catalog& catalog, const Now& now, std::size_t slots,
                         std::vector<Call>& calls) {
    waiting_.release(now.steady, [&](std::int64_t image_key) { give_back(image_key); });
    purge_unwritten(now);
    for (Way& by : ways_) by.left = false;
    // In each of these cases an answer, or the gate's own time, is what changes it.
    if (slots == 0 || waiting_.size() > kWaitingMax || !gate_.may_call(now.steady, in_flight_))
        return;
    const std::size_t end = calls.size() + slots;
    choose_halves(now, slots, calls);
    const auto left = [&] { return end - calls.size(); };
    const std::size_t batches = calls_possible(Operation::get_image_infos, now, left());
    const std::size_t singles = calls_possible(Operation::get_image_info, now, left());
    for (const auto& [operation, possible] : {std::pair(Operation::get_image_infos, batches),
                                              std::pair(Operation::get_image_info, singles)}) {
        way(operation).left |= is_chosen(operation) && left() > 0 && possible == 0;
    }
    if (batches + singles == 0) return;
    const bool by_ones =
        !is_chosen(Operation::get_image_infos) || way(Operation::get_image_infos).gate.is_closed();
    const std::size_t wanted = batches * ids_max(Operation::get_image_infos);
    const std::size_t for_cold =
        std::max(cold_turns(batches) * ids_max(Operation::get_image_infos),
                 by_ones ? cold_turns(singles) * ids_max(Operation::get_image_info) : 0);
    Due due = find_due(catalog, now, {std::max(wanted, by_ones ? singles : 0), singles, for_cold});
    choose_alone(due, now, left(), calls);
    choose_together(catalog, due, Operation::get_image_infos, now, left(), calls);
    if (by_ones) choose_together(catalog, due, Operation::get_image_info, now, left(), calls);
}

/// What was refused together is asked in halves, until the one that is to blame stands alone.
void AccountSync::choose_halves(const Now& now, std::size_t slots, std::vector<Call>& calls) {
    for (; slots > 0 && !halves_.empty(); --slots) {
        Call& half = halves_.front();
        if (way(half.operation).gate.is_closed()) {
            for (const DueImage& image : half.asked) give_back(image.image_key);
        } else if (may_send(half.operation, now)) {
            send(std::move(half), now, calls);
        } else {
            way(half.operation).left = true;
            return;
        }
        halves_.pop_front();
    }
}

void AccountSync::take(std::vector<DueImage>& from, std::size_t& at, Call& call, std::size_t max) {
    call.asked.reserve(max);
    for (; at < from.size() && call.asked.size() < max; ++at) {
        taken_.insert(from[at].image_key);
        call.asked.push_back(std::move(from[at]));
    }
}

void AccountSync::look(catalog::Catalog& catalog, Tier tier, WallTime until, std::size_t limit,
                       std::vector<DueImage>& out) {
    auto& passed = passed_[static_cast<std::size_t>(tier)];
    catalog.due(account_key_, tier, until, limit, taken_, passed, out);
}

/// How many of the next `calls` calls the cold images get if they are late.
std::size_t AccountSync::cold_turns(std::size_t calls) const noexcept {
    const auto until = [](std::uint64_t turn) { return (turn + kColdTurn - 1) / kColdTurn; };
    return static_cast<std::size_t>(until(turn_ + calls) - until(turn_));
}

AccountSync::Due AccountSync::find_due(catalog::Catalog& catalog, const Now& now,
                                       const Wanted& wanted) {
    // Where there can be none, suspects are asked with all the others.
    const bool second_opinions = !guarded_ && is_chosen(Operation::get_image_info) &&
                                 !way(Operation::get_image_info).gate.is_closed();
    const auto joins = [&](const DueImage& image) {
        return image.state != ImageState::quarantined && !(second_opinions && is_suspect(image)) &&
               !refused_alone_.contains(image.image_key);
    };
    const auto is_cold_late = [&] {
        const auto first = catalog.first_due(account_key_, Tier::cold);
        return first && now.schedule - *first > kColdLate;
    };
    Due due;
    std::size_t found = 0;
    for (const Tier tier : {Tier::hot, Tier::warm, Tier::cold}) {
        std::size_t limit = wanted.together - std::min(found, wanted.together);
        if (tier == Tier::warm && second_opinions) limit = std::max(limit, wanted.suspects);
        if (tier == Tier::cold && found > 0) due.cold_first = is_cold_late();
        if (due.cold_first) limit = std::max(limit, wanted.late_cold);
        auto& images = due.images[static_cast<int>(tier)];
        if (limit > 0) look(catalog, tier, now.schedule, limit, images);
        const auto alone = std::stable_partition(images.begin(), images.end(), joins);
        std::move(alone, images.end(), std::back_inserter(due.alone));
        images.erase(alone, images.end());
        found += images.size();
    }
    return due;
}

void AccountSync::choose_alone(Due& due, const Now& now, std::size_t slots,
                               std::vector<Call>& calls) {
    const bool by_info =
        is_chosen(Operation::get_image_info) && !way(Operation::get_image_info).gate.is_closed();
    const Operation operation = by_info ? Operation::get_image_info : Operation::get_image_infos;
    std::size_t at = 0;
    for (; slots > 0 && at < due.alone.size() && may_send(operation, now); --slots) {
        Call call = begin_call(operation, now);
        take(due.alone, at, call, 1);
        send(std::move(call), now, calls);
    }
    way(operation).left |= slots > 0 && at < due.alone.size();
}

void AccountSync::choose_together(catalog::Catalog& catalog, Due& due, Operation operation,
                                  const Now& now, std::size_t slots, std::vector<Call>& calls) {
    static constexpr int kUsual[] = {0, 1, 2}, kColdFirst[] = {2, 0, 1};
    const std::size_t ids = ids_max(operation);
    for (; slots > 0 && !due.empty() && may_send(operation, now); --slots) {
        Call call = begin_call(operation, now);
        for (const int tier : due.cold_first&& turn_ % kColdTurn == 0 ? kColdFirst : kUsual) {
            take(due.images[tier], due.at[tier], call, ids);
        }
        ++turn_;
        if (call.asked.size() < ids) fill(catalog, now, call);
        send(std::move(call), now, calls);
    }
    // With calls to spare, all that was due is in one.
    way(operation).left |= slots > 0 && !may_send(operation, now);
}

void AccountSync::fill(catalog::Catalog& catalog, const Now& now, Call& call) {
    fill_from(catalog, now, Tier::hot, call);
    fill_from(catalog, now, Tier::cold, call);
}

void AccountSync::fill_from(catalog::Catalog& catalog, const Now& now, Tier tier, Call& call) {
    const std::size_t ids = ids_max(call.operation);
    const std::size_t places = ids - std::min(ids, call.asked.size());
    if (places == 0) return;
    std::vector<DueImage> next;
    look(catalog, tier, kEver, 2 * places, next);
    std::erase_if(next, [&](const DueImage& image) { return !may_fill(image, now); });
    std::size_t at = 0;
    take(next, at, call, ids);
}

bool AccountSync::may_fill(const DueImage& image, const Now& now) const {
    if (image.state != ImageState::tracked && image.state != ImageState::pending) return false;
    if (refused_alone_.contains(image.image_key)) return false;
    const auto just = [&](WallTime time) {
        return now.wall >= time && now.wall - time < kFillAfter;
    };
    if (just(image.last_answered_at.value_or(image.added_at))) return false;
    const auto found = unwritten_.find(image.image_key);
    return found == unwritten_.end() || now.steady - found->second.at >= kFillAfter;
}

SteadyTime AccountSync::ready_at(Way& by, const Now& now) {
    SteadyTime ready = by.pacer.ready_at(now.steady);
    if (day_pacer_) ready = std::max(ready, day_pacer_->ready_at(now.steady));
    return by.gate.is_closed() ? std::max(ready, by.gate.try_at().value_or(SteadyTime::max()))
                               : ready;
}

SteadyTime AccountSync::wake_at(catalog::Catalog& catalog, const Now& now) {
    if (const auto probe = gate_.probe_at(); probe && now.steady < *probe) return *probe;
    SteadyTime wake = waiting_.next();
    // Where calls are in flight and the gate is down, or slots are full, the answer wakes us.
    for (Way& by : ways_) {
        if (by.left) wake = std::min(wake, ready_at(by, now));
    }
    for (int tier = 0; tier < catalog::kTiers; ++tier) {
        if (const auto due =
                catalog.next_due(account_key_, static_cast<Tier>(tier), now.schedule)) {
            wake = std::min(wake, now.steady + (*due - now.schedule));
        }
    }
    return wake;
}

}  // namespace vodcatalog
