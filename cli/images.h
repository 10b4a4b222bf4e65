#pragma once

#include "cli/screen.h"

namespace vodcatalog {

/// `vodcatalog images [filters]`, `vodcatalog images show ID`.
void add_images(CLI::App& line, ChosenVerb& verb);

}  // namespace vodcatalog
