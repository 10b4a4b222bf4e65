#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/uploads.h"

namespace bench {

/// What one poller achieved and spent in the measured time.
struct DelayResult {
    std::vector<double> delays_s;  ///< From each upload's end until that was recorded; sorted.
    std::int64_t unnoticed = 0;    ///< Of these: not recorded by the end of the run, which counts.
    std::int64_t calls = 0;        ///< All of them, those of discovery too.
    std::int64_t discovery_calls = 0;
    std::int64_t hot_places = 0;   ///< Places in calls that went to uploads under an hour old.
    std::int64_t dead_places = 0;  ///< To older ones.
    std::int64_t normal_places = 0;
    double hot_lag_s = 0;  ///< The most that an image of the tier was late, looked at every second.
    double cold_lag_s = 0;
    double oldest_normal_s = 0;       ///< The age of the oldest Normal answer at the end.
    std::int64_t normal_unasked = 0;  ///< Normal images without an answer in the measured time.
    double wall_s = 0;                ///< What the run took.

    /// From when each upload was recorded as finished (kNever: not); `end`: of the run.
    void take_delays(const DelaySetup& setup, const std::vector<Upload>& uploads,
                     const std::vector<Ms>& noticed, Ms end);
    [[nodiscard]] double quantile(double share) const;
};

/// One JSON object, with 1,000 quantiles of the delay.
[[nodiscard]] std::string to_json(std::string_view policy, const DelaySetup& setup,
                                  const DelayResult& result);

}  // namespace bench
