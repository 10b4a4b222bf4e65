#pragma once

#include <chrono>
#include <optional>

#include "daemon/clock.h"
#include "daemon/vod/http_client.h"

namespace vodcatalog {

/// For how long the limits are used up: the larger of what the headers `x-ratelimit-user-api` and
/// `x-ratelimit-user` say (`Limit:1,Remain:0,TimeLeft:2000`: TimeLeft is in milliseconds and counts
/// where Remain is 0), an hour at the most. Good answers say so too, before the first refusal.
/// Nothing if there is room left, or nothing readable.
[[nodiscard]] std::optional<std::chrono::milliseconds> rate_limit_hint(
    const HttpResponse& response);

/// For how long the server wants no further calls after a refused one: the largest of
/// rate_limit_hint(), `x-acs-retry-after` (milliseconds) and Retry-After (seconds or a date, RFC
/// 9110, section 10.2.3), an hour at the most. `now` is by the server's clock. Nothing if none of
/// them says so; one that is not readable does not count.
[[nodiscard]] std::optional<std::chrono::milliseconds> retry_hint(const HttpResponse& response,
                                                                  WallTime now);

}  // namespace vodcatalog
