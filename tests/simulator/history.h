#pragma once

#include <cstdint>
#include <string>

#include "tests/simulator/scenario.h"

namespace simulator {

enum class Outcome { normal, upload_fail, never };

/// What an image will go through by itself, as times since the simulator's start.
struct History {
    Milliseconds arrives{};
    Milliseconds created{};   ///< May be negative: older than its arrival.
    Milliseconds finishes{};  ///< Leaves Uploading, unless the outcome is `never`.
    Outcome outcome = Outcome::normal;

    bool operator==(const History&) const = default;
};

/// The history of the image with that index. Follows from its arguments alone.
[[nodiscard]] History plan_history(std::uint64_t seed, std::uint64_t index, const Lives& lives);

/// Its ID: 32 hexadecimal digits.
[[nodiscard]] std::string make_image_id(std::uint64_t seed, std::uint64_t index);

}  // namespace simulator
