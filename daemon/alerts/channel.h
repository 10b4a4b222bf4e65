#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "catalog/notice.h"

namespace vodcatalog {

/// What became of one attempt to deliver a message.
struct Delivery {
    enum class Kind {
        delivered,
        retry_later,  ///< It may work the next time: no answer, 408, 429, 5xx.
        refused,      ///< It never will: any other 4xx, a message that cannot be sent.
    };
    Kind kind = Kind::delivered;
    std::string error;  ///< What happened, in a few words and without secrets; stored and shown.
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
};

}  // namespace vodcatalog
