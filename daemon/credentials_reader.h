#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "daemon/secret_file.h"
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

/// Reads the secret file that `key` names; complains about one that cannot be read. Returns the
/// secret, which is empty without the key or with a complaint.
std::string read_secret(YamlReader& map, std::string_view key, const std::filesystem::path& folder,
                        SecretFile& file);

}  // namespace vodcatalog
