#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "catalog/incident.h"
#include "daemon/sync/account_sync.h"

namespace vodcatalog {

/// `alerts` of the settings.
struct AlertRules {
    catalog::FailureRate failure_rate;
    catalog::NoCompletions no_completions;
    catalog::CapacityLimit over_capacity;
    catalog::AlertPolicy policy;
    catalog::WalLimit wal{};  ///< No setting.
};

/// Opens and closes incidents in the transactions of the sync step: of images with their answers,
/// of accounts with the turns of their gates, and once a minute what has to be counted. Part of the
/// sync step: no thread, no clock of its own.
///
/// What it is told of accounts is a state, not an event: it is written with the next transaction
/// that commits, and costs nothing when the catalog has it already.
class IncidentRecorder {
public:
    static constexpr std::chrono::minutes kJudgeEvery{1};
    /// A catalog that could not be written for less is no matter for people.
    static constexpr std::chrono::seconds kTroubleTold{30};

    /// Hands the policy to the catalog, and tells its views when an upload is stuck. `catalog` must
    /// outlive it.
    IncidentRecorder(catalog::Catalog& catalog, const AlertRules& rules,
                     std::chrono::milliseconds stuck_after);
    /// In the order of the accounts' indices, before anything else.
    void add_account(std::int64_t account_key, std::string endpoint, const Now& now);

    // What the accounts are in.
    void went_down(std::size_t account, const CallError& error, WallTime now);
    /// The first good answer since it went down, or since the start.
    void came_up(std::size_t account, WallTime answered_at, SteadyTime now);
    void skewed(std::size_t account, std::chrono::milliseconds server_ahead, bool is_skewed);
    /// So many of its images are suspect that none is believed gone; or not any more, and why.
    void guarded(std::size_t account, bool is_so,
                 catalog::CloseReason why_not = catalog::CloseReason::resolved) noexcept {
        accounts_[account].guarded = is_so;
        accounts_[account].why_not_guarded = why_not;
    }
    /// So many images were denied before the first one was found; nothing: one was found.
    void wrong_endpoint(std::size_t account, std::optional<std::size_t> denied);
    /// More is to be asked than may be, and why; or not any more.
    void over_capacity(std::size_t account, bool is_so, std::string detail);
    /// The catalog could not be written from `since` until now.
    void catalog_was_full(WallTime since, std::string message);

    // Inside a transaction.
    /// An answer was recorded, or is unchanged: `sight` is complete but for known_stuck.
    [[nodiscard]] catalog::UploadCounts image(catalog::Recording& recording, std::size_t account,
                                              const catalog::DueImage& image, catalog::Sight& sight,
                                              const std::string& detail = {});

    /// Time for record(), without an answer.
    [[nodiscard]] SteadyTime due_at() const noexcept { return trouble_ ? SteadyTime{} : judge_at_; }
    /// Writes what the accounts are in; once a minute judges what has to be counted.
    void record(catalog::Recording& recording, const Now& now);
    /// The transaction was committed. If it was not, what the accounts are in is written by the
    /// next one, and what is judged once a minute is judged again after a minute.
    void committed() noexcept;

private:
    /// Something that is so, or not; or, since the start, nobody knows yet.
    struct Condition {
        std::optional<bool> is_so;
        std::string detail;
    };
    struct Account {
        std::int64_t key = 0;
        std::string endpoint;
        WallTime watched_since{};
        SteadyTime watched_steady{};  ///< The same moment.
        bool is_up = false;           ///< Neither: nobody knows since the start.
        std::optional<catalog::Opening> down;
        Condition skew;
        Condition over_capacity;
        std::optional<bool> guarded;  ///< Nothing: not known since the start.
        catalog::CloseReason why_not_guarded = catalog::CloseReason::resolved;
        std::optional<bool> wrong_endpoint;  ///< The same.
        std::size_t denied = 0;              ///< Images, where it is wrong.
        bool to_write = false;
        bool was_answered = false;  ///< About an upload, since it was last judged.
    };
    struct Trouble {
        WallTime since;
        std::string message;
    };

    void close_others(catalog::IncidentBook& book, WallTime now) const;
    void write_account(catalog::IncidentBook& book, const Account& account, WallTime now);
    void judge_account(catalog::Recording& recording, const Account& account, const Now& now);
    void judge_uploads(catalog::Recording& recording, const Account& account, const Now& now);
    void judge_wal(catalog::IncidentBook& book, const Now& now);
    void judge_guard(catalog::Recording& recording, const Account& account, WallTime now);
    void end_loads(catalog::Recording& recording, WallTime now);

    catalog::Catalog& catalog_;
    const AlertRules& rules_;
    catalog::Watch watch_;  ///< But for watched_since.
    std::vector<Account> accounts_;
    std::optional<Trouble> trouble_;
    SteadyTime judge_at_{};
    std::optional<SteadyTime> wal_many_since_;
    bool others_closed_ = false;  ///< Incidents of accounts that the settings have no more.
    bool judged_ = false;         ///< In the transaction that is not committed yet.
};

}  // namespace vodcatalog
