#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "daemon/vod/http_client.h"

namespace vodcatalog {

/// What the head of an answer says about its body and its connection.
struct HttpHead {
    bool has_body = true;  ///< False by the status alone.
    bool chunked = false;
    std::optional<std::size_t> length;  ///< Neither this nor chunked: to the connection's end.
    bool keep_alive = true;
    bool gzip = false;  ///< The body is packed.
};

/// Parses an HTTP/1.x answer from its status line up to and including the empty line, into
/// `response.status` and `.headers`, whose memory is reused.
///
/// Throws catalog::Retryable for what could mean two things, or something else than it seems:
/// several, negative or otherwise unreadable lengths, one beyond `body_bytes_max`, a length with
/// chunks, a Content-Encoding other than gzip, which is asked for, folded lines, control
/// characters, blanks around a name, more than `headers_max` headers. The message has no header's
/// value in it.
[[nodiscard]] HttpHead parse_head(std::string_view text, std::size_t headers_max,
                                  std::size_t body_bytes_max, HttpResponse& response);

}  // namespace vodcatalog
