#include "daemon/vod/cloud_clock.h"

#include "daemon/vod/http_date.h"

namespace vodcatalog {
namespace {

using std::chrono::milliseconds;

/// In the largest unit of which there are at least two: "90 s", "20 min", "3 h", "2 days".
std::string in_words(milliseconds time) {
    using namespace std::chrono;
    if (time >= hours{48}) return std::to_string(round<days>(time).count()) + " days";
    if (time >= hours{2}) return std::to_string(round<hours>(time).count()) + " h";
    if (time >= minutes{2}) return std::to_string(round<minutes>(time).count()) + " min";
    return std::to_string(round<seconds>(time).count()) + " s";
}

}  // namespace

std::optional<milliseconds> CloudClock::measure(const HttpResponse& response, SteadyTime sent_at) {
    const auto header = response.header("date");
    const auto date = header ? http_date(*header) : std::nullopt;
    if (!date) return std::nullopt;
    const auto half_trip = (clock_.steady() - sent_at) / 2;
    if (half_trip > kOffsetIgnored) return std::nullopt;
    const WallTime stamped_at = clock_.wall() - std::chrono::floor<milliseconds>(half_trip);
    // The header has whole seconds, cut off: half of one is the likeliest rest.
    ahead_ = *date + milliseconds{500} - stamped_at;
    return ahead_;
}

milliseconds CloudClock::offset() const noexcept {
    if (!compensate_ || !ahead_) return {};
    const milliseconds size = std::chrono::abs(*ahead_);
    return size > kOffsetIgnored && size <= kOffsetMax ? *ahead_ : milliseconds{0};
}

WallTime CloudClock::now() const {
    return clock_.wall() + ahead_.value_or(milliseconds{0});
}

std::string CloudClock::deviation() const {
    if (!ahead_ || std::chrono::abs(*ahead_) <= kOffsetIgnored) return {};
    return "this machine's clock is " + in_words(std::chrono::abs(*ahead_)) +
           (*ahead_ > milliseconds{0} ? " behind" : " ahead of") + " the cloud's";
}

}  // namespace vodcatalog
