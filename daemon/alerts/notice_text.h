#pragma once

#include <string>

#include "catalog/notice.h"

/// A message in words, for channels that take plain text. Pure. What the cloud said comes as it is:
/// channels encode it.
namespace vodcatalog {

/// One line: "[critical] account_down: main".
[[nodiscard]] std::string notice_title(const catalog::Notice& notice);

/// One line about one incident: what is so, since when, or why it is over.
[[nodiscard]] std::string item_text(const catalog::NoticeItem& item);

/// Each sort of incident with its number, those that are listed, how many are not, and what to do.
[[nodiscard]] std::string notice_text(const catalog::Notice& notice);

}  // namespace vodcatalog
