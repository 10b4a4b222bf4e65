#pragma once

#include "cli/screen.h"

namespace vodcatalog {

/// `vodcatalog incidents [--all]`: what is wrong.
void add_incidents(CLI::App& line, ChosenVerb& verb);

}  // namespace vodcatalog
