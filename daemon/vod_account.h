#pragma once

#include "daemon/settings.h"
#include "daemon/vod/vod_client.h"

namespace vodcatalog {

/// How to call the cloud for the account, as its settings have it.
[[nodiscard]] VodAccount vod_account(const AccountSettings& account);

}  // namespace vodcatalog
