#pragma once

#include "tests/bench/uploads.h"

namespace bench {

/// No poller that spends, on average, `places` places in calls on an upload can have notice of the
/// share `quantile` of the ends within less than this many seconds, whatever it does and however
/// much it knows of the distribution.
///
/// A poll at age t, after one at age s, tells of an end within d only if that lies in
/// (max(s, t - d), t], and is made if the upload had not ended at s. So each poll covers at most d
/// of the axis of ages, polls cover no age twice, and what covers an age t costs at least S(t) / d
/// for each unit of it, S(t) being the share of uploads that are not over at t. The best that
/// `places` can cover are the ages with the highest hazard; the share of ends that lie there is the
/// most that can be noticed within d. The bound is the d for which that is `quantile`.
[[nodiscard]] double delay_bound_s(const DelaySetup& setup, double places, double quantile);

}  // namespace bench
