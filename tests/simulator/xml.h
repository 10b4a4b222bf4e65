#pragma once

#include <string>
#include <string_view>

namespace simulator {

/// `json` (an object) as XML with that root element: a member is an element of its name, an array
/// one element for each value, null nothing. For those who do not ask for JSON.
[[nodiscard]] std::string xml_of_json(const std::string& json, std::string_view root);

}  // namespace simulator
