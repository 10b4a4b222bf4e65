#pragma once

#include <cstdint>
#include <limits>
#include <vector>

namespace bench {

/// Milliseconds since a run's beginning.
using Ms = std::int64_t;
inline constexpr Ms kNever = std::numeric_limits<Ms>::max();

/// How the laboratory learns of an upload.
enum class Reveal { track_endpoint, discovery };

/// One experiment: what is uploaded and how it is learned of, what else is watched, and what a
/// poller may spend. Everything that is drawn at random follows from `seed`.
struct DelaySetup {
    double uploads_per_s = 1;
    double median_s = 20;  ///< Of how long an upload takes: log-normal.
    double sigma = 1.5;
    double never = 0.02;  ///< The share of uploads that never end.
    std::int64_t normal = 1'000'000;
    std::int64_t dead = 50'000;  ///< Uploads that ended never, an hour to 30 days old.
    double calls_per_s = 10;
    Reveal reveal = Reveal::track_endpoint;
    double hot_every_s = 30;   ///< Discovery asks so often.
    double index_delay_s = 5;  ///< An image is found so long after it was created.
    double errors = 0;         ///< The share of calls that fail.
    Ms latency_ms = 0;
    std::int64_t warm_up_s = 3'900;  ///< Not measured: until uploads that never end are stuck.
    std::int64_t horizon_s = 7'200;  ///< Measured.
    std::uint64_t seed = 1;

    [[nodiscard]] Ms measured_from() const noexcept { return warm_up_s * 1'000; }
    [[nodiscard]] Ms measured_to() const noexcept { return (warm_up_s + horizon_s) * 1'000; }
};

struct Upload {
    Ms begun = 0;
    Ms finished = kNever;
    Ms known = 0;  ///< When the poller learns of it.
};

/// The uploads of a run, in order of `begun` and of `known`.
[[nodiscard]] std::vector<Upload> draw_uploads(const DelaySetup& setup);

/// How many calls discovery makes between `from` and `to` to learn of them: each time the pages of
/// 100 that hold what was created since a minute before the time before.
[[nodiscard]] std::int64_t discovery_calls(const DelaySetup& setup,
                                           const std::vector<Upload>& uploads, Ms from, Ms to);

}  // namespace bench
