#include "daemon/vod/credentials/credentials_settings.h"

#include <cassert>

#include "daemon/vod/credentials/environment_key.h"
#include "daemon/vod/credentials/provider_chain.h"
#include "daemon/vod/credentials/role.h"

namespace vodcatalog {
namespace {

Sts make_sts(const CredentialsSettings& settings, const ProviderSeams& seams) {
    return {settings.sts, seams.sts, seams.clock, settings.compensate_clock};
}

std::unique_ptr<Provider> make_link(ProviderKind kind, const CredentialsSettings& settings,
                                    const ProviderSeams& seams) {
    switch (kind) {
        case ProviderKind::static_key:
            return std::make_unique<StaticKey>(settings.static_key);
        case ProviderKind::environment:
            return std::make_unique<EnvironmentKey>();
        case ProviderKind::oidc:
            return std::make_unique<OidcRole>(settings.oidc, make_sts(settings, seams),
                                              seams.redactor);
        case ProviderKind::ecs_role:
            return std::make_unique<EcsRole>(settings.ecs_role, settings.metadata, seams.metadata,
                                             seams.clock, seams.redactor);
    }
    return nullptr;
}

}  // namespace

std::unique_ptr<Provider> make_provider(const CredentialsSettings& settings,
                                        const ProviderSeams& seams) {
    assert(!settings.chain.empty());
    std::vector<std::unique_ptr<Provider>> links;
    for (const ProviderKind kind : settings.chain)
        links.push_back(make_link(kind, settings, seams));
    std::unique_ptr<Provider> provider = links.size() == 1
                                             ? std::move(links.front())
                                             : std::make_unique<ProviderChain>(std::move(links));
    if (!settings.role) return provider;
    return std::make_unique<Role>(*settings.role, std::move(provider), make_sts(settings, seams),
                                  seams.random, seams.redactor);
}

}  // namespace vodcatalog
