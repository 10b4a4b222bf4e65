#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "daemon/clock.h"
#include "daemon/vod/http_client.h"

namespace vodcatalog {

/// What the cloud's clock shows, as far as the Date headers of its answers tell.
///
/// The cloud takes no request whose time is more than 15 minutes off (V3; V1: 15 or 31 by the
/// page), so requests are signed by the cloud's clock where this machine's is wrong: by the offset
/// measured last, if that is over kOffsetIgnored and at most kOffsetMax. A clock that is off by
/// more is not merely set badly, and a person has to look. One thread at a time.
class CloudClock {
public:
    static constexpr std::chrono::milliseconds kOffsetIgnored = std::chrono::minutes{1};
    static constexpr std::chrono::milliseconds kOffsetMax = std::chrono::hours{24};

    /// Without `compensate`, offset() stays 0.
    CloudClock(const Clock& clock, bool compensate) : clock_(clock), compensate_(compensate) {}

    /// Takes an answer that has just come to what was sent at `sent_at`. Returns by how much the
    /// cloud's clock is ahead of this machine's, a whole second and half the round trip being
    /// allowed for. Nothing, and nothing is changed, without a readable Date header, or if the
    /// round trip was too long to tell (the machine slept, say).
    std::optional<std::chrono::milliseconds> measure(const HttpResponse& response,
                                                     SteadyTime sent_at);

    /// What is to be added to this machine's clock to sign a request.
    [[nodiscard]] std::chrono::milliseconds offset() const noexcept;

    /// The cloud's time, as measured last; this machine's before that.
    [[nodiscard]] WallTime now() const;

    /// "this machine's clock is 20 min behind the cloud's", as measured last; empty where the two
    /// agree, by kOffsetIgnored, or nothing was measured.
    [[nodiscard]] std::string deviation() const;

private:
    const Clock& clock_;
    const bool compensate_;
    std::optional<std::chrono::milliseconds> ahead_;
};

}  // namespace vodcatalog
