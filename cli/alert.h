#pragma once

#include <string>

#include "cli/answer.h"

namespace vodcatalog {

/// `vodcatalog alert test`: the running daemon sends a message that says it is a test.
struct AlertTestCommand {
    std::string channel;
};

/// Adds the verb to the command line; what it answers becomes `answer`. `command` is written into.
void add_alert(CLI::App& line, AlertTestCommand& command, ChosenAnswer& answer);

}  // namespace vodcatalog
