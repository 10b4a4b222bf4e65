#pragma once

#include <filesystem>

#include "tests/bench/delay_result.h"

namespace bench {

/// Writes a catalog in which everything of `setup` but its uploads is watched and has been for
/// long: each image is due when the plan, followed for days, would have it due.
void prepare_catalog(const DelaySetup& setup, const std::filesystem::path& file);

/// The daemon's step machine, plan, pacer and queue on simulated time, over such a catalog, which
/// it changes. Calls are answered after the set-up's latency; every answer is recorded as in the
/// daemon, and an end counts as noticed when that is committed.
[[nodiscard]] DelayResult run_sync(const DelaySetup& setup, const std::filesystem::path& file);

}  // namespace bench
