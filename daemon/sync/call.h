#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "catalog/tracked_image.h"
#include "daemon/clock.h"
#include "daemon/vod/vod_client.h"

namespace vodcatalog {

/// A call the sync step wants made. Travels by value: sync step -> fetcher -> back with its
/// outcome.
struct Call {
    std::uint64_t call_id = 0;
    std::size_t account = 0;  ///< Index into SyncSettings::accounts.
    Operation operation = Operation::get_image_infos;
    std::vector<catalog::DueImage> asked;  ///< 1 to ids_max(operation).
    WallTime scheduled_at{};               ///< Schedule time when it was made.
    /// Changes when images are tracked or untracked; 0: not known yet.
    std::uint64_t sources_epoch = 0;
    Answer memory;  ///< An answer that has been recorded, for the next one to reuse its memory.
};

/// A call that came back.
struct Answered {
    Call call;
    CallOutcome outcome;
    WallTime at{};  ///< Wall time when the answer was there; Sync corrects it by the cloud's clock.
};

}  // namespace vodcatalog
