#pragma once

#include <string>

#include "daemon/secret_file.h"
#include "daemon/vod/credentials.h"

namespace vodcatalog {

/// Where an account's credentials come from, to be read again whenever they may have been rotated.
/// Holds no secret.
struct CredentialsSource {
    /// Empty: the environment, which is then the only source.
    std::string access_key_id;
    SecretFile access_key_secret;
    SecretFile security_token;  ///< Not given: a permanent key.

    /// Throws catalog::Unusable with a sentence that says which part is missing or faulty and what
    /// to do.
    [[nodiscard]] Credentials read() const;
};

/// From ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and, for a temporary key,
/// ALIBABA_CLOUD_SECURITY_TOKEN. Throws catalog::Unusable as above.
[[nodiscard]] Credentials environment_credentials();

}  // namespace vodcatalog
