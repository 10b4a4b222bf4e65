#pragma once

#include <vector>

#include "daemon/credentials_worker.h"
#include "daemon/settings.h"
#include "daemon/vod/deadline_watch.h"
#include "daemon/vod/name_lookup.h"

namespace vodcatalog {

/// What a CredentialsWorker needs of each account, in their order. STS is reached as the account's
/// endpoint is, with its CA file and its proxy. The metadata service is reached directly: behind a
/// proxy another machine's would answer, if any did. `watch`, `names` and `clock` must outlive the
/// clients within.
[[nodiscard]] std::vector<CredentialsWorker::Account> credentials_accounts(const Settings& settings,
                                                                           DeadlineWatch& watch,
                                                                           NameLookup& names,
                                                                           const Clock& clock);

}  // namespace vodcatalog
