#pragma once

#include <functional>
#include <optional>
#include <string>

#include "daemon/web/route_table.h"

namespace vodcatalog {

/// What is wrong, for people; nothing: all is well. Any thread; waits for nothing.
using Verdict = std::function<std::optional<std::string>()>;

/// GET /-/healthy: 200 while the daemon does its work, 503 and what is wrong while it does not.
/// GET /-/ready: the same for whether it has begun.
void add_health_routes(RouteTable& routes, Verdict healthy, Verdict ready);

}  // namespace vodcatalog
