#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/database.h"
#include "catalog/notice.h"

namespace catalog {

/// The tables notice and notice_incident: the outbox. Works inside the caller's transaction. Its
/// `now` is always the schedule's time, which does not jump.
class NoticeStore {
public:
    explicit NoticeStore(Database& database);

    /// What a channel is to be told of one incident.
    struct Line {
        std::string_view channel;
        NoticeKind kind = NoticeKind::firing;
        std::int64_t incident_id = 0;
        Rule rule = Rule::catalog_full;
        std::optional<std::int64_t> account_key;
        WallTime now{};
        WallTime due_at{};  ///< Of a message that has to be begun for it.
        bool in_digest = false;
        std::string_view key;  ///< Of such a message; empty: one is made.
    };
    /// Puts it into the channel's message of that sort that still waits, or a new one.
    void add(const Line& line);

    /// The channels that were told of the incident's beginning, or are to be. Where that has not
    /// gone out yet it never will: what follows tells all of it.
    [[nodiscard]] std::vector<std::string> withdraw(std::int64_t incident_id);
    /// The channels that have been told of the incident's beginning.
    [[nodiscard]] std::vector<std::string> told(std::int64_t incident_id);

    /// The messages whose time has come, of each channel the `limit` that have waited longest, each
    /// with its first `items_max` incidents.
    [[nodiscard]] std::vector<Notice> due(WallTime now, int limit, int items_max);

    /// The incidents that are open and whose beginning the channel has been told, the first
    /// `limit`.
    [[nodiscard]] std::vector<NoticeItem> open(std::string_view channel, int limit);

    void tick(const DeliveryTick& tick, WallTime now);
    /// Moves the times of what waits back by `by`.
    void shift_back(std::chrono::milliseconds by);

private:
    void read_due(const std::string& channel, WallTime now, int limit,
                  std::vector<Notice>& notices);
    void read_items(Notice& notice, int items_max);
    void read_counts(Notice& notice);

    WallTime looked_until_{};  ///< What was due by then may be on its way: nothing joins it.
    Statement joinable_;
    Statement add_;
    Statement add_line_;
    Statement firing_;
    Statement remove_line_;
    Statement supersede_;
    Statement told_;
    Statement due_channels_;
    Statement due_;
    Statement items_;
    Statement counts_;
    Statement open_;
    Statement id_of_key_;
    Statement delivered_;
    Statement retry_;
    Statement dead_;
    Statement shift_back_;
};

}  // namespace catalog
