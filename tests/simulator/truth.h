#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/simulator/cloud.h"
#include "tests/simulator/portrait.h"
#include "tests/simulator/scenario.h"

namespace simulator {

/// What a catalog that missed nothing holds about each image, as JSON: members under the catalog's
/// column names, URLs without signature, U+0000 replaced by U+FFFD; and when the cloud last changed
/// it.
[[nodiscard]] std::string truth_json(const std::vector<Standing>& standings, std::uint64_t seed,
                                     const Quirks& quirks, OutputType output, std::int64_t now_ms,
                                     std::optional<std::int64_t> frozen_at);

}  // namespace simulator
