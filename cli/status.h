#pragma once

#include "cli/screen.h"

namespace vodcatalog {

/// `vodcatalog status`: one screen, with the exit code of a monitoring plugin: 0 well, 1 warning, 2
/// critical, 3 unknown.
void add_status(CLI::App& line, ChosenVerb& verb);

}  // namespace vodcatalog
