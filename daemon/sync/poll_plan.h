#pragma once

#include <chrono>
#include <cstdint>

#include "catalog/tracked_image.h"

namespace vodcatalog {

using std::chrono::milliseconds;

/// `schedule:` and `alerts.stuck_after` of the settings.
struct PollSettings {
    double uploading_root = 0.7;  ///< Gap in seconds = root * sqrt(age in seconds).
    milliseconds uploading_min = std::chrono::seconds{2};
    milliseconds uploading_max = std::chrono::hours{24};  ///< Of an upload that is stuck.
    double normal_fraction = 0.5;                         ///< Gap = fraction * age.
    milliseconds normal_min = std::chrono::hours{1};
    milliseconds normal_max = std::chrono::hours{20};
    milliseconds stuck_after = std::chrono::minutes{60};  ///< An upload that takes longer is stuck.
};

/// What the schedule knows of an image at the moment it plans the next poll.
struct PollState {
    catalog::ImageState state = catalog::ImageState::pending;
    catalog::StatusKind status = catalog::StatusKind::none;
    /// Since its last change, or its creation; of an image never answered, since it became watched.
    /// Below zero counts as zero.
    milliseconds age{0};
    /// Never answered, and named by whoever uploads it: the track endpoint or the command.
    bool just_uploaded = false;
    std::int64_t image_key = 0;
};

struct Poll {
    catalog::Tier tier;
    catalog::WallTime due_at;  ///< In schedule time, as `now`.

    bool operator==(const Poll&) const = default;
};

/// How long a suspect waits for its second opinion.
inline constexpr milliseconds kSecondOpinionAfter = std::chrono::minutes{5};

/// When an image is asked next. Pure.
///
/// - Uploading: the density of polls that gives the least mean delay goes with the square root of
/// the hazard of
///   finishing, and in the tail of upload durations that hazard falls as 1/age: so the gap grows
///   with sqrt(age).
/// - Everything that rests: a fraction of the age, the freshness heuristic of RFC 9111,
/// section 4.2.2.
///
/// `jitter` in [0, 1) shortens hot and warm gaps by up to a tenth. Cold due times take their spread
/// from the key instead: see sweep_slot().
[[nodiscard]] Poll poll_plan(const PollSettings& settings, const PollState& state,
                             catalog::WallTime now, double jitter) noexcept;

/// When an image that was not watched until `now` is asked first, by who told of it. Pure. An
/// upload that has only begun need not be known to the cloud at once.
[[nodiscard]] Poll first_poll(catalog::Source source, catalog::WallTime now) noexcept;

/// Brings a cold due time into key order: down to the last moment at which a sweep over the keys,
/// one block of kSweepBlock keys a minute, repeated every `top` halved until it is half of `gap` or
/// less, passes `image_key`. Never earlier than half of `gap` before `due_at`; gaps under four
/// minutes stay as they are.
[[nodiscard]] catalog::WallTime sweep_slot(catalog::WallTime due_at, milliseconds gap,
                                           milliseconds top, std::int64_t image_key) noexcept;
inline constexpr std::int64_t kSweepBlock = 100;

}  // namespace vodcatalog
