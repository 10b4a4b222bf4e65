#include "daemon/sync/waiting_room.h"

#include "daemon/backoff.h"

namespace vodcatalog {

void WaitingRoom::add(std::int64_t image_key, SteadyTime now, double jitter) {
    waits_.emplace(now + full_jitter(++failures_[image_key], kBase, kMax, jitter), image_key);
}

}  // namespace vodcatalog
