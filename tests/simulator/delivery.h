#pragma once

#include "tests/simulator/connection.h"
#include "tests/simulator/reply.h"
#include "tests/simulator/scenario.h"
#include "tests/simulator/served_record.h"
#include "tests/simulator/timeline.h"

namespace simulator {

/// Sends `reply` as its fault has it, after the latency, and enters in `record` what got through
/// whole. Returns whether the connection may be used again.
[[nodiscard]] bool deliver(const Reply& reply, const Scenario& scenario, const Timeline& timeline,
                           bool keep_alive, Connection& connection, ServedRecord& record);

}  // namespace simulator
