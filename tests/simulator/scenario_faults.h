#pragma once

#include <string>

#include "tests/simulator/scenario.h"
#include "tests/simulator/scenario_section.h"

namespace simulator {

/// The parts of a scenario about what goes wrong. Throw BadScenario.
void read_faults(Section& root, Faults& out);
/// `action`, `account`, `fault`, and what belongs to that fault.
void read_affliction(Section& section, CallFilter& calls, Affliction& affliction);
/// `hints` is the key of the hints; the others are `prefix` and their name.
void read_throttle(Section& section, const std::string& prefix, const std::string& hints,
                   Throttle& out);

}  // namespace simulator
