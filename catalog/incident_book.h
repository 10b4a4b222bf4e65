#pragma once

#include <optional>
#include <set>
#include <unordered_set>
#include <utility>
#include <vector>

#include "catalog/alert_policy.h"
#include "catalog/incident_store.h"
#include "catalog/notice_store.h"

namespace catalog {

/// What is wrong now, and who is told of it: opens and closes incidents, and puts into the outbox
/// what the policy wants told. Works inside the caller's transaction; reached through Recording.
class IncidentBook {
public:
    IncidentBook(Database& database, NoticeStore& notices);

    void set_policy(AlertPolicy policy) { policy_ = std::move(policy); }
    [[nodiscard]] const AlertPolicy& policy() const noexcept { return policy_; }

    /// The schedule's time, from which messages wait; to be told at the beginning of a transaction.
    /// Incidents themselves are dated by the moments given, which are for people.
    void set_time(WallTime schedule) noexcept { time_ = schedule; }

    /// False if such an incident is open already: then nothing is changed.
    bool open(const Opening& opening);
    /// False if none is open.
    bool close(Rule rule, std::optional<std::int64_t> account_key,
               std::optional<std::int64_t> image_key, CloseReason reason, WallTime at);
    /// Opens or closes it as `turn` says.
    void apply(const Turn& turn, const Opening& opening);
    /// Closes all of an image; returns how many.
    std::size_t close_image(std::int64_t image_key, CloseReason reason, WallTime at);
    /// Closes all of accounts that are not among `accounts`: nobody watches them any more.
    void close_others(const std::set<std::int64_t>& accounts, WallTime at);
    /// A person knows. False if it is not open. One that is about no image does not open again
    /// before it was over; after a restart it does.
    bool acknowledge(std::int64_t incident_id, WallTime at);
    /// What is over when it is told.
    void announce(const Opening& opening);
    /// What could not be recorded while it lasted. Nothing is changed if it has been by now: after
    /// a failed commit nobody knows.
    void record_past(const Opening& opening, WallTime closed_at);
    /// Or acknowledged, and not over yet.
    [[nodiscard]] bool is_open(Rule rule, std::optional<std::int64_t> account_key,
                               std::optional<std::int64_t> image_key = std::nullopt);

    /// Whether the image's present upload was found stuck before, also where that was acknowledged
    /// or has expired. Held in memory: costs no statement.
    [[nodiscard]] bool knows_stuck(std::int64_t image_key);

    /// What time alone does, a little at a time: incidents expire, silences end, reminders fall
    /// due. To be called about once a minute.
    void keep_up(WallTime now);

    /// Incidents that it covers are recorded and not told while it lasts; those that are open then
    /// are told at its end.
    std::int64_t add_silence(const Silence& silence);
    /// False if it has ended already.
    bool end_silence(std::int64_t silence_id, WallTime at);
    [[nodiscard]] std::vector<Silence> silences(WallTime now) { return incidents_.silences(now); }

    /// What is held in memory may not be what is in the catalog: after a rollback.
    void forget() noexcept { loaded_ = false; }

private:
    void load();
    [[nodiscard]] AlertSubject subject_of(Rule rule, std::optional<std::int64_t> account_key,
                                          std::optional<std::int64_t> image_key);
    [[nodiscard]] std::optional<WallTime> silenced_until(const AlertSubject& subject, WallTime at);
    [[nodiscard]] bool has_channel(std::string_view channel) const noexcept;
    void tell(const OpenIncident& incident, const AlertSubject& subject, WallTime at);
    void close(const OpenIncident& incident, CloseReason reason, WallTime at);
    void add_line(const OpenIncident& incident, NoticeKind kind, std::string_view channel,
                  WallTime at);
    void expire(WallTime now);
    void end_silences(WallTime now);
    void remind(WallTime now);

    IncidentStore incidents_;
    NoticeStore& notices_;
    AlertPolicy policy_;
    std::optional<WallTime> time_;  ///< Nothing: the moments given count.
    bool loaded_ = false;
    std::unordered_set<std::int64_t> stuck_;
    std::set<std::pair<Rule, std::int64_t>> acknowledged_;  ///< With the account, or 0; still so.
    std::vector<Silence> silences_;
};

}  // namespace catalog
