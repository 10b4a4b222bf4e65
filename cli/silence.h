#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cli/answer.h"

namespace vodcatalog {

/// `vodcatalog silence`: the running daemon tells nobody of what fits, for a while.
struct SilenceCommand {
    std::optional<std::string> rule;
    std::optional<std::string> account;
    std::optional<std::string> image_id;
    std::optional<std::string> category;
    std::optional<std::string> tag;
    std::optional<std::string> storage_location;
    std::string lasting;  ///< As settings write a duration.
    std::string comment;
};

/// `vodcatalog unsilence`: such a silence ends now.
struct UnsilenceCommand {
    std::int64_t silence_id = 0;
};

/// Add the verbs to the command line; what they answer becomes `answer`. `command` is written into.
void add_silence(CLI::App& line, SilenceCommand& command, ChosenAnswer& answer);
void add_unsilence(CLI::App& line, UnsilenceCommand& command, ChosenAnswer& answer);

}  // namespace vodcatalog
