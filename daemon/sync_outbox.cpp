#include "daemon/sync_outbox.h"

#include <utility>

#include "daemon/sync/sync.h"

namespace vodcatalog {

bool SyncOutbox::ask_due(std::function<void(std::vector<catalog::Notice>)> done) {
    return inbox_.post([items_max = items_max_, done = std::move(done)](Sync& sync) {
        done(sync.due_notices(kDueMax, items_max));
    });
}

bool SyncOutbox::ask_open(
    const std::string& channel,
    std::function<void(std::optional<std::vector<catalog::NoticeItem>>)> done) {
    return inbox_.post([items_max = items_max_, channel, done = std::move(done)](Sync& sync) {
        done(sync.open_incidents(channel, items_max));
    });
}

bool SyncOutbox::write(std::vector<catalog::DeliveryTick> ticks, std::function<void(bool)> done) {
    return inbox_.post([ticks = std::move(ticks), done = std::move(done)](Sync& sync) {
        done(sync.tick_off(ticks));
    });
}

}  // namespace vodcatalog
