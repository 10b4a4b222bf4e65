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
};

/// The provider that `settings` describe. `http`, `clock` and `random` must outlive it.
[[nodiscard]] std::unique_ptr<Provider> make_provider(const CredentialsSettings& settings,
                                                      HttpClient& http, const Clock& clock,
                                                      Random& random);

}  // namespace vodcatalog
