#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "catalog/database.h"
#include "catalog/incident.h"
#include "catalog/tracked_image.h"

namespace catalog {

/// A list of IDs that is being taken in; `image_load`.
struct ImageLoad {
    std::int64_t account_key = 0;
    WallTime added_at{};
    std::string source;
    std::int64_t images = 0;
    std::int64_t failed = 0;  ///< Of the old ones, at first sight.
    std::int64_t stuck = 0;
};

/// What the rules about more than one image are judged by: the tables upload_minute and image_load,
/// and counts of others. Works inside the caller's transaction; reached through Recording.
class AlertFacts {
public:
    explicit AlertFacts(Database& database);

    void count(std::int64_t account_key, WallTime at, const UploadCounts& counts);
    [[nodiscard]] UploadCounts uploads_since(std::int64_t account_key, WallTime since);
    /// In how many minutes since then the cloud said that calls come too fast.
    [[nodiscard]] std::int64_t minutes_throttled(std::int64_t account_key, WallTime since);
    /// How many images are Uploading that were created between the two, `limit` at the most.
    [[nodiscard]] std::int64_t uploading(std::int64_t account_key, WallTime created_after,
                                         WallTime created_before, std::int64_t limit);
    /// When the catalog was made: the daemon's first start.
    [[nodiscard]] WallTime first_start();

    void load_begun(std::int64_t account_key, WallTime added_at, Source source,
                    std::int64_t images);
    /// An old image of the load was found failed or stuck at first sight.
    void load_silent(std::int64_t account_key, WallTime added_at, Rule rule);
    /// Takes out the loads that are over at `now`: all answered, or begun a day ago.
    [[nodiscard]] std::vector<ImageLoad> take_ended_loads(WallTime now);

    /// Tells the view stuck_upload.
    void set_stuck_after(std::chrono::milliseconds stuck_after);

private:
    Statement count_;
    Statement uploads_since_;
    Statement minutes_throttled_;
    Statement uploading_;
    Statement first_start_;
    Statement load_begun_;
    Statement load_silent_;
    Statement ended_loads_;
    Statement remove_load_;
    Statement set_stuck_after_;
};

}  // namespace catalog
