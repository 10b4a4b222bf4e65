#include "daemon/vod_account.h"

#include <utility>

namespace vodcatalog {

VodAccount vod_account(const AccountSettings& account, std::shared_ptr<SessionSource> sessions) {
    VodAccount vod;
    vod.name = account.name;
    vod.endpoint = account.endpoint;
    vod.region = account.region;
    vod.signature = account.signature;
    vod.output_type = account.output_type;
    vod.auth_timeout = account.auth_timeout;
    vod.ca_file = account.ca_file.string();
    vod.proxy = account.proxy;
    vod.sessions = std::move(sessions);
    vod.compensate_clock = account.compensate_clock;
    vod.timeout = account.timeout;
    return vod;
}

}  // namespace vodcatalog
