#include "daemon/sync/id_load.h"

#include <algorithm>
#include <span>
#include <utility>

#include "daemon/sync/poll_plan.h"

namespace vodcatalog {

IdLoad::IdLoad(std::string account, std::int64_t account_key, catalog::Source source,
               std::shared_ptr<const IdSet> ids, bool accepted)
    : account_(std::move(account)),
      account_key_(account_key),
      source_(source),
      ids_(std::move(ids)),
      accepted_(accepted) {
    result_.account = account_;
    result_.source = source_;
}

bool IdLoad::step(catalog::Catalog& catalog, WallTime schedule, WallTime wall) {
    // What is missing from an incomplete list stays, so it need not be looked for.
    if (!ids_->incomplete && !look(catalog)) return false;
    if (!add(catalog, schedule, wall)) return false;
    if (!let_go(catalog, wall)) return false;
    events_.emplace_back(result_);
    return true;
}

bool IdLoad::look(catalog::Catalog& catalog) {
    if (looked_) return true;
    const auto last = catalog.scan_source(
        account_key_, source_, looked_after_, static_cast<int>(kLookSlice),
        [&](std::int64_t image_key, std::string_view image_id) { note(image_key, image_id); });
    if (last) {
        looked_after_ = *last;
        return false;
    }
    looked_ = true;
    // In the settings each ID was taken out by hand; a file may have been cut short.
    if (!accepted_ && source_ == catalog::Source::file && missing_.size() * 2 > held_) {
        held_back_ = missing_.size();
        events_.emplace_back(ReleaseHeld{account_, source_, missing_.size(), held_});
        missing_.clear();
    }
    return true;
}

/// The catalog has the image of this source.
void IdLoad::note(std::int64_t image_key, std::string_view image_id) {
    ++held_;
    const auto& ids = ids_->image_ids;
    // Keys were given in the order of the IDs, so mostly it is the next one.
    std::size_t at = found_after_;
    if (at >= ids.size() || ids[at] != image_id) {
        at = static_cast<std::size_t>(std::lower_bound(ids.begin(), ids.end(), image_id) -
                                      ids.begin());
    }
    if (at == ids.size() || ids[at] != image_id) {
        missing_.push_back(image_key);
        return;
    }
    found_after_ = at + 1;
    known_.resize(ids.size());
    known_[at] = true;
    ++result_.known;
}

/// IDs that are not known to be in the catalog, from added_to_ on, which is moved behind them.
std::vector<std::string_view> IdLoad::next_slice() {
    const auto& ids = ids_->image_ids;
    std::vector<std::string_view> slice;
    for (; added_to_ < ids.size() && slice.size() < kSlice; ++added_to_) {
        if (known_.empty() || !known_[added_to_]) slice.push_back(ids[added_to_]);
    }
    return slice;
}

bool IdLoad::add(catalog::Catalog& catalog, WallTime schedule, WallTime wall) {
    const std::size_t before = added_to_;
    const std::vector<std::string_view> slice = next_slice();
    if (slice.empty()) return true;
    if (!added_at_) added_at_ = wall;
    const Poll first = first_poll(source_, schedule);
    try {
        const auto tracked =
            catalog.track(account_key_, source_, slice, first.tier, first.due_at, *added_at_);
        result_.added += tracked.added;
        result_.known += tracked.known;
        result_.of_other += tracked.of_other;
    } catch (...) {
        added_to_ = before;  // It is tried again.
        throw;
    }
    tell_progress();
    return false;
}

void IdLoad::tell_progress() {
    if (added_to_ - told_ < kToldEvery) return;
    told_ = added_to_;
    events_.emplace_back(IdsProgress{account_, source_, added_to_, ids_->image_ids.size()});
}

bool IdLoad::let_go(catalog::Catalog& catalog, WallTime wall) {
    if (let_go_to_ == missing_.size()) return true;
    const auto slice = std::span(missing_).subspan(let_go_to_);
    const auto now = slice.first(std::min(kSlice, slice.size()));
    result_.untracked += catalog.let_go(source_, now, wall);
    let_go_to_ += now.size();
    return false;
}

}  // namespace vodcatalog
