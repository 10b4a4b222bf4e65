#pragma once

#include <filesystem>
#include <string>

#include "daemon/vod/credentials/provider.h"
#include "daemon/vod/credentials/sts.h"
#include "daemon/vod/redactor.h"

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
    /// `redactor`, which is told of each OIDC token before it is sent, must outlive it.
    OidcRole(OidcSettings settings, Sts sts, Redactor& redactor)
        : Provider("oidc"),
          settings_(std::move(settings)),
          sts_(std::move(sts)),
          redactor_(redactor) {}

private:
    [[nodiscard]] Grant ask() override;
    [[nodiscard]] std::string token() const;

    const OidcSettings settings_;
    Sts sts_;
    Redactor& redactor_;
};

}  // namespace vodcatalog
