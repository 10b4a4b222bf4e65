#include "daemon/vod/credentials/oidc_role.h"

#include <fmt/format.h>

#include "catalog/error.h"
#include "daemon/file_content.h"
#include "daemon/secret_file.h"

namespace vodcatalog {
namespace {

constexpr std::size_t kTokenBytesMax = 20'000;  // STS's own limit

}  // namespace

/// Its file may be readable by others: whoever projects it sets the mode.
std::string OidcRole::token() const {
    const auto fault = [this](std::string_view what) {
        return catalog::Retryable(
            fmt::format("token_file names {}, which {}; check the path and what renews the file",
                        settings_.token_file.string(), what));
    };
    try {
        return secret_word(read_file(settings_.token_file, kTokenBytesMax).text);
    } catch (const catalog::Error& error) {
        throw fault(error.what());
    }
}

Grant OidcRole::ask() {
    const std::string its_token = token();
    redactor_.know(its_token);
    return sts_.ask(
        [&](WallTime now) {
            Parameters parameters = role_parameters(settings_.role);
            parameters.emplace_back("Action", "AssumeRoleWithOIDC");
            parameters.emplace_back("Timestamp", catalog::to_iso_seconds(now));
            parameters.emplace_back("OIDCProviderArn", settings_.provider_arn);
            parameters.emplace_back("OIDCToken", its_token);
            return parameters;
        },
        name());
}

}  // namespace vodcatalog
