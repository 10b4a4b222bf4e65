#include "daemon/credentials_source.h"

#include <fmt/format.h>

#include <cstdlib>

#include "catalog/error.h"

namespace vodcatalog {
namespace {

constexpr const char* kId = "ALIBABA_CLOUD_ACCESS_KEY_ID";
constexpr const char* kSecret = "ALIBABA_CLOUD_ACCESS_KEY_SECRET";
constexpr const char* kToken = "ALIBABA_CLOUD_SECURITY_TOKEN";

std::string variable(const char* name) {
    const char* const value = std::getenv(name);
    std::string fault = "is not set";
    try {
        if (value != nullptr) return secret_word(value);
    } catch (const catalog::Unusable& error) {
        fault = error.what();
    }
    throw catalog::Unusable(fmt::format(
        "the environment variable {} {}; set {} and {}, or give the account credentials "
        "in the settings",
        name, fault, kId, kSecret));
}

/// "access_key_secret_file names ..." for a fault of the file that key names.
std::string read_part(const SecretFile& file, std::string_view key) {
    try {
        return file.read();
    } catch (const catalog::Unusable& error) {
        throw catalog::Unusable(fmt::format("{} {}", key, error.what()));
    }
}

}  // namespace

Credentials CredentialsSource::read() const {
    if (access_key_id.empty()) return environment_credentials();
    Credentials credentials;
    credentials.access_key_id = access_key_id;
    credentials.access_key_secret = read_part(access_key_secret, "access_key_secret_file");
    if (security_token.given()) {
        credentials.security_token = read_part(security_token, "security_token_file");
    }
    return credentials;
}

Credentials environment_credentials() {
    Credentials credentials;
    credentials.access_key_id = variable(kId);
    credentials.access_key_secret = variable(kSecret);
    const char* const token = std::getenv(kToken);
    if (token != nullptr && *token != '\0') credentials.security_token = variable(kToken);
    return credentials;
}

}  // namespace vodcatalog
