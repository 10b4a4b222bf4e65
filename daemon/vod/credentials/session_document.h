#pragma once

#include <string>
#include <string_view>

#include "daemon/clock.h"
#include "daemon/vod/credentials/provider.h"
#include "daemon/vod/http_client.h"

namespace vodcatalog {

/// An answer with a temporary key is small.
inline constexpr std::size_t kSessionBytesMax = 64 * 1024;
/// A session that is said to last longer is renewed after that time all the same (STS gives 12 h at
/// the most).
inline constexpr std::chrono::hours kSessionLifeMax{24};

/// When a question was asked, by both clocks.
struct AskedAt {
    SteadyTime steady;
    WallTime wall;
};

/// Reads a temporary key as STS and the metadata service send it: AccessKeyId, AccessKeySecret,
/// SecurityToken, Expiration, in the object `member` of the document or, without a name, at its
/// top. How long it lasts is Expiration less the answer's Date, so that this machine's clock does
/// not count; only without a Date it does. Changes the body. Throws catalog::Retryable if anything
/// is missing, too long or no text, or if it has expired; no message holds what was sent.
[[nodiscard]] Grant read_session(HttpResponse& response, std::string_view member, AskedAt asked_at,
                                 std::string_view provider);

}  // namespace vodcatalog
