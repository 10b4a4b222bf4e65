#pragma once

#include <string>
#include <string_view>

#include "daemon/vod/endpoint.h"
#include "daemon/vod/redactor.h"

namespace vodcatalog {

/// Where a channel sends to: an endpoint, and a path with a query that may hold a token.
struct ReceiverUrl {
    Endpoint endpoint;
    std::string target = "/";  ///< Begins with a slash.
};

/// Whom a URL with "http://" may name.
enum class PlainHttp { loopback, anybody };

/// Reads "https://HOST[:PORT]/PATH[?QUERY]". Throws catalog::Unusable with a sentence that names
/// the fault and holds nothing of the URL.
[[nodiscard]] ReceiverUrl parse_receiver_url(std::string_view text,
                                             PlainHttp plain = PlainHttp::loopback);

/// Masks, from now on, whatever in the URL may be a token: the whole path and query, each value of
/// the query, and each part of the path that is long enough to be one.
void know_url(Redactor& redactor, const ReceiverUrl& url);

}  // namespace vodcatalog
