#pragma once

#include <string>

#include "daemon/secret_file.h"
#include "daemon/vod/credentials/provider.h"

namespace vodcatalog {

struct StaticKeySettings {
    std::string access_key_id;
    SecretFile access_key_secret;
    SecretFile security_token;  ///< Not given: a permanent key.
};

/// An access key whose ID is in the settings and whose secret is in a file. Reads the file anew
/// each time. One that has changed since it was last taken and does not end with a line end may be
/// half written: it is Retryable at first, and taken if it is still the same the next time.
class StaticKey final : public Provider {
public:
    explicit StaticKey(StaticKeySettings settings)
        : Provider("static"), settings_(std::move(settings)) {}

    [[nodiscard]] bool gives_at_once() const override { return true; }
    [[nodiscard]] bool changed() const override { return fingerprint() != seen_; }

private:
    [[nodiscard]] Grant ask() override;
    [[nodiscard]] std::string fingerprint() const;

    const StaticKeySettings settings_;
    std::string seen_;   ///< The files at the last ask().
    std::string taken_;  ///< The files when they were last good; empty: never.
};

}  // namespace vodcatalog
