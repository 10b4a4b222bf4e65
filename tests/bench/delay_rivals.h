#pragma once

#include "tests/bench/delay_result.h"

namespace bench {

/// What else one might do with the same calls. All are spared what the daemon is not: an answer is
/// recorded the moment it comes, uploads that ended need no further calls, and each knows who is
/// stuck without being told.
enum class Rival {
    each_minute,       ///< Every minute all uploads under an hour old; the others each 20 hours.
    each_minute_dead,  ///< Every minute all that is Uploading, however old; the others likewise.
    sweep,             ///< Everything in turn, with the whole budget.
    flat,              ///< Uploads under an hour old in turn, with `hot_places_per_s`.
};

[[nodiscard]] DelayResult run_rival(const DelaySetup& setup, Rival rival, double hot_places_per_s);

}  // namespace bench
