#pragma once

#include "cli/screen.h"

namespace vodcatalog {

/// `vodcatalog snapshot [FILE]`: a copy of the catalog at one moment.
void add_snapshot(CLI::App& line, ChosenVerb& verb);

}  // namespace vodcatalog
