#include "daemon/sync/account_sync.h"

#include <algorithm>
#include <utility>

namespace vodcatalog {

using catalog::DueImage;
using catalog::ImageState;
using catalog::Tier;

namespace {

constexpr WallTime kEver = WallTime::max();

bool is_suspect(const DueImage& image) {
    return image.state == ImageState::suspect;
}

}  // namespace

AccountSync::AccountSync(std::size_t index, std::int64_t account_key, SyncAccount account,
                         SteadyTime now)
    : index_(index),
      account_key_(account_key),
      account_(std::move(account)),
      infos_pacer_(account_.get_image_infos_per_second, now),
      info_pacer_(account_.get_image_info_per_second, now) {}

Pacer& AccountSync::pacer(Operation operation) noexcept {
    return operation == Operation::get_image_infos ? infos_pacer_ : info_pacer_;
}

void AccountSync::answered(std::int64_t image_key) noexcept {
    waiting_.forget(image_key);
    give_back(image_key);
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

std::size_t AccountSync::calls_possible(Pacer& pacer, const Now& now, std::size_t slots) {
    const std::size_t most = gate_.is_down() ? 1 : slots;
    return std::min(most, static_cast<std::size_t>(std::clamp(pacer.tokens(now.steady), 0.0, 1e6)));
}

Call AccountSync::begin_call(Operation operation, const Now& now) const {
    Call call;
    call.account = index_;
    call.operation = operation;
    call.scheduled_at = now.schedule;
    return call;
}

void AccountSync::send(Call call, const Now& now, std::vector<Call>& calls) {
    pacer(call.operation).take(now.steady);
    ++in_flight_;
    calls.push_back(std::move(call));
}

void AccountSync::choose(catalog::Catalog& catalog, const Now& now, std::size_t slots,
                         std::vector<Call>& calls) {
    waiting_.release(now.steady, [&](std::int64_t image_key) { give_back(image_key); });
    purge_unwritten(now);
    left_infos_ = left_info_ = false;
    // In each of these cases an answer, or the gate's own time, is what changes it.
    if (slots == 0 || waiting_.size() > kWaitingMax || !gate_.may_call(now.steady, in_flight_))
        return;
    if (account_.operation == OperationChoice::get_image_info) {
        choose_single(catalog, now, slots, calls);
    } else {
        choose_mixed(catalog, now, slots, calls);
    }
}

/// Due images of each tier, and how far each list has been used.
struct AccountSync::Due {
    std::vector<DueImage> images[catalog::kTiers];
    std::size_t at[catalog::kTiers] = {};
    bool cold_first = false;  ///< Cold images are late: they get their share.

    [[nodiscard]] bool empty() const {
        for (int tier = 0; tier < catalog::kTiers; ++tier) {
            if (at[tier] < images[tier].size()) return false;
        }
        return true;
    }
};

void AccountSync::take(std::vector<DueImage>& from, std::size_t& at, Call& call, std::size_t max) {
    for (; at < from.size() && call.asked.size() < max; ++at) {
        taken_.insert(from[at].image_key);
        call.asked.push_back(std::move(from[at]));
    }
}

void AccountSync::choose_single(catalog::Catalog& catalog, const Now& now, std::size_t slots,
                                std::vector<Call>& calls) {
    const std::size_t possible = calls_possible(info_pacer_, now, slots);
    std::size_t sent = 0;
    for (int tier = 0; tier < catalog::kTiers && sent < possible; ++tier) {
        std::vector<DueImage> due;
        catalog.due(account_key_, static_cast<Tier>(tier), now.schedule, possible - sent, taken_,
                    due);
        for (std::size_t at = 0; at < due.size(); ++sent) {
            Call call = begin_call(Operation::get_image_info, now);
            take(due, at, call, 1);
            send(std::move(call), now, calls);
        }
    }
    left_info_ = sent == possible && possible < slots;
}

void AccountSync::choose_mixed(catalog::Catalog& catalog, const Now& now, std::size_t slots,
                               std::vector<Call>& calls) {
    const std::size_t batches = calls_possible(infos_pacer_, now, slots);
    const bool singles_allowed = account_.operation == OperationChoice::automatic;
    const std::size_t singles = singles_allowed ? calls_possible(info_pacer_, now, slots) : 0;
    left_infos_ = batches == 0;
    left_info_ = singles_allowed && singles == 0;
    if (batches + singles == 0) return;
    Due due = find_due(catalog, now, batches * ids_max(Operation::get_image_infos), singles);
    std::size_t sent = 0;
    if (singles_allowed) sent = choose_second_opinions(due, now, singles, calls);
    if (sent < slots) choose_batches(catalog, due, now, std::min(batches, slots - sent), calls);
}

AccountSync::Due AccountSync::find_due(catalog::Catalog& catalog, const Now& now,
                                       std::size_t wanted, std::size_t singles) {
    const auto first_cold = catalog.first_due(account_key_, Tier::cold);
    Due due;
    due.cold_first = first_cold && now.schedule - *first_cold > kColdLate;
    std::size_t found = 0;
    for (const Tier tier : {Tier::hot, Tier::warm, Tier::cold}) {
        std::size_t limit = wanted - std::min(found, wanted);
        if (tier == Tier::warm) limit = std::max(limit, singles);
        if (tier == Tier::cold && due.cold_first) limit = std::max(limit, wanted / 4 + 1);
        auto& images = due.images[static_cast<int>(tier)];
        if (limit > 0) catalog.due(account_key_, tier, now.schedule, limit, taken_, images);
        found += images.size();
    }
    return due;
}

std::size_t AccountSync::choose_second_opinions(Due& due, const Now& now, std::size_t singles,
                                                std::vector<Call>& calls) {
    auto& warm = due.images[static_cast<int>(Tier::warm)];
    const auto suspects = std::stable_partition(
        warm.begin(), warm.end(), [](const DueImage& image) { return !is_suspect(image); });
    std::vector<DueImage> alone(std::make_move_iterator(suspects),
                                std::make_move_iterator(warm.end()));
    warm.erase(suspects, warm.end());
    std::size_t sent = 0;
    for (std::size_t at = 0; at < alone.size() && sent < singles; ++sent) {
        Call call = begin_call(Operation::get_image_info, now);
        take(alone, at, call, 1);
        send(std::move(call), now, calls);
    }
    left_info_ = left_info_ || sent < alone.size();
    return sent;
}

void AccountSync::choose_batches(catalog::Catalog& catalog, Due& due, const Now& now,
                                 std::size_t batches, std::vector<Call>& calls) {
    static constexpr int kUsual[] = {0, 1, 2}, kColdFirst[] = {2, 0, 1};
    const std::size_t ids = ids_max(Operation::get_image_infos);
    for (; batches > 0 && !due.empty(); --batches) {
        if (!gate_.may_call(now.steady, in_flight_)) return;
        Call call = begin_call(Operation::get_image_infos, now);
        for (const int tier : due.cold_first&& turn_ % 4 == 0 ? kColdFirst : kUsual) {
            take(due.images[tier], due.at[tier], call, ids);
        }
        ++turn_;
        if (call.asked.size() < ids) fill(catalog, now, call);
        send(std::move(call), now, calls);
    }
    left_infos_ = left_infos_ || batches == 0;
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
    catalog.due(account_key_, tier, kEver, 2 * places, taken_, next);
    std::erase_if(next, [&](const DueImage& image) { return !may_fill(image, now); });
    std::size_t at = 0;
    take(next, at, call, ids);
}

bool AccountSync::may_fill(const DueImage& image, const Now& now) const {
    if (image.state != ImageState::tracked && image.state != ImageState::pending) return false;
    const auto just = [&](WallTime time) {
        return now.wall >= time && now.wall - time < kFillAfter;
    };
    if (just(image.last_answered_at.value_or(image.added_at))) return false;
    const auto found = unwritten_.find(image.image_key);
    return found == unwritten_.end() || now.steady - found->second.at >= kFillAfter;
}

SteadyTime AccountSync::wake_at(catalog::Catalog& catalog, const Now& now) {
    if (const auto probe = gate_.probe_at(); probe && now.steady < *probe) return *probe;
    SteadyTime wake = waiting_.next();
    // Where calls are in flight and the gate is down, or slots are full, the answer wakes us.
    if (left_infos_) wake = std::min(wake, infos_pacer_.ready_at(now.steady));
    if (left_info_) wake = std::min(wake, info_pacer_.ready_at(now.steady));
    for (int tier = 0; tier < catalog::kTiers; ++tier) {
        if (const auto due =
                catalog.next_due(account_key_, static_cast<Tier>(tier), now.schedule)) {
            wake = std::min(wake, now.steady + (*due - now.schedule));
        }
    }
    return wake;
}

}  // namespace vodcatalog
