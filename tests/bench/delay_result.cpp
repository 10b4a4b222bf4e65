#include "tests/bench/delay_result.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace bench {

void DelayResult::take_delays(const DelaySetup& setup, const std::vector<Upload>& uploads,
                              const std::vector<Ms>& noticed, Ms end) {
    for (std::size_t i = 0; i < uploads.size(); ++i) {
        const Ms finished = uploads[i].finished;
        if (finished < setup.measured_from() || finished >= setup.measured_to()) continue;
        unnoticed += noticed[i] == kNever ? 1 : 0;
        delays_s.push_back(static_cast<double>(std::min(noticed[i], end) - finished) / 1'000);
    }
    std::sort(delays_s.begin(), delays_s.end());
}

double DelayResult::quantile(double share) const {
    if (delays_s.empty()) return std::nan("");
    const auto at = static_cast<std::size_t>(share * static_cast<double>(delays_s.size()));
    return delays_s[std::min(at, delays_s.size() - 1)];
}

std::string to_json(std::string_view policy, const DelaySetup& setup, const DelayResult& result) {
    std::string quantiles;
    for (int i = 0; i < 1'000; ++i) {
        fmt::format_to(std::back_inserter(quantiles), "{}{:.3f}", i == 0 ? "" : ",",
                       result.quantile(i / 1'000.0));
    }
    return fmt::format(
        R"({{"policy":"{}","seed":{},"seconds":{},"changes":{},"unnoticed":{},"calls":{},)"
        R"("discovery_calls":{},"hot_places":{},"dead_places":{},"normal_places":{},)"
        R"("hot_lag_s":{:.1f},"cold_lag_s":{:.1f},"oldest_normal_s":{:.0f},"normal_unasked":{},)"
        R"("wall_s":{:.1f},"quantiles":[{}]}})",
        policy, setup.seed, setup.horizon_s, result.delays_s.size(), result.unnoticed, result.calls,
        result.discovery_calls, result.hot_places, result.dead_places, result.normal_places,
        result.hot_lag_s, result.cold_lag_s, result.oldest_normal_s, result.normal_unasked,
        result.wall_s, quantiles);
}

}  // namespace bench
