#pragma once

#include "daemon/alerts/outbox.h"
#include "daemon/sync/inbox.h"

namespace vodcatalog {

/// The outbox behind the sync thread's inbox.
class SyncOutbox final : public Outbox {
public:
    static constexpr int kDueMax = 20;  ///< Messages of each channel that are read at a time.

    /// `inbox` must outlive it. `items_max`: incidents that are read with each message.
    SyncOutbox(Inbox& inbox, int items_max) : inbox_(inbox), items_max_(items_max) {}

    [[nodiscard]] bool ask_due(std::function<void(std::vector<catalog::Notice>)> done) override;
    [[nodiscard]] bool ask_open(
        const std::string& channel,
        std::function<void(std::optional<std::vector<catalog::NoticeItem>>)> done) override;
    [[nodiscard]] bool write(std::vector<catalog::DeliveryTick> ticks,
                             std::function<void(bool)> done) override;

private:
    Inbox& inbox_;
    const int items_max_;
};

}  // namespace vodcatalog
