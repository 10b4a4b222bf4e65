#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/incident.h"

namespace catalog {

/// What a message, or one line of it, says.
enum class NoticeKind {
    firing,
    reminder,  ///< It was told before and is still so.
    closed,
    digest,  ///< A message of lines of each kind.
    test,    ///< Nothing is wrong: somebody wants to see it arrive. About no incident.
};
[[nodiscard]] std::string_view to_string(NoticeKind kind) noexcept;
/// Throws std::logic_error for text that no build wrote.
[[nodiscard]] NoticeKind notice_kind_of(std::string_view text);

/// One incident in a message.
struct NoticeItem {
    std::int64_t incident_id = 0;
    NoticeKind kind = NoticeKind::firing;
    Rule rule = Rule::catalog_full;
    std::string account;   ///< Empty: the daemon itself.
    std::string image_id;  ///< Empty: not about one image.
    std::string title;
    WallTime opened_at{};
    std::optional<WallTime> closed_at;
    CloseReason reason = CloseReason::resolved;  ///< Of `closed`.
    bool late = false;  ///< It came true while the account gave no answers.
    bool told = true;   ///< Of `closed`: the channel has been told of its beginning.
    std::string detail;
};

/// How many incidents of one sort a message is about, listed or not.
struct NoticeCount {
    NoticeKind kind = NoticeKind::firing;
    Rule rule = Rule::catalog_full;
    std::int64_t incidents = 0;
    std::int64_t late = 0;  ///< Of them.

    bool operator==(const NoticeCount&) const = default;
};

/// One message for one channel.
struct Notice {
    std::int64_t notice_id = 0;  ///< 0: it is not in the catalog, which cannot be written.
    std::string channel;
    NoticeKind kind = NoticeKind::firing;
    /// The same at every attempt, of this message only. Text of [A-Za-z0-9_-].
    std::string key;
    WallTime created_at{};
    std::chrono::milliseconds waited{0};  ///< Since then, when it was read.
    int attempts = 0;                     ///< That failed.
    std::vector<NoticeItem> items;        ///< The first of them; as many as were asked for.
    std::vector<NoticeCount> counts;      ///< Of all of them.

    [[nodiscard]] std::int64_t incidents() const noexcept {
        std::int64_t all = 0;
        for (const NoticeCount& count : counts) all += count.incidents;
        return all;
    }
    /// The most severe of its rules.
    [[nodiscard]] Severity severity() const noexcept;
};

/// The message by which a channel is tried; it is in no catalog.
[[nodiscard]] Notice test_notice(std::string_view channel, WallTime now);

/// The key of the message that the catalog cannot be written since `since`: the same whether it was
/// sent at the time, or read from the catalog afterwards.
[[nodiscard]] std::string catalog_full_key(std::string_view channel, WallTime since);

/// What became of one attempt to deliver a message.
struct DeliveryTick {
    enum class Kind { delivered, retry, dead };
    std::int64_t notice_id = 0;  ///< 0: `key` says which.
    std::string key;
    Kind kind = Kind::delivered;
    std::string error;                      ///< Without secrets.
    WallTime at{};                          ///< For people.
    std::chrono::milliseconds retry_in{0};  ///< Of `retry`.
};

}  // namespace catalog
