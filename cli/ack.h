#pragma once

#include <cstdint>

#include "cli/answer.h"

namespace vodcatalog {

/// `vodcatalog ack`: a person knows of an incident; the running daemon closes it.
struct AckCommand {
    std::int64_t incident_id = 0;
};

/// Adds the verb to the command line; what it answers becomes `answer`. `command` is written into.
void add_ack(CLI::App& line, AckCommand& command, ChosenAnswer& answer);

}  // namespace vodcatalog
