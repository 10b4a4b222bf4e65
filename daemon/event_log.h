#pragma once

#include "daemon/logging.h"
#include "daemon/sync/sync_event.h"

namespace vodcatalog {

/// Writes what the sync step tells into the log, a line an event. Levels by consequence: a warning
/// is something a person should act on.
class EventLog final : public SyncListener {
public:
    explicit EventLog(Log& log) : log_(log) {}
    void on_event(const SyncEvent& event) override;

private:
    Log& log_;
};

}  // namespace vodcatalog
