#include "catalog/catalog.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "catalog/catalog_lock.h"
#include "catalog/change_store.h"
#include "catalog/database.h"
#include "catalog/error.h"
#include "catalog/image_store.h"
#include "catalog/migrator.h"
#include "catalog/poll_queue.h"
#include "catalog/tracked_store.h"

namespace catalog {
namespace {

const std::filesystem::path& migrated(const std::filesystem::path& file, WallTime now) {
    migrate(file, migrations::all(), now);
    return file;
}

/// What an answer without a Status leaves stored.
Image with_status(const Image& image, const std::optional<std::string>& status) {
    Image merged = image;
    merged.status = status;
    return merged;
}

/// Its IDs come in one go, and are not those of uploads that have just begun.
bool is_list(Source source) {
    return source == Source::settings || source == Source::file || source == Source::discovery;
}

}  // namespace

struct Catalog::State {
    State(const std::filesystem::path& file, WallTime now, Failpoint on_failpoint)
        : failpoint(std::move(on_failpoint)),
          lock(file),
          database(migrated(file, now), Database::Mode::write),
          accounts(database),
          images(database),
          tracked(database),
          queue(database),
          changes(database),
          notices(database),
          incidents(database, notices),
          facts(database),
          begin(database, "BEGIN IMMEDIATE"),
          commit(database, "COMMIT"),
          rollback(database, "ROLLBACK") {
        database.execute("PRAGMA journal_mode=WAL");
    }

    void pass(std::string_view name) const {
        if (failpoint) failpoint(name);
    }
    void begin_transaction() {
        pass("before_begin");
        begin().run();
        pass("after_begin");
    }
    void commit_transaction() {
        pass("before_commit");
        commit().run();
        pass("after_commit");
    }
    void roll_back() noexcept {
        incidents.forget();
        try {
            if (database.in_transaction()) rollback().run();
        } catch (const std::exception&) {
            // SQLite has rolled back by itself; the next BEGIN tells if it has not.
        }
    }
    /// A queue row for an image that was not watched, or is to be due earlier: what there was
    /// becomes void.
    void enqueue(std::int64_t account_key, std::int64_t image_key, Tier tier, WallTime due_at,
                 std::int64_t generation) {
        DueImage row;
        row.account_key = account_key;
        row.tier = tier;
        row.due_at = due_at;
        row.image_key = image_key;
        row.generation = generation;
        queue.add(row);
    }
    /// True if the image was not watched before.
    bool watch(std::int64_t account_key, std::int64_t image_key, Tier tier, WallTime due_at,
               WallTime now) {
        const auto tracking = tracked.find(image_key);
        if (!tracking) {
            tracked.add(image_key, ImageState::pending, now);
            enqueue(account_key, image_key, tier, due_at, 1);
            return true;
        }
        if (tracking->state != ImageState::untracked) return false;
        tracked.set_state(
            image_key, images.is_seen(image_key) ? ImageState::tracked : ImageState::pending, now);
        enqueue(account_key, image_key, tier, due_at, tracked.next_generation(image_key));
        return true;
    }

    Failpoint failpoint;
    CatalogLock lock;
    Database database;
    AccountStore accounts;
    ImageStore images;
    TrackedStore tracked;
    PollQueue queue;
    ChangeStore changes;
    NoticeStore notices;
    IncidentBook incidents;
    AlertFacts facts;
    Statement begin;
    Statement commit;
    Statement rollback;
    Image stored;  ///< Memory for the row an answer is compared with.
};

Catalog::Catalog(const std::filesystem::path& file, WallTime now, Failpoint failpoint)
    : state_(std::make_unique<State>(file, now, std::move(failpoint))) {}
Catalog::~Catalog() = default;

namespace {

/// A transaction that is not a Recording.
template <typename CatalogState, typename Work>
void in_transaction(CatalogState& state, Work work) {
    state.begin_transaction();
    try {
        work();
        state.commit_transaction();
    } catch (...) {
        state.roll_back();
        throw;
    }
}

}  // namespace

std::int64_t Catalog::enroll(std::string_view account, std::string_view region,
                             std::string_view endpoint, WallTime now) {
    std::int64_t key = 0;
    in_transaction(*state_, [&] { key = state_->accounts.enroll(account, region, endpoint, now); });
    return key;
}

Catalog::Tracked Catalog::track(std::int64_t account_key, Source source,
                                std::span<const std::string_view> image_ids, Tier tier,
                                WallTime due_at, WallTime now) {
    Tracked result;
    in_transaction(*state_, [&] {
        for (const std::string_view image_id : image_ids) {
            const auto known = state_->images.find(image_id);
            if (known && known->account_key != account_key) {
                ++result.of_other;
                continue;
            }
            const auto image_key =
                known ? known->image_key : state_->images.add(account_key, image_id);
            const bool added = state_->watch(account_key, image_key, tier, due_at, now);
            state_->tracked.add_source(image_key, source, now);
            ++(added ? result.added : result.known);
        }
        if (result.added > 0 && is_list(source)) {
            state_->facts.load_begun(account_key, now, source,
                                     static_cast<std::int64_t>(result.added));
        }
    });
    return result;
}

void Catalog::rename_account(std::string_view was, std::string_view name) {
    in_transaction(*state_, [&] { state_->accounts.rename(was, name); });
}

std::optional<std::int64_t> Catalog::scan_source(
    std::int64_t account_key, Source source, std::int64_t after_key, int limit,
    const std::function<void(std::int64_t, std::string_view)>& use) {
    std::optional<std::int64_t> last;
    state_->tracked.each_of_source(account_key, source, after_key, limit,
                                   [&](std::int64_t image_key, std::string_view image_id) {
                                       last = image_key;
                                       use(image_key, image_id);
                                   });
    return last;
}

std::size_t Catalog::let_go(Source source, std::span<const std::int64_t> image_keys, WallTime now) {
    std::size_t untracked = 0;
    in_transaction(*state_, [&] {
        for (const std::int64_t image_key : image_keys) {
            state_->tracked.remove_source(image_key, source);
            if (state_->tracked.has_source(image_key)) continue;
            state_->tracked.set_state(image_key, ImageState::untracked, now);
            (void)state_->tracked.next_generation(image_key);
            state_->incidents.close_image(image_key, CloseReason::untracked, now);
            ++untracked;
        }
    });
    return untracked;
}

void Catalog::due(std::int64_t account_key, Tier tier, WallTime until, std::size_t limit,
                  const std::unordered_set<std::int64_t>& taken, DuePlace& passed,
                  std::vector<DueImage>& out) {
    std::vector<DueImage> void_rows;
    state_->queue.scan(account_key, tier, until, limit, taken, passed, out, void_rows);
    if (void_rows.empty()) return;
    in_transaction(*state_, [&] {
        for (const DueImage& row : void_rows) state_->queue.remove(row);
    });
}

void Catalog::due(std::int64_t account_key, Tier tier, WallTime until, std::size_t limit,
                  const std::unordered_set<std::int64_t>& taken, std::vector<DueImage>& out) {
    DuePlace first;
    due(account_key, tier, until, limit, taken, first, out);
}

std::optional<WallTime> Catalog::next_due(std::int64_t account_key, Tier tier, WallTime after) {
    return state_->queue.next_due(account_key, tier, after);
}

std::optional<WallTime> Catalog::first_due(std::int64_t account_key, Tier tier) {
    return state_->queue.first_due(account_key, tier);
}

bool Catalog::add_load(std::int64_t account_key, int limit, std::chrono::milliseconds cloud_ahead,
                       PollLoadPlace& place, PollLoad& load) {
    return state_->queue.add_load(account_key, limit, cloud_ahead, place, load);
}

std::chrono::milliseconds Catalog::follow_clock(WallTime now) {
    const auto last = state_->queue.schedule_at();
    const std::chrono::milliseconds back = last ? *last - now : std::chrono::milliseconds{0};
    if (back <= std::chrono::minutes{2}) return std::chrono::milliseconds{0};
    in_transaction(*state_, [&] {
        state_->queue.shift_back(back);
        state_->notices.shift_back(back);
        state_->queue.set_schedule_at(now);
    });
    return back;
}

void Catalog::clamp_due(std::int64_t account_key, Tier tier, WallTime latest) {
    in_transaction(*state_, [&] { state_->queue.clamp(account_key, tier, latest); });
}

std::int64_t Catalog::suspects(std::int64_t account_key) {
    return state_->tracked.suspects(account_key);
}

std::int64_t Catalog::watched(std::int64_t account_key) {
    return state_->queue.size(account_key);
}

bool Catalog::has_seen(std::int64_t account_key) {
    return state_->images.has_seen(account_key);
}

void Catalog::set_alert_policy(AlertPolicy policy) {
    state_->incidents.set_policy(std::move(policy));
}

void Catalog::set_utc_offset(std::chrono::minutes offset) {
    const std::string ms = std::to_string(std::chrono::milliseconds(offset).count());
    state_->database.execute(
        "INSERT INTO reporting_setting (name, value) VALUES ('utc_offset_ms', " + ms +
        ") ON CONFLICT (name) DO UPDATE SET value = excluded.value "
        "WHERE value <> excluded.value");
}

Recording Catalog::record() {
    state_->begin_transaction();
    return Recording(*state_);
}

void Catalog::checkpoint() {
    state_->database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

std::uintmax_t Catalog::wal_bytes() const noexcept {
    std::error_code error;
    const auto bytes = std::filesystem::file_size(state_->database.file().string() + "-wal", error);
    return error ? 0 : bytes;
}

std::uint64_t Catalog::statements_prepared() const noexcept {
    return state_->database.prepared();
}

Recording::Recording(Catalog::State& catalog) : catalog_(&catalog) {}
Recording::Recording(Recording&& other) noexcept
    : catalog_(std::exchange(other.catalog_, nullptr)) {}
Recording::~Recording() {
    if (catalog_ != nullptr) catalog_->roll_back();
}

bool Recording::is_current(const DueImage& asked) {
    const auto tracking = catalog_->tracked.find(asked.image_key);
    return tracking && tracking->generation == asked.generation;
}

void Recording::image(DueImage& asked, const Image& image, std::int64_t content_hash,
                      std::string_view request_id, WallTime seen_at, Recorded& recorded) {
    recorded = Recorded{};
    recorded.first_sight = !asked.first_seen_at;
    recorded.returned = asked.state == ImageState::gone;
    if (asked.content_hash != content_hash || recorded.first_sight) {
        catalog_->images.read(asked.image_key, catalog_->stored);
        if (image.status || !catalog_->stored.status) {
            record_changes(asked, image, request_id, seen_at, recorded);
        } else {
            record_changes(asked, with_status(image, catalog_->stored.status), request_id, seen_at,
                           recorded);
        }
        asked.content_hash = content_hash;
    }
    if (recorded.returned) catalog_->images.set_gone_at(asked.image_key, std::nullopt);
    if (asked.state != ImageState::tracked) state(asked, ImageState::tracked, seen_at);
    asked.last_answered_at = seen_at;
}

void Recording::record_changes(DueImage& asked, const Image& now, std::string_view request_id,
                               WallTime seen_at, Recorded& recorded) {
    const Image& before = catalog_->stored;
    recorded.status = status_change(before.status, now.status);
    if (recorded.status) {
        recorded.status->seen_at = seen_at;
        if (recorded.status->from) recorded.status->last_seen_at = asked.last_answered_at;
        catalog_->changes.add(asked.image_key, *recorded.status, request_id);
    }
    if (!recorded.first_sight) {
        field_changes(before, now, recorded.fields);
        for (const FieldChange& change : recorded.fields) {
            catalog_->changes.add(asked.image_key, change, seen_at, request_id);
        }
    }
    if (before == now && !recorded.first_sight) return;
    asked.created_at.reset();
    if (now.creation_time) asked.created_at = from_iso(*now.creation_time);
    asked.status = status_kind(now.status);
    (recorded.first_sight ? asked.first_seen_at : asked.last_changed_at) = seen_at;
    catalog_->images.write({asked.image_key, before, now, asked.created_at, recorded.first_sight,
                            seen_at, request_id});
    catalog_->pass("after_write");
}

void Recording::state(DueImage& asked, ImageState state, WallTime now) {
    if (asked.state == state) return;
    catalog_->tracked.set_state(asked.image_key, state, now);
    if (state == ImageState::gone) catalog_->images.set_gone_at(asked.image_key, now);
    asked.state = state;
    asked.state_since = now;
}

void Recording::reschedule(DueImage& asked, Tier tier, WallTime due_at) {
    catalog_->queue.remove(asked);
    asked.tier = tier;
    asked.due_at = due_at;
    catalog_->queue.add(asked);
}

void Recording::retire(const DueImage& asked) {
    catalog_->queue.remove(asked);
}

void Recording::schedule_at(WallTime at) {
    catalog_->queue.set_schedule_at(at);
}

void Recording::count(std::int64_t account_key, WallTime at, const MinuteCounts& counts) {
    catalog_->accounts.count(account_key, at, counts);
}

void Recording::account_state(std::int64_t account_key, std::string_view state,
                              std::string_view last_error, WallTime since) {
    catalog_->accounts.set_state(account_key, state, last_error, since);
}

IncidentBook& Recording::incidents() noexcept {
    return catalog_->incidents;
}

NoticeStore& Recording::notices() noexcept {
    return catalog_->notices;
}

AlertFacts& Recording::facts() noexcept {
    return catalog_->facts;
}

void Recording::commit() {
    catalog_->commit_transaction();
    catalog_ = nullptr;
}

}  // namespace catalog
