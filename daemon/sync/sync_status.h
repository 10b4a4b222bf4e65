#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "daemon/clock.h"
#include "daemon/vod/api_error.h"
#include "daemon/vod/vod_client.h"

namespace vodcatalog {

/// What the sync step is in, as a plain value for whoever shows it.
struct SyncStatus {
    struct Pace {
        double calls_per_second = 0;      ///< As of the last call.
        double calls_per_second_max = 0;  ///< Of the settings.
    };
    struct Account {
        std::string name;
        std::optional<CallErrorClass> down;   ///< It is down, and why.
        std::optional<WallTime> answered_at;  ///< The last good answer since the start.
        std::array<Pace, kOperations> paces;  ///< By Operation.
        int in_flight = 0;
    };
    struct Trouble {
        WallTime since{};
        std::string message;
    };
    std::vector<Account> accounts;   ///< In the order of the settings.
    std::optional<Trouble> trouble;  ///< The catalog cannot be used.
};

}  // namespace vodcatalog
