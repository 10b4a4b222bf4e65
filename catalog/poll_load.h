#pragma once

#include <array>
#include <cstdint>

#include "catalog/tracked_image.h"

namespace catalog {

/// The images of one tier of an account's queue.
struct TierLoad {
    std::int64_t images = 0;
    std::int64_t unanswered = 0;  ///< Of them: nobody knows yet how often they will be asked.
    double asked_per_second = 0;  ///< Of the others: the sum of 1 / gap.
};

/// What an account's queue asks for.
struct PollLoad {
    std::array<TierLoad, kTiers> tiers;  ///< By Tier.
    std::int64_t suspects = 0;           ///< Also counted in their tier.
};

/// How far a look over an account's queue has come; at first at its head.
struct PollLoadPlace {
    int tier = 0;
    DuePlace row;
};

}  // namespace catalog
