#pragma once

#include <string>

#include "daemon/web/daemon_status.h"

namespace vodcatalog {

/// The answer of GET /api/v1/status: one JSON object, times as ISO text in UTC. Members are only
/// ever added.
[[nodiscard]] std::string to_json(const DaemonStatus& status);

}  // namespace vodcatalog
