#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog/catalog.h"
#include "daemon/sync/sync_event.h"

namespace vodcatalog {

/// Every ID that one source of one account names now.
struct IdSet {
    // What the views point into.
    std::string text;
    std::deque<std::string> files;            ///< Whole, as they were read.
    std::vector<std::string_view> image_ids;  ///< Valid by is_image_id; sorted, no doubles.
    /// Not everything could be read: what is missing here is not taken away.
    bool incomplete = false;
};

/// Makes the catalog's images of one source those of an IdSet, a slice at a time, so that a list of
/// a million does not hold up the first due poll. Part of the sync step.
///
/// What the catalog has already costs a look, in the order of the keys, and no write: a list that
/// is the same as last time is done in a small part of the time it took first.
class IdLoad {
public:
    static constexpr std::size_t kSlice = 1'000;
    static constexpr std::size_t kLookSlice = 10'000;  ///< Some ten milliseconds.
    /// Each time so many more IDs are taken in, it is told how far that is.
    static constexpr std::size_t kToldEvery = 100'000;

    /// `accepted`: however many are missing, they are let go.
    IdLoad(std::string account, std::int64_t account_key, catalog::Source source,
           std::shared_ptr<const IdSet> ids, bool accepted = false);

    /// One slice, at most one transaction. True when it was the last.
    [[nodiscard]] bool step(catalog::Catalog& catalog, WallTime schedule, WallTime wall);
    /// How it goes, and at the end how it went, since the last time.
    [[nodiscard]] std::vector<SyncEvent> take_events() { return std::exchange(events_, {}); }
    /// How many images stay tracked though the set does not name them, because they are so many.
    [[nodiscard]] std::size_t held_back() const noexcept { return held_back_; }
    [[nodiscard]] std::int64_t account_key() const noexcept { return account_key_; }
    [[nodiscard]] catalog::Source source() const noexcept { return source_; }
    [[nodiscard]] const std::shared_ptr<const IdSet>& ids() const noexcept { return ids_; }

private:
    bool look(catalog::Catalog& catalog);
    void note(std::int64_t image_key, std::string_view image_id);
    bool add(catalog::Catalog& catalog, WallTime schedule, WallTime wall);
    [[nodiscard]] std::vector<std::string_view> next_slice();
    void tell_progress();
    bool let_go(catalog::Catalog& catalog, WallTime wall);

    std::string account_;
    std::int64_t account_key_;
    catalog::Source source_;
    std::shared_ptr<const IdSet> ids_;
    bool accepted_;
    std::size_t held_back_ = 0;
    std::size_t added_to_ = 0;          ///< Index into ids_.
    std::optional<WallTime> added_at_;  ///< The same for all, by which they are one load.
    std::size_t told_ = 0;              ///< The same.
    std::int64_t looked_after_ = 0;     ///< Key.
    std::size_t found_after_ = 0;       ///< Index into ids_.
    bool looked_ = false;
    std::vector<bool> known_;  ///< By index into ids_: the catalog has it of this source.
    std::size_t held_ = 0;
    std::vector<std::int64_t> missing_;  ///< Keys.
    std::size_t let_go_to_ = 0;          ///< Index into missing_.
    IdsLoaded result_;
    std::vector<SyncEvent> events_;
};

}  // namespace vodcatalog
