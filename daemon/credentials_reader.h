#pragma once

#include <filesystem>
#include <string>

#include "daemon/vod/credentials/credentials_settings.h"
#include "daemon/yaml_reader.h"

namespace vodcatalog {

/// Reads the key `credentials` of an account, and what the environment says where the settings say
/// nothing, into `out`. Without the key, the chain is the one of the cloud's own libraries:
/// environment, OIDC if its three variables are set, the instance's role unless
/// ALIBABA_CLOUD_ECS_METADATA_DISABLED. Relative paths count from `folder`; STS is asked in
/// `region` (may be empty). Secret files are read to see whether they can be.
void read_credentials(YamlReader& account, const std::filesystem::path& folder,
                      const std::string& region, CredentialsSettings& out);

}  // namespace vodcatalog
