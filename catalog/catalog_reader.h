#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "catalog/catalog_figures.h"
#include "catalog/cell.h"
#include "catalog/database.h"
#include "catalog/event_feed.h"
#include "catalog/image_query.h"
#include "catalog/report.h"

namespace catalog {

/// A look into a catalog that another process may be writing: read-only, takes no lock, never
/// checkpoints. One thread at a time.
///
/// What takes a RowSink writes one result into it. All throw Retryable if the catalog cannot be
/// read now, Unusable if it is damaged; the sink may have had a part of the rows then.
class CatalogReader {
public:
    /// Throws Unusable if the file is no catalog, or one of a newer build; Retryable if it cannot
    /// be opened now.
    explicit CatalogReader(const std::filesystem::path& file);

    /// The name of the account that has the image; nothing if the catalog does not have it.
    [[nodiscard]] std::optional<std::string> account_of(std::string_view image_id);

    /// Of a catalog with this build's schema. Takes time in proportion to what is open or not
    /// delivered, however many images there are. Throws Retryable.
    [[nodiscard]] CatalogFigures figures();

    /// Images, the last one that was tracked first.
    void images(const ImageQuery& query, RowSink& sink);
    /// Everything about one image as one row, gone or not; no row if the catalog does not have it.
    void image(std::string_view image_id, RowSink& sink);
    /// What has happened, the oldest first: the last `query.limit` events, or what came after
    /// `cursor`, which is moved on.
    void events(const EventQuery& query, EventCursor& cursor, RowSink& sink);
    /// Open incidents, or all that are remembered, the most severe or last first.
    void incidents(const IncidentQuery& query, RowSink& sink);
    /// One row an account: whether the cloud answers, and what was done in the last hour before
    /// `now`.
    void accounts(WallTime now, RowSink& sink);
    /// What will be asked next, per account and tier: how many images are due by `now`, and how
    /// many in the hour after.
    void plan(WallTime now, RowSink& sink);
    /// The view of this name: account, status, images.
    void status_summary(RowSink& sink);
    /// The view `image`, as it lies in the file.
    void all_images(RowSink& sink);
    void run(const Report& report, RowSink& sink);

    /// Numbers for one screen.
    struct Summary {
        std::int64_t critical = 0;  ///< Open incidents that are not silenced.
        std::int64_t warning = 0;
        std::int64_t waiting_notices = 0;
        std::int64_t dead_notices = 0;
        std::int64_t down_accounts = 0;
        std::optional<WallTime> last_answer;  ///< To the minute.
    };
    [[nodiscard]] Summary summary(WallTime now);

private:
    void read_notices(CatalogFigures& figures);

    Database database_;
};

}  // namespace catalog
