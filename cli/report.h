#pragma once

#include "cli/screen.h"

namespace vodcatalog {

/// `vodcatalog report [NAME]`: an analyst's question and its answer; without a name, all questions.
void add_report(CLI::App& line, ChosenVerb& verb);

}  // namespace vodcatalog
