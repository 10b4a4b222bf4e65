#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "catalog/catalog.h"
#include "daemon/clock.h"
#include "daemon/random.h"
#include "daemon/sync/account_sync.h"
#include "daemon/sync/answer_recorder.h"
#include "daemon/sync/call.h"
#include "daemon/sync/capacity_check.h"
#include "daemon/sync/id_load.h"
#include "daemon/sync/incident_recorder.h"
#include "daemon/sync/poll_plan.h"
#include "daemon/sync/sync_event.h"
#include "daemon/sync/sync_status.h"

namespace vodcatalog {

struct SyncSettings {
    std::vector<SyncAccount> accounts;
    PollSettings poll;
    AlertRules alerts;
    std::size_t calls_in_flight_max = 16;  ///< Of each account.
    std::size_t rows_per_transaction = 1'000;
    /// Transactions are this far apart, or full: an answer that comes alone does not wait, and none
    /// waits longer.
    std::chrono::milliseconds flush_every{250};
};

/// The step machine in the middle: decides what is asked next, records what was answered. Has no
/// thread and no I/O but the catalog: it is told what happened and says what it wants done. One
/// thread at a time.
///
/// While the catalog cannot be written (a full disk) no calls are made; answers not recorded by
/// then are forgotten, as after a restart, and their images asked again. The catalog is tried with
/// a small write, further and further apart, until it works.
class Sync {
public:
    /// What the step wants done.
    struct Step {
        std::vector<Call> calls;
        SteadyTime wake_at =
            SteadyTime::max();  ///< When to call on_tick() again, if nothing else happens.
    };

    /// Brings the account table up to date and far due times back (a clock that had been wrong).
    /// `catalog`, `clock`, `random` and `listener` must outlive it. Throws as Catalog does.
    Sync(catalog::Catalog& catalog, const Clock& clock, Random& random, SyncListener& listener,
         SyncSettings settings);

    /// Makes the images of one source of one account those of `ids`, bit by bit in on_tick().
    void load_ids(std::size_t account, catalog::Source source, std::shared_ptr<const IdSet> ids);

    /// The account's suspects may be gone, as many as they are: the guard is off until few are
    /// left. Returns how many there are. Throws as Catalog does.
    std::int64_t accept_gone(std::size_t account);

    /// What is held back because a list of the account's lost over half of its IDs is let go, bit
    /// by bit in on_tick(). Returns how many images that is, as of the latest list.
    std::size_t accept_untrack(std::size_t account);

    /// What it covers is not told from now on, for so long. Returns its number. Throws as Catalog
    /// does, as the next two.
    [[nodiscard]] std::int64_t silence(catalog::Silence silence, std::chrono::milliseconds lasting);
    /// False if it has ended, or never was.
    [[nodiscard]] bool end_silence(std::int64_t silence_id);
    /// A person knows: the incident is closed. False if it is not open.
    [[nodiscard]] bool acknowledge(std::int64_t incident_id);

    /// The account has other credentials than before: if it is down, it is probed at once.
    void on_new_credentials(std::size_t account);

    /// A call came back. Throws Unusable only.
    void on_answer(Answered answered);

    /// Records what is to be recorded by now and chooses what may be asked now. Throws Unusable
    /// only.
    [[nodiscard]] Step on_tick();

    /// The messages whose time has come, `limit` of each channel at the most, each with its first
    /// `items_max` incidents; none while the catalog cannot be used. Throws Unusable only.
    [[nodiscard]] std::vector<catalog::Notice> due_notices(int limit, int items_max);
    /// The incidents that are open and have been told to a channel, `limit` at the most; nothing
    /// while the catalog cannot be used. Throws Unusable only.
    [[nodiscard]] std::optional<std::vector<catalog::NoticeItem>> open_incidents(
        const std::string& channel, int limit);
    /// Writes what became of messages: all of it or, where this is false, nothing; whoever
    /// delivered them keeps it and asks again. Throws Unusable only.
    [[nodiscard]] bool tick_off(std::span<const catalog::DeliveryTick> ticks);

    /// No further calls; on_tick() goes on recording.
    void stop_asking() noexcept { asking_ = false; }
    /// Records all answers there are. Throws Unusable only.
    void flush();

    [[nodiscard]] std::size_t in_flight() const noexcept;
    [[nodiscard]] bool is_in_trouble() const noexcept { return trouble_since_.has_value(); }
    [[nodiscard]] bool is_loading() const noexcept { return !loads_.empty(); }
    /// One line for people: "2 of 3 accounts up, 12 calls in flight".
    [[nodiscard]] std::string summary() const;
    [[nodiscard]] SyncStatus status() const;

private:
    struct PerAccount {
        PerAccount(AccountSync its, const catalog::CapacityLimit& limit)
            : sync(std::move(its)), capacity(sync.account_key(), limit) {}
        AccountSync sync;
        CapacityCheck capacity;
        std::chrono::milliseconds cloud_ahead{0};  ///< Of the schedule, by the last good answer.
        std::optional<SteadyTime> down_since;
        bool state_to_write = false;
        std::string last_error;
        std::optional<CallErrorClass> down_by;
        std::optional<WallTime> answered_at;
        catalog::MinuteCounts counts;             ///< Since the last transaction.
        std::optional<bool> skewed;               ///< Nothing: no answer has told yet.
        std::shared_ptr<const IdSet> held_files;  ///< The latest list, if it is held back.
        std::size_t held_back = 0;                ///< Images of it.
        bool gone_accepted = false;
        bool gone_held_told = false;
        std::int64_t suspects = 0;  ///< When the guard last looked.
        bool ever_seen = false;     ///< The cloud has had an image of it.
        std::size_t first_denied = 0;
        bool wrong_endpoint_told = false;
        std::int64_t watched = 0;  ///< At watched_at.
        SteadyTime watched_at{};
        struct Poisonous {
            catalog::DueImage asked;
            CallError error;
        };
        std::vector<Poisonous> poisonous;  ///< To be quarantined by the next transaction.
    };

    [[nodiscard]] Now now() const;
    /// A transaction of its own about incidents; what `work` says.
    template <typename Work>
    auto in_book(Work work);
    void on_call_error(PerAccount& account, const Answered& answered, const Now& now);
    void on_permission_error(PerAccount& account, const Answered& answered, const Now& now);
    void on_account_error(PerAccount& account, const CallError& error, const Now& now);
    void on_good_answer(PerAccount& account, Answered answered, const Now& now);
    void note_skew(PerAccount& account, const CallOutcome& outcome);
    [[nodiscard]] bool flush_is_due(const Now& now) const;
    void flush(const Now& now);
    void record_all(const Now& now, std::vector<SyncEvent>& events,
                    std::vector<AnswerRecorder::Outcome>& outcomes);
    void guard(PerAccount& account, const Now& now);
    void quarantine(PerAccount& account, catalog::Recording& recording, const Now& now,
                    std::vector<SyncEvent>& events);
    void note_first_answers(PerAccount& account, const AnswerRecorder::Outcome& outcome,
                            const Now& now);
    [[nodiscard]] std::int64_t watched(PerAccount& account, const Now& now);
    void write_accounts(catalog::Recording& recording, const Now& now,
                        const std::vector<AnswerRecorder::Outcome>& outcomes);
    void settle(const Now& now, const std::vector<AnswerRecorder::Outcome>& outcomes);
    void forget_answers();
    void keep_memory(Answer answer);
    void lend_memory(Call& call);
    void tell(const std::vector<SyncEvent>& events);

    /// Runs `work` on the catalog; if it cannot be used now, enters or prolongs trouble and returns
    /// false.
    template <typename Work>
    bool attempt(const Now& now, Work work);
    void enter_trouble(const Now& now, const std::string& message);
    [[nodiscard]] bool leave_trouble(const Now& now);
    void load_step(const Now& now);
    void note_held(const IdLoad& load);
    void check_capacity(PerAccount& account, const Now& now, Step& step);
    void choose(const Now& now, Step& step);
    void choose(AccountSync& account, const Now& now, Step& step);

    catalog::Catalog& catalog_;
    const Clock& clock_;
    Random& random_;
    SyncListener& listener_;
    SyncSettings settings_;
    WallTime wall_at_start_;
    SteadyTime steady_at_start_;
    WallTime clock_noted_at_{};  ///< Schedule time that the catalog has.
    std::vector<PerAccount> accounts_;
    IncidentRecorder incidents_;
    AnswerRecorder recorder_;

    bool asking_ = true;
    std::uint64_t next_call_id_ = 1;
    std::uint64_t sources_epoch_ = 1;
    std::vector<Answered> answers_;  ///< Not recorded yet.
    std::size_t answers_rows_ = 0;
    SteadyTime flushed_at_{};
    std::vector<Answer> spare_;     ///< Recorded; their memory goes with the next calls.
    std::size_t spare_images_ = 0;  ///< In all of them, at most rows_per_transaction.
    std::deque<IdLoad> loads_;

    std::optional<SteadyTime> trouble_since_;
    catalog::WallTime trouble_began_{};
    std::string trouble_message_;
    SteadyTime trouble_until_{};
    int troubles_ = 0;
};

}  // namespace vodcatalog
