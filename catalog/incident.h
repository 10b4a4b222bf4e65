#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "catalog/tracked_image.h"
#include "catalog/wall_time.h"

/// When something is wrong, and when it is over: pure values and decisions. What is open is in
/// incident_book, what is told to whom in alert_policy and notice.
namespace catalog {

/// What can be wrong; `incident.rule`.
enum class Rule {
    upload_failure_rate,   ///< Too large a share of an account's uploads fail or are stuck.
    no_completions,        ///< Uploads are under way, and none ends.
    account_down,          ///< The cloud gives no answers.
    credentials_rejected,  ///< The cloud refuses the key.
    mass_gone,             ///< So many images are said not to exist that none is believed gone.
    over_capacity,         ///< More is due than may be asked.
    catalog_full,          ///< The catalog could not be written.
    upload_failed,
    upload_stuck,
    unexpected_change,  ///< Of Status, other than the end of an upload.
    image_gone,
    never_existed,
    throttled,
    clock_skew,
    wal_growth,
    wrong_endpoint,  ///< Not one image of the account exists where it is asked for.
    import_ended,    ///< What taking in a list of old images has found; over when it is told.
};
inline constexpr int kRules = 17;

/// Whom a rule concerns: on-call at once, somebody in working hours, nobody in particular.
enum class Severity { critical, warning, information };

/// What an incident is about: one image, one account, or the daemon itself.
enum class Scope { image, account, service };

/// One row of the table of rules.
struct RuleText {
    Rule rule;
    std::string_view name;  ///< As in the settings, the catalog and every message.
    Severity severity;
    Scope scope;
    std::string_view summary;  ///< One sentence: what is wrong.
    std::string_view runbook;  ///< What to do about it.
};
[[nodiscard]] const RuleText& text_of(Rule rule) noexcept;
[[nodiscard]] std::string_view to_string(Rule rule) noexcept;
[[nodiscard]] std::string_view to_string(Severity severity) noexcept;
[[nodiscard]] std::optional<Rule> rule_named(std::string_view name) noexcept;

/// Why an incident is over; `incident.close_reason`. Only `resolved` means that what was wrong is
/// mended, and only an answer can say so; with the last three nobody looks any more.
enum class CloseReason {
    resolved,
    failed,        ///< A stuck upload that has failed by now.
    gone,          ///< The image does not exist any more.
    untracked,     ///< Nobody wants the image, or the account, watched.
    acknowledged,  ///< A person knows.
    expired,       ///< Open for kImageIncidentLife, or there is nothing left to look at.
};
[[nodiscard]] std::string_view to_string(CloseReason reason) noexcept;
/// Throws std::logic_error for text that no build wrote.
[[nodiscard]] CloseReason close_reason_of(std::string_view text);

/// How long an incident of an image stays open if nothing ends it.
inline constexpr std::chrono::hours kImageIncidentLife{24 * 7};
/// An image older than this at first sight, and older than the catalog, is not news.
inline constexpr std::chrono::hours kNewsAge{24};

/// How uploads ended; `upload_minute`.
struct UploadCounts {
    std::int64_t completed = 0;
    std::int64_t failed = 0;
    std::int64_t stuck = 0;  ///< Became overdue while somebody looked.

    bool operator==(const UploadCounts&) const = default;
    [[nodiscard]] std::int64_t all() const noexcept { return completed + failed + stuck; }
};

/// One answer about one image, and what was known of it before.
struct Sight {
    ImageState state_before = ImageState::pending;
    ImageState state = ImageState::tracked;
    StatusKind status_before = StatusKind::none;
    StatusKind status = StatusKind::none;
    bool status_changed = false;
    bool expected = true;  ///< Of the change.
    bool first_sight = false;
    std::optional<WallTime> created_at;
    WallTime first_seen_at{};
    WallTime last_known_at{};  ///< The answer before, or when it became watched.
    WallTime answered_at{};
    bool known_stuck = false;  ///< Has been alerted as stuck in this upload.
};

/// What an answer is held against.
struct Watch {
    WallTime first_start{};    ///< Since when there is a catalog.
    WallTime watched_since{};  ///< Since when the account has given answers without a break.
    std::chrono::milliseconds stuck_after{std::chrono::minutes{60}};
    std::chrono::milliseconds rate_window{std::chrono::hours{1}};
};

/// What one answer opens and closes.
struct ImageVerdict {
    struct Opening {
        Rule rule;
        /// It came true while the account gave no answers, and is only learned now.
        bool late = false;

        bool operator==(const Opening&) const = default;
    };
    struct Closing {
        Rule rule;
        CloseReason reason;

        bool operator==(const Closing&) const = default;
    };
    std::vector<Opening> opens;
    std::vector<Closing> closes;
    /// An old image was seen for the first time in a state that would open this rule.
    std::optional<Rule> silent;
    UploadCounts counts;
};
[[nodiscard]] ImageVerdict judge(const Sight& sight, const Watch& watch);

/// `answered_at` is the first moment at which an image of that age may be called stuck.
[[nodiscard]] bool is_overdue(std::optional<WallTime> created_at, WallTime first_seen_at,
                              WallTime answered_at, std::chrono::milliseconds stuck_after) noexcept;

/// What becomes of an incident that is about more than one image.
struct Turn {
    enum class Kind { stay, open, close };
    Kind kind = Kind::stay;
    CloseReason reason = CloseReason::resolved;

    bool operator==(const Turn&) const = default;
};

/// `alerts.failure_rate`
struct FailureRate {
    std::chrono::milliseconds window{std::chrono::hours{1}};
    std::int64_t floor = 5;  ///< Fewer failed or stuck uploads than this are no matter.
    double share = 0.2;      ///< Of all uploads that ended or became overdue.
};
/// Opens at floor and share, closes under half of either, so that it does not flap.
[[nodiscard]] Turn judge(const FailureRate& limit, const UploadCounts& counts, bool open) noexcept;

/// `alerts.no_completions`
struct NoCompletions {
    std::chrono::milliseconds after{std::chrono::minutes{30}};
    std::int64_t in_flight = 5;
};
struct Completions {
    std::int64_t completed = 0;            ///< Within `after`.
    std::int64_t waiting = 0;              ///< Uploading for longer than `after`, not stuck yet.
    std::chrono::milliseconds watched{0};  ///< Without a break.
};
[[nodiscard]] Turn judge(const NoCompletions& limit, const Completions& seen, bool open) noexcept;

/// `alerts.over_capacity`
struct CapacityLimit {
    double share = 0.8;  ///< Of the calls that may be made; more than it for `lasting` is too much.
    std::chrono::milliseconds lasting{std::chrono::hours{1}};
    std::chrono::milliseconds due_lag{std::chrono::minutes{15}};  ///< An answered image is asked.
};

/// Throttling that lasts: in most of the last minutes, until there is none in them.
inline constexpr int kThrottledMinutes = 15;
[[nodiscard]] Turn judge_throttling(std::int64_t minutes_throttled, bool open) noexcept;

/// A write-ahead log that is not emptied, because a reader holds on to its beginning. SQLite
/// empties it at 16 MB, and leaves 64 MB of it on the disk (journal_size_limit).
struct WalLimit {
    std::uintmax_t bytes = 256 * 1024 * 1024;
    std::chrono::milliseconds lasting{std::chrono::minutes{5}};
};
/// `over_for`: for how long it has had so many bytes. Closes under half of them.
[[nodiscard]] Turn judge(const WalLimit& limit, std::uintmax_t bytes,
                         std::chrono::milliseconds over_for, bool open) noexcept;

/// A condition that somebody else has judged.
[[nodiscard]] Turn follow(bool is_so, bool open) noexcept;

}  // namespace catalog
