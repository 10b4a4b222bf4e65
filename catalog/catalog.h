#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "catalog/account_store.h"
#include "catalog/alert_facts.h"
#include "catalog/change.h"
#include "catalog/failpoint.h"
#include "catalog/image.h"
#include "catalog/incident_book.h"
#include "catalog/notice_store.h"
#include "catalog/poll_load.h"
#include "catalog/tracked_image.h"
#include "catalog/wall_time.h"

namespace catalog {

class Recording;

/// Every image the cloud has told us about, what has happened to it since, and when it is next
/// asked for.
///
/// The writer: owns the catalog's one writing session and its lock. One thread at a time; others
/// open a CatalogReader. After an exception from any member the catalog is as it was before the
/// call, and usable, unless it was Unusable.
class Catalog {
public:
    /// Takes the lock, creates or migrates the file, opens it.
    /// Throws Unusable if another process holds it (75) or it is not usable by this build (78).
    Catalog(const std::filesystem::path& file, WallTime now, Failpoint failpoint = {});
    ~Catalog();
    Catalog(const Catalog&) = delete;
    Catalog& operator=(const Catalog&) = delete;

    /// The key of the account of that name, added or brought up to date.
    [[nodiscard]] std::int64_t enroll(std::string_view account, std::string_view region,
                                      std::string_view endpoint, WallTime now);

    /// The account `was` is called `name` from now on. Nothing happens where there is no `was`, or
    /// there is a `name` already.
    void rename_account(std::string_view was, std::string_view name);

    struct Tracked {
        std::size_t added = 0;     ///< Watched from now on.
        std::size_t known = 0;     ///< Watched already.
        std::size_t of_other = 0;  ///< Left alone: another account has the ID.
    };
    /// Makes `source` one of the sources of `image_ids` (valid by is_image_id), in one transaction.
    /// What was not watched is due at `due_at` in `tier`. Of the lists (settings, file, discovery)
    /// those with one `now` are one load: what its old images are in at first sight is summed up.
    Tracked track(std::int64_t account_key, Source source,
                  std::span<const std::string_view> image_ids, Tier tier, WallTime due_at,
                  WallTime now);

    /// Calls `use(image_key, image_id)` for the images of the account that have `source`, in key
    /// order from after `after_key`, `limit` at the most. Returns the last key, nothing when there
    /// are no more.
    std::optional<std::int64_t> scan_source(
        std::int64_t account_key, Source source, std::int64_t after_key, int limit,
        const std::function<void(std::int64_t image_key, std::string_view image_id)>& use);

    /// Takes `source` away from the images, in one transaction; those that have none left are
    /// untracked, and their incidents closed. Returns how many that are.
    std::size_t let_go(Source source, std::span<const std::int64_t> image_keys, WallTime now);

    /// Appends images due at `until` or before, in order, skipping those in `taken`, looking at
    /// `limit` at the most. Begins at `passed`, and moves it over the taken ones that come first:
    /// kept as long as none of `taken` is given back, it saves the next look from passing over all
    /// of them again.
    void due(std::int64_t account_key, Tier tier, WallTime until, std::size_t limit,
             const std::unordered_set<std::int64_t>& taken, DuePlace& passed,
             std::vector<DueImage>& out);
    /// The same, from the first image on.
    void due(std::int64_t account_key, Tier tier, WallTime until, std::size_t limit,
             const std::unordered_set<std::int64_t>& taken, std::vector<DueImage>& out);
    [[nodiscard]] std::optional<WallTime> next_due(std::int64_t account_key, Tier tier,
                                                   WallTime after);
    [[nodiscard]] std::optional<WallTime> first_due(std::int64_t account_key, Tier tier);
    /// Adds up to `limit` rows of the account's queue to `load` (but for its suspects), from
    /// `place` on, and moves that. False when there were no more. `cloud_ahead`: how far the clock
    /// by which answers are dated is ahead of the schedule's.
    [[nodiscard]] bool add_load(std::int64_t account_key, int limit,
                                std::chrono::milliseconds cloud_ahead, PollLoadPlace& place,
                                PollLoad& load);
    /// At a start, before anything is due: if the wall clock was set back since the schedule last
    /// ran, moves every due time back with it, of images and of messages. Returns by how much.
    std::chrono::milliseconds follow_clock(WallTime now);
    /// No image of the tier is due later than `latest` (and a second) any more.
    void clamp_due(std::int64_t account_key, Tier tier, WallTime latest);

    /// How many of the account's images are suspect, and how many it has in the queue. The second
    /// takes time in proportion to what it returns.
    [[nodiscard]] std::int64_t suspects(std::int64_t account_key);
    [[nodiscard]] std::int64_t watched(std::int64_t account_key);
    /// Whether the cloud has ever had an image of the account.
    [[nodiscard]] bool has_seen(std::int64_t account_key);

    /// Who is told of incidents from now on. Without it they are recorded, and nobody is told.
    void set_alert_policy(AlertPolicy policy);

    /// In whose days the view upload_day counts: this much east of UTC.
    void set_utc_offset(std::chrono::minutes offset);

    /// Begins the transaction that records answers. At most one at a time.
    [[nodiscard]] Recording record();

    /// Empties the write-ahead log into the database where no reader is in the way.
    void checkpoint();
    /// Of the write-ahead log on the disk.
    [[nodiscard]] std::uintmax_t wal_bytes() const noexcept;
    [[nodiscard]] std::uint64_t statements_prepared() const noexcept;

private:
    friend class Recording;
    struct State;
    std::unique_ptr<State> state_;
};

/// What recording one answer changed.
struct Recorded {
    bool first_sight = false;
    bool returned = false;  ///< It had been gone.
    std::optional<StatusChange> status;
    std::vector<FieldChange> fields;
};

/// One transaction of answers: everything until commit() becomes one, or none of it. Uncommitted it
/// is rolled back by the destructor.
class Recording {
public:
    ~Recording();
    Recording(Recording&&) noexcept;
    Recording& operator=(Recording&&) = delete;

    /// False if the image was untracked, or made due anew, since `asked` was read: its queue row is
    /// void.
    [[nodiscard]] bool is_current(const DueImage& asked);

    /// The cloud has the image: writes what differs from the stored row, keeps the change, and
    /// brings `asked` (state, status, times, content_hash) up to date. `recorded` is overwritten.
    void image(DueImage& asked, const Image& image, std::int64_t content_hash,
               std::string_view request_id, WallTime seen_at, Recorded& recorded);

    /// The watching of the image enters `state`. Entering `gone` sets image_info.gone_at.
    void state(DueImage& asked, ImageState state, WallTime now);

    /// Moves the image's queue row. `asked` is left with the new tier and due time.
    void reschedule(DueImage& asked, Tier tier, WallTime due_at);
    /// Removes the queue row and adds none: the image was rescheduled by somebody else, or is not
    /// watched any more.
    void retire(const DueImage& asked);

    /// Notes how far the schedule's own time has come; see Catalog::follow_clock().
    void schedule_at(WallTime at);
    void count(std::int64_t account_key, WallTime at, const MinuteCounts& counts);
    void account_state(std::int64_t account_key, std::string_view state,
                       std::string_view last_error, WallTime since);

    /// What is open and told belongs to the same transaction. Valid while this Recording is.
    [[nodiscard]] IncidentBook& incidents() noexcept;
    [[nodiscard]] NoticeStore& notices() noexcept;
    [[nodiscard]] AlertFacts& facts() noexcept;

    /// Throws Retryable if the disk is full or fails; then nothing was recorded or, after a failed
    /// flush, perhaps all of it. Either way what was asked is to be forgotten and read from the
    /// catalog anew, as after a restart.
    void commit();

private:
    friend class Catalog;
    explicit Recording(Catalog::State& catalog);
    void record_changes(DueImage& asked, const Image& now, std::string_view request_id,
                        WallTime seen_at, Recorded& recorded);

    Catalog::State* catalog_;
};

}  // namespace catalog
