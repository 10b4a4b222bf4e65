#pragma once

#include <cstdint>
#include <string_view>

#include "catalog/database.h"
#include "catalog/image.h"
#include "catalog/tracked_image.h"

namespace catalog {

/// The tables image_info, mezzanine and image_tag. Works inside the caller's transaction.
class ImageStore {
public:
    explicit ImageStore(Database& database);

    struct Known {
        std::int64_t image_key;
        std::int64_t account_key;
    };
    [[nodiscard]] std::optional<Known> find(std::string_view image_id);
    /// Adds an image nothing is known of yet; returns its key.
    std::int64_t add(std::int64_t account_key, std::string_view image_id);

    /// Whether the image has been answered.
    [[nodiscard]] bool is_seen(std::int64_t image_key);

    /// The stored row into `image`, reusing its memory.
    void read(std::int64_t image_key, Image& image);

    /// What a changed answer writes.
    struct Write {
        std::int64_t image_key;
        const Image& before;  ///< As read() gave it.
        const Image& now;     ///< With the status to store.
        std::optional<WallTime> created_at;
        bool first_sight;
        WallTime seen_at;
        std::string_view request_id;
    };
    void write(const Write& write);

    /// Whether any image of the account has been answered.
    [[nodiscard]] bool has_seen(std::int64_t account_key);

    /// Sets or clears gone_at.
    void set_gone_at(std::int64_t image_key, std::optional<WallTime> gone_at);

private:
    void write_mezzanine(const Write& write);
    void write_tags(const Write& write);

    Statement find_;
    Statement has_seen_;
    Statement add_;
    Statement is_seen_;
    Statement read_;
    Statement update_;
    Statement set_status_;
    Statement set_created_;
    Statement set_gone_at_;
    Statement upsert_mezzanine_;
    Statement delete_mezzanine_;
    Statement delete_tags_;
    Statement add_tag_;
};

}  // namespace catalog
