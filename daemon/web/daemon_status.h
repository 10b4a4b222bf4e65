#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "catalog/catalog_figures.h"
#include "daemon/clock.h"
#include "daemon/vod/api_error.h"
#include "daemon/vod/vod_client.h"

namespace vodcatalog {

/// What the daemon is in at one moment, as a plain value for pages and metrics. Nothing of it was
/// written by anybody but this program and its operator.
struct DaemonStatus {
    struct Pace {
        Operation operation = Operation::get_image_infos;
        double calls_per_second = 0;
        double calls_per_second_max = 0;
    };
    struct Credentials {
        bool available = false;
        std::optional<WallTime> expire_at;  ///< Nothing: they do not.
    };
    struct Account {
        std::string name;
        std::optional<CallErrorClass> down;   ///< It is down, and why.
        std::optional<WallTime> answered_at;  ///< The last good answer since the start.
        std::vector<Pace> paces;
        int in_flight = 0;
        Credentials credentials;
    };
    struct Trouble {
        WallTime since{};
        std::string message;
    };

    /// How the run before this one ended.
    struct LastExit {
        std::string how = "unknown";  ///< One of a few words.
        std::string sentence;
        int exit_code = 0;
        std::string service_result;  ///< systemd's word for it, or empty.
    };

    std::string version;
    LastExit last_exit;
    WallTime started_at{};
    WallTime now{};
    std::optional<std::string> missing;              ///< It is not ready, and why.
    std::optional<std::string> wrong;                ///< It is not healthy, and why.
    std::vector<Account> accounts;                   ///< In the order of the settings.
    std::optional<Trouble> trouble;                  ///< The catalog cannot be written.
    std::optional<catalog::CatalogFigures> figures;  ///< Nothing: it cannot be read now.
    std::optional<std::uintmax_t> catalog_bytes;
    std::optional<std::uintmax_t> wal_bytes;
    std::uint64_t lost_lines = 0;  ///< Of the log.
};

}  // namespace vodcatalog
