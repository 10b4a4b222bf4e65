#include "daemon/vod/cloud_clock.h"

#include "daemon/vod/http_date.h"

namespace vodcatalog {
namespace {

using std::chrono::milliseconds;

/// In the largest unit of which there are at least two: "90 s", "20 min", "3 h", "2 days".
std::string in_words(milliseconds time) {
    using namespace std::chrono;
    const auto in_s = round<seconds>(time);
    const auto in_min = round<minutes>(time);
    const auto in_h = round<hours>(time);
    if (in_h >= days{2}) return std::to_string(round<days>(time).count()) + " days";
    if (in_min >= hours{2}) return std::to_string(in_h.count()) + " h";
    if (in_s >= minutes{2}) return std::to_string(in_min.count()) + " min";
    return std::to_string(in_s.count()) + " s";
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
