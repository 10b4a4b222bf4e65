#pragma once

#include <filesystem>
#include <string>

#include "daemon/vod/credentials/provider.h"
#include "daemon/vod/credentials/sts.h"

namespace vodcatalog {

struct OidcSettings {
    RoleSettings role;
    std::string provider_arn;          ///< acs:ram::ACCOUNT:oidc-provider/NAME
    std::filesystem::path token_file;  ///< Read each time; others renew it.
};

/// A role given for an OIDC token, as pods have one (RRSA): AssumeRoleWithOIDC, which is not
/// signed.
class OidcRole final : public Provider {
public:
    /// `http` and `clock` must outlive it.
    OidcRole(OidcSettings settings, const Endpoint& sts, HttpClient& http, const Clock& clock)
        : Provider("oidc"), settings_(std::move(settings)), sts_(sts, http, clock) {}

private:
    [[nodiscard]] Grant ask() override;
    [[nodiscard]] std::string token() const;

    const OidcSettings settings_;
    Sts sts_;
};

}  // namespace vodcatalog
