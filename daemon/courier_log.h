#pragma once

#include <set>
#include <string>

#include "catalog/notice.h"
#include "daemon/alerts/channel.h"
#include "daemon/logging.h"

namespace vodcatalog {

/// Writes what became of messages into the log: each that was delivered or given up, and of a
/// channel that fails its first failure. One thread at a time.
class CourierLog {
public:
    explicit CourierLog(Log& log) : log_(log) {}
    void on_attempt(const catalog::Notice& notice, const Delivery& delivery);

private:
    Log& log_;
    std::set<std::string> failing_;  ///< Channels.
};

}  // namespace vodcatalog
