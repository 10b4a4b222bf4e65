#pragma once

#include <cstdint>
#include <set>
#include <string_view>

#include "catalog/image.h"
#include "tests/simulator/cloud.h"
#include "tests/simulator/scenario.h"

namespace simulator {

enum class OutputType { cdn, oss };

/// How an image is shown under the quirks. The same image under the same quirks always looks the
/// same, but for what changes at each call (signatures, order).
struct Portrait {
    /// What a catalog should hold after seeing this: URLs unsigned, url_signed as they are sent.
    catalog::Image image;
    std::set<std::string_view>
        nulls;  ///< API names sent as null; the other absent ones are not sent.
    bool file_size_as_text = true;
    bool file_name_is_signed_url = false;
};

[[nodiscard]] Portrait portray(const Sight& sight, std::uint64_t seed, const Quirks& quirks,
                               OutputType output);

}  // namespace simulator
