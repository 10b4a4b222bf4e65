#pragma once

#include <vector>

#include "tests/simulator/scenario.h"
#include "tests/simulator/scenario_section.h"

namespace simulator {

/// The parts of a scenario about who may call what, each from its key in `root`. Throw BadScenario.
void read_limits(Section& root, Limits& out);
void read_accounts(Section& root, std::vector<AccountSettings>& out);
void read_temporary(Section& root, Temporary& out);

}  // namespace simulator
