#include "daemon/vod/credentials/credentials_settings.h"

#include <cassert>

#include "daemon/vod/credentials/environment_key.h"
#include "daemon/vod/credentials/provider_chain.h"
#include "daemon/vod/credentials/role.h"

namespace vodcatalog {
namespace {

std::unique_ptr<Provider> make_link(ProviderKind kind, const CredentialsSettings& settings,
                                    HttpClient& http, const Clock& clock) {
    switch (kind) {
        case ProviderKind::static_key:
            return std::make_unique<StaticKey>(settings.static_key);
        case ProviderKind::environment:
            return std::make_unique<EnvironmentKey>();
        case ProviderKind::oidc:
            return std::make_unique<OidcRole>(settings.oidc, settings.sts, http, clock);
        case ProviderKind::ecs_role:
            return std::make_unique<EcsRole>(settings.ecs_role, settings.metadata, http, clock);
    }
    return nullptr;
}

}  // namespace

std::unique_ptr<Provider> make_provider(const CredentialsSettings& settings, HttpClient& http,
                                        const Clock& clock, Random& random) {
    assert(!settings.chain.empty());
    std::vector<std::unique_ptr<Provider>> links;
    for (const ProviderKind kind : settings.chain)
        links.push_back(make_link(kind, settings, http, clock));
    std::unique_ptr<Provider> provider = links.size() == 1
                                             ? std::move(links.front())
                                             : std::make_unique<ProviderChain>(std::move(links));
    if (!settings.role) return provider;
    return std::make_unique<Role>(*settings.role, std::move(provider), settings.sts, http, clock,
                                  random);
}

}  // namespace vodcatalog
