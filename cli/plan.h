#pragma once

#include "cli/screen.h"

namespace vodcatalog {

/// `vodcatalog plan`: what is asked next.
void add_plan(CLI::App& line, ChosenVerb& verb);

}  // namespace vodcatalog
