#pragma once

#include <filesystem>
#include <functional>
#include <iosfwd>

#include "cli/terminal.h"
#include "daemon/clock.h"

namespace CLI {
class App;
}

namespace vodcatalog {

/// What a verb works with.
struct Screen {
    const std::filesystem::path& settings_file;
    const std::filesystem::path& catalog_file;  ///< `--catalog`; empty: the settings say.
    std::ostream& out;
    std::ostream& err;
    const Terminal& terminal;
    const Clock& clock;
};

/// The verb that the command line chose: writes its answer, returns the exit code. Throws Failure,
/// SettingsError and catalog's errors.
using ChosenVerb = std::function<int(const Screen&)>;

/// The catalog that the verbs read.
[[nodiscard]] std::filesystem::path catalog_of(const Screen& screen);

}  // namespace vodcatalog
