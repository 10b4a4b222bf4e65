#pragma once

#include "daemon/alerts/channel.h"
#include "daemon/clock.h"
#include "daemon/vod/http_client.h"

namespace vodcatalog {

/// Sends a message over HTTP; a kept connection that turns out to be closed is tried once more.
/// What became of it: 2xx delivered; 400, 405, 406 and 410 to 422 (but for 421) refused, since they
/// are about this message; all others, and no answer at all, later: a person or time may mend them.
/// `response` holds the answer only if it was delivered. The error may repeat what the receiver
/// wrote.
[[nodiscard]] Delivery post(HttpClient& http, const HttpRequest& request, HttpResponse& response,
                            WallTime now);

/// What an answer that was not good says, as it was written.
[[nodiscard]] std::string answer_text(const HttpResponse& response);

}  // namespace vodcatalog
