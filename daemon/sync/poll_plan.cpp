#include "daemon/sync/poll_plan.h"

#include <algorithm>
#include <cmath>

namespace vodcatalog {
namespace {

using catalog::ImageState;
using catalog::StatusKind;
using catalog::Tier;
using catalog::WallTime;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr milliseconds kUploadBegins = seconds{2};

struct Gap {
    Tier tier;
    milliseconds length;
};

milliseconds fraction_of(milliseconds age, double fraction, milliseconds min,
                         milliseconds max) noexcept {
    const double part = static_cast<double>(age.count()) * fraction;
    if (part >= static_cast<double>(max.count())) return max;
    return std::max(milliseconds{static_cast<std::int64_t>(part)}, min);
}

milliseconds root_of(milliseconds age, double root, milliseconds min) noexcept {
    const double gap_s = root * std::sqrt(static_cast<double>(age.count()) / 1000.0);
    return std::max(milliseconds{static_cast<std::int64_t>(gap_s * 1000.0)}, min);
}

Gap never_answered(const PollSettings& settings, const PollState& state,
                   milliseconds age) noexcept {
    if (!state.just_uploaded) {
        return {Tier::warm, fraction_of(age, 0.1, seconds{5}, hours{1})};
    }
    const milliseconds gap =
        std::min<milliseconds>(root_of(age, settings.uploading_root, kUploadBegins), hours{1});
    return {age < minutes{10} ? Tier::hot : Tier::warm, gap};
}

Gap answered(const PollSettings& settings, const PollState& state, milliseconds age) noexcept {
    if (state.status != StatusKind::uploading) {
        return {Tier::cold, fraction_of(age, settings.normal_fraction, settings.normal_min,
                                        settings.normal_max)};
    }
    if (age >= settings.stuck_after) {
        return {Tier::cold,
                fraction_of(age, 0.1, std::min<milliseconds>(minutes{5}, settings.uploading_max),
                            settings.uploading_max)};
    }
    return {Tier::hot, root_of(age, settings.uploading_root, settings.uploading_min)};
}

Gap gap_of(const PollSettings& settings, const PollState& state) noexcept {
    const milliseconds age = std::max(state.age, milliseconds{0});
    switch (state.state) {
        case ImageState::pending:
            return never_answered(settings, state, age);
        case ImageState::tracked:
            return answered(settings, state, age);
        case ImageState::suspect:
            return {Tier::warm, kSecondOpinionAfter};
        case ImageState::quarantined:
            return {Tier::cold, fraction_of(age, 1.0, minutes{10}, hours{24})};
        case ImageState::gone:
        case ImageState::never_existed:
        case ImageState::untracked:
            return {Tier::cold, fraction_of(age, 0.5, hours{6}, hours{24 * 7})};
    }
    return {Tier::cold, settings.normal_max};
}

}  // namespace

WallTime sweep_slot(WallTime due_at, milliseconds gap, milliseconds top,
                    std::int64_t image_key) noexcept {
    milliseconds period = top;
    while (period > gap / 2) period /= 2;
    if (period < minutes{2}) return due_at;
    const milliseconds phase = minutes{image_key / kSweepBlock} % period;
    return due_at - (due_at.time_since_epoch() - phase) % period;
}

Poll poll_plan(const PollSettings& settings, const PollState& state, WallTime now,
               double jitter) noexcept {
    const Gap gap = gap_of(settings, state);
    if (gap.tier == Tier::cold) {
        return {gap.tier,
                sweep_slot(now + gap.length, gap.length, settings.normal_max / 2, state.image_key)};
    }
    // A second opinion must not come early.
    if (state.state == ImageState::suspect) return {gap.tier, now + gap.length};
    const auto shorter =
        static_cast<std::int64_t>(static_cast<double>(gap.length.count()) * 0.1 * jitter);
    return {gap.tier, now + gap.length - milliseconds{shorter}};
}

Poll first_poll(catalog::Source source, WallTime now) noexcept {
    if (catalog::is_uploader(source)) return {Tier::hot, now + kUploadBegins};
    return {Tier::warm, now};
}

}  // namespace vodcatalog
