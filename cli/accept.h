#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "cli/answer.h"

namespace vodcatalog {

/// `vodcatalog accept-gone`, `vodcatalog accept-untrack`: an operator's word that so many images
/// may be gone, or let go, as the daemon held back. Both ask the running daemon.
struct AcceptCommand {
    std::optional<std::string> account;  ///< Nothing: the only one.
};

/// Add the verbs to the command line; what they answer becomes `answer`. `command` is written into.
void add_accept_gone(CLI::App& line, AcceptCommand& command, ChosenAnswer& answer);
void add_accept_untrack(CLI::App& line, AcceptCommand& command, ChosenAnswer& answer);

}  // namespace vodcatalog
