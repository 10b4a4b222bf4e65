#pragma once

#include <string_view>

#include "daemon/logging.h"
#include "daemon/vod/credentials/session_keeper.h"

namespace vodcatalog {

/// Writes what became of an account's credentials into the log, a line an event.
void log_session(Log& log, std::string_view account, const SessionEvent& event);

}  // namespace vodcatalog
