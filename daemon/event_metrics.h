#pragma once

#include "catalog/notice.h"
#include "daemon/alerts/channel.h"
#include "daemon/sync/sync_event.h"
#include "daemon/sync/sync_status.h"
#include "daemon/web/daemon_status.h"
#include "daemon/web/metrics.h"

namespace vodcatalog {

/// Counts what the sync step tells.
class EventMetrics final : public SyncListener {
public:
    explicit EventMetrics(Metrics& metrics) : metrics_(metrics) {}
    void on_event(const SyncEvent& event) override;

private:
    Metrics& metrics_;
};

/// Counts one attempt to deliver a message.
void count_attempt(Metrics& metrics, const catalog::Notice& notice, const Delivery& delivery);

/// The same in the words of the pages.
[[nodiscard]] std::vector<DaemonStatus::Account> accounts_of(const SyncStatus& status);
[[nodiscard]] std::optional<DaemonStatus::Trouble> trouble_of(const SyncStatus& status);

}  // namespace vodcatalog
