#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "daemon/clock.h"
#include "daemon/vod/http_client.h"

namespace vodcatalog {

/// For how long the server wants no further calls: the largest of `x-acs-retry-after`
/// (milliseconds), `x-ratelimit-user-api` and `x-ratelimit-user` (`Limit:1,Remain:0,TimeLeft:2000`,
/// TimeLeft in milliseconds, where Remain is 0), and Retry-After (seconds or a date, RFC 9110,
/// section 10.2.3); an hour at the most. Nothing if none of them says so.
[[nodiscard]] std::optional<std::chrono::milliseconds> retry_hint(const HttpResponse& response,
                                                                  WallTime now);

/// An IMF-fixdate, "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, section 5.6.7); nothing for anything
/// else.
[[nodiscard]] std::optional<WallTime> http_date(std::string_view text);

}  // namespace vodcatalog
