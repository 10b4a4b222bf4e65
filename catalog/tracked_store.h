#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "catalog/database.h"
#include "catalog/tracked_image.h"

namespace catalog {

/// The tables tracked_image and image_source. Works inside the caller's transaction.
class TrackedStore {
public:
    explicit TrackedStore(Database& database);

    struct Tracking {
        ImageState state;
        std::int64_t generation;
    };
    [[nodiscard]] std::optional<Tracking> find(std::int64_t image_key);
    void add(std::int64_t image_key, ImageState state, WallTime now);
    void set_state(std::int64_t image_key, ImageState state, WallTime since);
    /// Makes the image's queue row void; returns the generation of the next one.
    std::int64_t next_generation(std::int64_t image_key);

    /// True if it was not a source of the image before.
    bool add_source(std::int64_t image_key, Source source, WallTime now);
    bool remove_source(std::int64_t image_key, Source source);
    [[nodiscard]] bool has_source(std::int64_t image_key);
    /// Calls `use(image_key, image_id)` for the images of the account that have `source`, in key
    /// order, from after `after_key`, at most `limit`.
    void each_of_source(std::int64_t account_key, Source source, std::int64_t after_key, int limit,
                        const std::function<void(std::int64_t, std::string_view)>& use);

    /// How many of the account's images are suspect.
    [[nodiscard]] std::int64_t suspects(std::int64_t account_key);

private:
    Statement find_;
    Statement add_;
    Statement set_state_;
    Statement next_generation_;
    Statement add_source_;
    Statement remove_source_;
    Statement has_source_;
    Statement each_of_source_;
    Statement suspects_;
};

}  // namespace catalog
