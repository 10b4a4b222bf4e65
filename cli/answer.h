#pragma once

#include <filesystem>
#include <functional>
#include <string>

namespace CLI {
class App;
}

namespace vodcatalog {

/// What the verb on the command line is to print, once it is known which settings count. Empty
/// until the command line was read. Throws Failure, SettingsError and catalog::Unusable.
using ChosenAnswer = std::function<std::string(const std::filesystem::path& settings_file)>;

}  // namespace vodcatalog
