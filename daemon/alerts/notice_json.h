#pragma once

#include <string>

#include "catalog/notice.h"

namespace vodcatalog {

/// A message as one JSON object: what `exec` gets on its standard input, and `webhook` sends where
/// no other body is given. docs/alerts.md describes every member. Text of the cloud is repaired to
/// UTF-8 and encoded.
[[nodiscard]] std::string notice_json(const catalog::Notice& notice);

/// `text` as it stands between the quotes of a JSON string.
[[nodiscard]] std::string json_string_content(std::string text);

}  // namespace vodcatalog
