#pragma once

#include <vector>

#include "catalog/catalog.h"
#include "daemon/random.h"
#include "daemon/sync/account_sync.h"
#include "daemon/sync/call.h"
#include "daemon/sync/incident_recorder.h"
#include "daemon/sync/poll_plan.h"
#include "daemon/sync/sync_event.h"

namespace vodcatalog {

/// Records the good answer of one call inside a transaction: rows, changes, incidents and next due
/// times. Part of the sync step.
class AnswerRecorder {
public:
    /// What became of the images of one call once the transaction is committed.
    struct Outcome {
        std::vector<std::int64_t> answered;
        std::vector<std::int64_t> unwritten;  ///< Answered too, unchanged, and not worth a write.
        std::vector<std::int64_t> not_answered;  ///< The answer names them in neither list.
        catalog::MinuteCounts counts;
        catalog::UploadCounts uploads;
        std::size_t first_seen = 0;    ///< Images that had never been there before.
        std::size_t first_denied = 0;  ///< Images whose first answer was that they do not exist.
    };

    AnswerRecorder(const PollSettings& settings, Random& random, IncidentRecorder& incidents)
        : settings_(settings), random_(random), incidents_(incidents) {}

    /// `answered.call.asked` is used up. Events are appended to `events`.
    Outcome record(catalog::Recording& recording, AccountSync& account, Answered& answered,
                   const Now& now, bool sources_changed, std::vector<SyncEvent>& events);

    /// The image spoils every call it is in: it is set apart.
    void quarantine(catalog::Recording& recording, const AccountSync& account,
                    catalog::DueImage& asked, const CallError& error, const Now& now,
                    std::vector<SyncEvent>& events);

private:
    struct Context;
    void record_image(Context& context, catalog::DueImage& asked, const catalog::Image& image,
                      std::int64_t hash);
    void record_not_exist(Context& context, catalog::DueImage& asked);
    void plan(catalog::Recording& recording, catalog::DueImage& asked, const Now& now,
              WallTime cloud_time);
    void change_state(Context& context, catalog::DueImage& asked, catalog::ImageState state);
    void judge(Context& context, const catalog::DueImage& asked, catalog::Sight& sight);

    const PollSettings& settings_;
    Random& random_;
    IncidentRecorder& incidents_;
    catalog::Recorded recorded_;
};

}  // namespace vodcatalog
