#include "tests/simulator/cloud.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "tests/simulator/history.h"
#include "tests/simulator/members.h"

namespace simulator {

Cloud::Cloud(std::uint64_t seed, std::size_t images, const Scenario& scenario,
             std::int64_t start_ms, std::string region)
    : seed_(seed),
      start_ms_(start_ms),
      planned_(images),
      region_(std::move(region)),
      scenario_(scenario),
      edits_(seed, "edits"),
      deletes_(seed, "deletes") {
    std::vector<Event> events;
    events.reserve(2 * images);
    entries_.reserve(images);
    index_by_id_.reserve(images);
    for (std::uint64_t index = 0; index < images; ++index) {
        plan(make_image_id(seed, index), scenario.lives, start_ms, events);
    }
    events_ = Events{std::greater<>{}, std::move(events)};
    if (scenario.lives.freeze_after) frozen_at_ = start_ms + scenario.lives.freeze_after->count();
    next_edit_at_ = next_after(start_ms, scenario.lives.edits_per_second, edits_);
    next_delete_at_ = next_after(start_ms, scenario.lives.deletes_per_second, deletes_);
}

void Cloud::plan(std::string image_id, const Lives& lives, std::int64_t zero_ms,
                 std::vector<Event>& events) {
    const std::uint64_t index = entries_.size();
    const History history = plan_history(seed_, index, lives);
    Entry entry;
    entry.id = std::move(image_id);
    entry.arrives_at = zero_ms + history.arrives.count();
    entry.created_at = zero_ms + history.created.count() + scenario_.clock_skew.count();
    entry.fails = history.outcome == Outcome::upload_fail;
    events.push_back({entry.arrives_at, false, index});
    if (history.outcome != Outcome::never) {
        entry.finishes_at = zero_ms + history.finishes.count();
        events.push_back({entry.finishes_at, true, index});
    }
    index_by_id_.emplace(entry.id, index);
    entries_.push_back(std::move(entry));
}

std::vector<std::string> Cloud::planned_ids() const {
    const std::scoped_lock lock(mutex_);
    std::vector<std::string> ids;
    ids.reserve(planned_);
    for (std::size_t i = 0; i < planned_; ++i) ids.push_back(entries_[i].id);
    return ids;
}

std::int64_t Cloud::next_after(std::int64_t at, double per_second, Dice& dice) {
    if (per_second <= 0) return kNever;
    return at + std::max<std::int64_t>(1, std::llround(dice.exponential(1'000.0 / per_second)));
}

void Cloud::advance(std::int64_t now_ms) {
    const std::int64_t until = std::min(now_ms, frozen_at_);
    for (;;) {
        const std::int64_t event_at = events_.empty() ? kNever : events_.top().at;
        const std::int64_t at = std::min({event_at, next_edit_at_, next_delete_at_});
        if (at > until || at == kNever) return;
        if (event_at == at) {
            const Event event = events_.top();
            events_.pop();
            happen(event);
        } else if (next_edit_at_ == at) {
            edit_one(at);
            next_edit_at_ = next_after(at, scenario_.lives.edits_per_second, edits_);
        } else {
            delete_one(at);
            next_delete_at_ = next_after(at, scenario_.lives.deletes_per_second, deletes_);
        }
    }
}

void Cloud::happen(const Event& event) {
    Entry& entry = entries_[event.index];
    if (!event.finish) {
        if (entry.stage != Stage::awaited) return;
        entry.stage = Stage::present;
        set_status(event.index, catalog::kUploading, event.at);
    } else if (entry.stage == Stage::present && entry.finishes_at == event.at) {
        set_status(event.index, entry.fails ? catalog::kUploadFail : catalog::kNormal, event.at);
    }
}

void Cloud::set_status(std::uint64_t index, std::string status, std::int64_t at) {
    Entry& entry = entries_[index];
    if (entry.status == status) return;
    if (entry.status == catalog::kNormal) leave_normal(index);
    entry.status = std::move(status);
    entry.status_changed_at = at;
    entry.changed_at = at;
    if (entry.status == catalog::kNormal) {
        entry.place = normal_.size();
        normal_.push_back(index);
    }
}

void Cloud::leave_normal(std::uint64_t index) {
    const std::size_t place = entries_[index].place;
    normal_[place] = normal_.back();
    entries_[normal_[place]].place = place;
    normal_.pop_back();
}

void Cloud::edit_one(std::int64_t at) {
    if (normal_.empty()) return;
    Entry& entry = entries_[normal_[edits_.below(normal_.size())]];
    if (!entry.changed) entry.changed = std::make_unique<catalog::Image>(members(entry));
    edit_members(*entry.changed, scenario_.quirks.titles, edits_);
    entry.changed_at = at;
}

void Cloud::delete_one(std::int64_t at) {
    if (normal_.empty()) return;
    const std::uint64_t index = normal_[deletes_.below(normal_.size())];
    leave_normal(index);
    entries_[index].stage = Stage::deleted;
    entries_[index].changed_at = at;
}

std::uint64_t Cloud::index_of(const Entry& entry) const noexcept {
    return static_cast<std::uint64_t>(&entry - entries_.data());
}

catalog::Image Cloud::members(const Entry& entry) const {
    catalog::Image image = entry.changed
                               ? *entry.changed
                               : make_members(seed_, index_of(entry), scenario_.quirks.titles,
                                              catalog::from_ms(entry.created_at), region_);
    image.image_id = entry.id;
    image.status = entry.status;
    return image;
}

Cloud::Entry* Cloud::present(const std::string& image_id) {
    const auto found = index_by_id_.find(image_id);
    if (found == index_by_id_.end()) return nullptr;
    Entry& entry = entries_[found->second];
    return entry.stage == Stage::present ? &entry : nullptr;
}

Cloud::Looked Cloud::look(const std::vector<std::string>& image_ids, std::int64_t now_ms) {
    const std::scoped_lock lock(mutex_);
    advance(now_ms);
    Looked looked;
    for (const std::string& id : image_ids) {
        if (const Entry* entry = present(id)) {
            looked.found.push_back({index_of(*entry), members(*entry)});
        } else {
            looked.not_exist.push_back(id);
        }
    }
    return looked;
}

bool Cloud::knows(const std::string& image_id) const {
    const std::scoped_lock lock(mutex_);
    return index_by_id_.contains(image_id);
}

std::vector<Standing> Cloud::standings(std::int64_t now_ms) {
    const std::scoped_lock lock(mutex_);
    advance(now_ms);
    std::vector<Standing> all;
    all.reserve(entries_.size());
    for (const Entry& entry : entries_) {
        if (entry.stage == Stage::awaited) continue;
        all.push_back({{index_of(entry), members(entry)},
                       entry.stage == Stage::present,
                       entry.arrives_at,
                       entry.status_changed_at,
                       entry.changed_at});
    }
    return all;
}

std::map<std::string, std::uint64_t> Cloud::count_by_status(std::int64_t now_ms) {
    const std::scoped_lock lock(mutex_);
    advance(now_ms);
    std::map<std::string, std::uint64_t> counts;
    for (const Entry& entry : entries_) {
        ++counts[entry.stage == Stage::awaited   ? "(not yet there)"
                 : entry.stage == Stage::deleted ? "(deleted)"
                                                 : entry.status];
    }
    return counts;
}

std::string Cloud::add(std::int64_t now_ms) {
    std::string id;
    {
        const std::scoped_lock lock(mutex_);
        id = make_image_id(seed_, entries_.size());
    }
    return add(id, now_ms) ? id : add(now_ms);
}

bool Cloud::add(const std::string& image_id, std::int64_t now_ms) {
    const std::scoped_lock lock(mutex_);
    advance(now_ms);
    if (index_by_id_.contains(image_id)) return false;
    Lives lives = scenario_.lives;
    lives.arrive_over = Milliseconds{0};
    std::vector<Event> events;
    plan(image_id, lives, now_ms, events);
    happen(events.front());
    for (std::size_t i = 1; i < events.size(); ++i) events_.push(events[i]);
    return true;
}

bool Cloud::change(const std::string& image_id, const std::function<void(catalog::Image&)>& change,
                   std::int64_t now_ms) {
    const std::scoped_lock lock(mutex_);
    advance(now_ms);
    Entry* const entry = present(image_id);
    if (entry == nullptr) return false;
    catalog::Image image = members(*entry);
    const catalog::Image before = image;
    change(image);
    if (image == before) return true;
    entry->changed_at = now_ms;
    const std::string status = image.status.value_or("");
    if (status != entry->status) {
        entry->finishes_at = kNever;
        set_status(index_of(*entry), status, now_ms);
    }
    entry->changed = std::make_unique<catalog::Image>(std::move(image));
    return true;
}

bool Cloud::remove(const std::string& image_id, std::int64_t now_ms) {
    const std::scoped_lock lock(mutex_);
    advance(now_ms);
    Entry* const entry = present(image_id);
    if (entry == nullptr) return false;
    if (entry->status == catalog::kNormal) leave_normal(index_of(*entry));
    entry->stage = Stage::deleted;
    entry->changed_at = now_ms;
    return true;
}

void Cloud::freeze(std::int64_t now_ms) {
    const std::scoped_lock lock(mutex_);
    advance(now_ms);
    frozen_at_ = std::min(frozen_at_, now_ms);
}

std::optional<std::int64_t> Cloud::frozen_at() const {
    const std::scoped_lock lock(mutex_);
    return frozen_at_ == kNever ? std::nullopt : std::optional{frozen_at_};
}

void Cloud::follow(const Scenario& scenario, std::int64_t now_ms) {
    const std::scoped_lock lock(mutex_);
    advance(now_ms);
    const Lives before = scenario_.lives;
    scenario_ = scenario;
    const Lives& lives = scenario_.lives;
    if (lives.edits_per_second != before.edits_per_second) {
        next_edit_at_ = next_after(now_ms, lives.edits_per_second, edits_);
    }
    if (lives.deletes_per_second != before.deletes_per_second) {
        next_delete_at_ = next_after(now_ms, lives.deletes_per_second, deletes_);
    }
    if (lives.freeze_after != before.freeze_after) {
        frozen_at_ = lives.freeze_after ? start_ms_ + lives.freeze_after->count() : kNever;
    }
}

}  // namespace simulator
