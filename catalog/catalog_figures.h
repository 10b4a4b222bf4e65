#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "catalog/incident.h"
#include "catalog/tracked_image.h"
#include "catalog/wall_time.h"

namespace catalog {

/// What is in a catalog, in numbers. How much of each list there is depends on the settings, not on
/// the images.
struct CatalogFigures {
    struct Images {
        std::string account;
        ImageState state = ImageState::pending;
        StatusKind status = StatusKind::none;
        std::int64_t images = 0;
    };
    struct Due {
        std::string account;
        Tier tier = Tier::cold;
        WallTime first_at{};  ///< In the schedule's time.
    };
    struct Incidents {
        Rule rule = Rule::catalog_full;
        std::int64_t open = 0;
    };
    struct Notices {
        std::string channel;
        std::int64_t pending = 0;
        std::int64_t dead = 0;              ///< Given up.
        std::optional<WallTime> first_due;  ///< Of those that are pending, in the schedule's time.
    };
    std::vector<Images> images;  ///< Those that are none are left out, here and below.
    std::vector<Due> due;
    std::vector<Incidents> incidents;
    std::vector<Notices> notices;
};

}  // namespace catalog
