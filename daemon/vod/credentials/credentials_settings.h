#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "daemon/clock.h"
#include "daemon/random.h"
#include "daemon/vod/credentials/ecs_role.h"
#include "daemon/vod/credentials/oidc_role.h"
#include "daemon/vod/credentials/static_key.h"
#include "daemon/vod/credentials/sts.h"
#include "daemon/vod/endpoint.h"
#include "daemon/vod/redactor.h"

namespace vodcatalog {

enum class ProviderKind { static_key, environment, oidc, ecs_role };

/// Where an account's credentials come from. A plain value; holds no secret.
struct CredentialsSettings {
    std::vector<ProviderKind> chain{ProviderKind::environment};  ///< In this order; not empty.
    StaticKeySettings static_key;
    OidcSettings oidc;
    EcsRoleSettings ecs_role;
    std::optional<RoleSettings> role;  ///< To be taken on by what the chain gives.
    Endpoint sts = sts_endpoint("", false);
    Endpoint metadata = metadata_endpoint();
    /// Sign what STS is asked by the cloud's clock where ours is off, see CloudClock.
    bool compensate_clock = true;
};

/// What providers use; all must outlive them.
struct ProviderSeams {
    HttpClient& sts;       ///< The way to STS, as to the account's endpoint: CA file and proxy.
    HttpClient& metadata;  ///< The way to the metadata service: never by a proxy.
    const Clock& clock;
    Random& random;
    Redactor& redactor;  ///< Told of secrets that are used on the way to a session.
};

/// The provider that `settings` describe.
[[nodiscard]] std::unique_ptr<Provider> make_provider(const CredentialsSettings& settings,
                                                      const ProviderSeams& seams);

}  // namespace vodcatalog
