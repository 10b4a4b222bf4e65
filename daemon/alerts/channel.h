#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "catalog/notice.h"

namespace vodcatalog {

/// What became of one attempt to deliver a message.
struct Delivery {
    enum class Kind {
        delivered,
        retry_later,  ///< It may work the next time, by itself or when a person has mended it.
        refused,      ///< It never will: the receiver will not have this message.
    };
    Kind kind = Kind::delivered;
    /// What happened, in a few words. May hold anything that a receiver wrote, secrets too, until
    /// the courier's shell has cleaned it.
    std::string error;
    std::optional<std::chrono::milliseconds> retry_after;  ///< Who receives it asked for that.
};

/// One way to reach people: turns a message into what its receiver understands, and sends it. One
/// thread at a time.
class Channel {
public:
    virtual ~Channel() = default;

    /// One attempt, within a time limit of its own. Sends `notice.key` along, so that a receiver
    /// can tell repeats. What the cloud says of an image (title, status) is hostile text: it is
    /// encoded for where it goes. Does not throw for what network or receiver do.
    [[nodiscard]] virtual Delivery deliver(const catalog::Notice& notice) = 0;

    /// The incidents that are open and have been told to this channel, from time to time: for a
    /// receiver that forgets what it does not hear of. Nothing: nobody knows now, so they are as
    /// the last time. Other channels have nothing to do.
    [[nodiscard]] virtual Delivery resend(
        const std::optional<std::vector<catalog::NoticeItem>>& open) {
        static_cast<void>(open);
        return {};
    }
};

}  // namespace vodcatalog
