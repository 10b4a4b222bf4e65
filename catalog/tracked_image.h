#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "catalog/wall_time.h"

namespace catalog {

/// In what state the watching of an image is; `tracked_image.state`.
enum class ImageState {
    pending,        ///< Never answered.
    tracked,        ///< Answered, and there.
    suspect,        ///< The cloud said once that it does not exist.
    gone,           ///< Confirmed not to exist, after it had been there.
    never_existed,  ///< Confirmed not to exist, and it never had.
    quarantined,    ///< It spoils every call it is in; asked alone and seldom.
    untracked,      ///< Nobody wants it watched; its rows stay.
};

/// Who wants an image watched; `image_source.source`.
enum class Source { settings, file, command, track_endpoint, discovery, callback };

/// The order in which due images are served; `poll_queue.tier`.
enum class Tier { hot, warm, cold };
inline constexpr int kTiers = 3;

/// The statuses the schedule tells apart.
enum class StatusKind { none, uploading, normal, upload_fail, other };

/// It names images as they are uploaded, by those who upload them: the track endpoint or the
/// command.
[[nodiscard]] bool is_uploader(Source source) noexcept;

[[nodiscard]] std::string_view to_string(ImageState state) noexcept;
[[nodiscard]] std::string_view to_string(Source source) noexcept;
/// Throws std::logic_error for text that no build wrote.
[[nodiscard]] ImageState image_state_of(std::string_view text);
[[nodiscard]] StatusKind status_kind(std::optional<std::string_view> status) noexcept;

/// A row of the poll queue with what the schedule needs to know of its image.
struct DueImage {
    std::int64_t account_key = 0;
    Tier tier = Tier::warm;
    WallTime due_at{};
    std::int64_t image_key = 0;
    std::int64_t generation = 0;
    std::optional<WallTime> last_answered_at;
    std::optional<std::int64_t> content_hash;

    std::string image_id;
    ImageState state = ImageState::pending;
    WallTime state_since{};
    WallTime added_at{};
    StatusKind status = StatusKind::none;
    bool just_uploaded = false;  ///< Never answered, and a source of it is_uploader().
    std::optional<WallTime> created_at;
    std::optional<WallTime> first_seen_at;
    std::optional<WallTime> last_changed_at;
};

/// A place in the order of a tier's queue: behind the row with that due time and key, at first
/// before all rows.
struct DuePlace {
    WallTime due_at = WallTime::min();
    std::int64_t image_key = 0;
};

}  // namespace catalog
