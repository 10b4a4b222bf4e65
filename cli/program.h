#pragma once

#include <iosfwd>

#include "cli/terminal.h"

namespace vodcatalog {

/// The program `vodcatalog`: reads the command line, runs its one verb, returns the exit code: 0,
/// an ExitCode (cli/failure.h), or 78 where settings or catalog have to be mended by a person.
/// Answers go to `out`, everything else to `err`, without secrets and without what could drive a
/// terminal.
[[nodiscard]] int run(int argc, const char* const* argv, std::ostream& out, std::ostream& err,
                      const Terminal& terminal = {});

}  // namespace vodcatalog
