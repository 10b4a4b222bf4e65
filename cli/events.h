#pragma once

#include "cli/screen.h"

namespace vodcatalog {

/// `vodcatalog events [--follow]`: what has happened.
void add_events(CLI::App& line, ChosenVerb& verb);

}  // namespace vodcatalog
