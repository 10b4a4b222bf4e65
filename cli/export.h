#pragma once

#include "cli/screen.h"

namespace vodcatalog {

/// `vodcatalog export`: all images, for other programs.
void add_export(CLI::App& line, ChosenVerb& verb);

}  // namespace vodcatalog
