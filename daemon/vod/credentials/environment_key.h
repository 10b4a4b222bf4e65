#pragma once

#include <string>

#include "daemon/vod/credentials/provider.h"

namespace vodcatalog {

/// The key in ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and, for a temporary
/// one, ALIBABA_CLOUD_SECURITY_TOKEN: the names that the cloud's own libraries read.
class EnvironmentKey final : public Provider {
public:
    EnvironmentKey() : Provider("environment") {}

    /// Whether the environment names a key at all, be it whole or not.
    [[nodiscard]] static bool is_given();
    [[nodiscard]] bool gives_at_once() const override { return is_given(); }

private:
    [[nodiscard]] Grant ask() override;
};

/// What EnvironmentKey gives. Throws catalog::Unusable with a sentence that names the variable that
/// is missing or faulty and what to do.
[[nodiscard]] Credentials environment_credentials();

/// The variable's value; empty where it is not set.
[[nodiscard]] std::string environment_text(const char* name);
/// Whether the variable says "true", in any case, as the cloud's own libraries take it.
[[nodiscard]] bool environment_flag(const char* name);

}  // namespace vodcatalog
