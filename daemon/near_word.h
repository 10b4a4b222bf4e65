#pragma once

#include <set>
#include <string>
#include <string_view>

namespace vodcatalog {

/// The word of `known` that `word` was most likely meant to be: within a third of its letters of
/// it, where a letter more, less, wrong or swapped with its neighbour counts one and case nothing.
/// Empty: none is near.
[[nodiscard]] std::string near_word(std::string_view word, const std::set<std::string>& known);

}  // namespace vodcatalog
