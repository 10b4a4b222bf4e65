#pragma once

#include <memory>

#include "daemon/settings.h"
#include "daemon/vod/vod_client.h"

namespace vodcatalog {

/// How to call the cloud for the account, as its settings have it; calls are signed with
/// `sessions`.
[[nodiscard]] VodAccount vod_account(const AccountSettings& account,
                                     std::shared_ptr<SessionSource> sessions);

}  // namespace vodcatalog
