#include "daemon/vod/credentials/environment_key.h"

#include <fmt/format.h>
#include <strings.h>

#include <cstdlib>

#include "catalog/error.h"
#include "daemon/secret_file.h"

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
        "the environment variable {} {}; set {} and {}, or give the account credentials in the "
        "settings",
        name, fault, kId, kSecret));
}

}  // namespace

std::string environment_text(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? "" : value;
}

bool environment_flag(const char* name) {
    return strcasecmp(environment_text(name).c_str(), "true") == 0;
}

bool EnvironmentKey::is_given() {
    return std::getenv(kId) != nullptr;
}

Credentials environment_credentials() {
    Credentials credentials;
    credentials.access_key_id = variable(kId);
    credentials.access_key_secret = variable(kSecret);
    if (!environment_text(kToken).empty()) credentials.security_token = variable(kToken);
    return credentials;
}

Grant EnvironmentKey::ask() {
    Grant grant;
    grant.session.provider = name();
    grant.session.credentials = environment_credentials();
    return grant;
}

}  // namespace vodcatalog
