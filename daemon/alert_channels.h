#pragma once

#include <vector>

#include "daemon/alert_settings.h"
#include "daemon/alerts/courier_worker.h"
#include "daemon/clock.h"
#include "daemon/vod/deadline_watch.h"
#include "daemon/vod/name_lookup.h"
#include "daemon/vod/redactor.h"

namespace vodcatalog {

/// What channels share. All of it outlives them.
struct ChannelParts {
    DeadlineWatch& deadlines;
    NameLookup& names;
    const Clock& clock;
    Redactor& redactor;
};

/// How many incidents a receiver that is no person is given in one message.
inline constexpr int kMachineItemsMax = 1'000;

/// The channels of the settings, ready to send. Throws catalog::Unusable if a CA file cannot be
/// used.
[[nodiscard]] std::vector<Outlet> make_outlets(const AlertSettings& settings,
                                               const ChannelParts& parts);

}  // namespace vodcatalog
