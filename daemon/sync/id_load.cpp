#include "daemon/sync/id_load.h"

#include <algorithm>
#include <span>
#include <utility>

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
    if (!add(catalog, schedule, wall)) return false;
    if (!ids_->incomplete && (!look(catalog) || !let_go(catalog, wall))) return false;
    events_.emplace_back(result_);
    return true;
}

bool IdLoad::add(catalog::Catalog& catalog, WallTime schedule, WallTime wall) {
    if (added_to_ == ids_->image_ids.size()) return true;
    const auto slice = std::span(ids_->image_ids).subspan(added_to_);
    const auto now = slice.first(std::min(kSlice, slice.size()));
    if (!added_at_) added_at_ = wall;
    const auto tracked =
        catalog.track(account_key_, source_, now, catalog::Tier::warm, schedule, *added_at_);
    result_.added += tracked.added;
    result_.known += tracked.known;
    result_.of_other += tracked.of_other;
    added_to_ += now.size();
    return false;
}

bool IdLoad::look(catalog::Catalog& catalog) {
    if (looked_) return true;
    const auto& ids = ids_->image_ids;
    const auto last =
        catalog.scan_source(account_key_, source_, looked_after_, static_cast<int>(kSlice),
                            [&](std::int64_t image_key, std::string_view image_id) {
                                ++held_;
                                if (!std::binary_search(ids.begin(), ids.end(), image_id)) {
                                    missing_.push_back(image_key);
                                }
                            });
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

bool IdLoad::let_go(catalog::Catalog& catalog, WallTime wall) {
    if (let_go_to_ == missing_.size()) return true;
    const auto slice = std::span(missing_).subspan(let_go_to_);
    const auto now = slice.first(std::min(kSlice, slice.size()));
    result_.untracked += catalog.let_go(source_, now, wall);
    let_go_to_ += now.size();
    return false;
}

}  // namespace vodcatalog
