#pragma once

#include <chrono>

#include "catalog/tracked_image.h"

namespace vodcatalog {

/// How long after first sight (of one never answered: after it became watched) a not-exist answer
/// means nothing: the cloud may not have caught up with itself.
inline constexpr std::chrono::minutes kNewImageGrace{10};

/// One not-exist answer and what is known of its image.
struct NotExist {
    catalog::ImageState state = catalog::ImageState::pending;
    bool seen_before = false;            ///< The cloud has answered with it once.
    std::chrono::milliseconds known{0};  ///< Since first sight, or since it became watched.
    /// It was the second opinion: due, asked alone by GetImageInfo, answered by NoSuchResource.
    bool second_opinion = false;
    /// So much of the account is suspect that the fault is more likely elsewhere.
    bool guarded = false;
};

/// The state the image is in after that answer. Two are needed, five minutes apart, before it is
/// gone. Pure.
[[nodiscard]] catalog::ImageState after_not_exist(const NotExist& answer) noexcept;

/// More than 10 % of an account, and at least 20 images.
[[nodiscard]] bool is_guarded(std::int64_t suspects, std::int64_t watched) noexcept;

}  // namespace vodcatalog
