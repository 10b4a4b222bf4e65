#include "daemon/vod/credentials/static_key.h"

#include <fmt/format.h>

#include <string_view>

#include "catalog/error.h"

namespace vodcatalog {
namespace {

/// "access_key_secret_file names ..." for a fault of the file that key names.
std::string read_part(const SecretFile& file, std::string_view key, bool may_lack_its_end) {
    SecretFile::Text text;
    try {
        text = file.read_text();
    } catch (const catalog::Unusable& error) {
        throw catalog::Refused(fmt::format("{} {}", key, error.what()));
    }
    if (text.ends_line || may_lack_its_end) return text.word;
    throw catalog::Retryable(fmt::format(
        "{} names a file that has just changed and has no line end; it may be half written and is "
        "looked at again; end it with a line end, or rename a whole file to its name",
        key));
}

}  // namespace

std::string StaticKey::fingerprint() const {
    return settings_.access_key_secret.fingerprint() + "," + settings_.security_token.fingerprint();
}

Grant StaticKey::ask() {
    const std::string now = fingerprint();
    const bool settled = taken_.empty() || now == taken_ || now == seen_;
    seen_ = now;
    Grant grant;
    grant.session.provider = name();
    Credentials& credentials = grant.session.credentials;
    credentials.access_key_id = settings_.access_key_id;
    credentials.access_key_secret =
        read_part(settings_.access_key_secret, "access_key_secret_file", settled);
    if (settings_.security_token.given()) {
        credentials.security_token =
            read_part(settings_.security_token, "security_token_file", settled);
    }
    taken_ = now;
    return grant;
}

}  // namespace vodcatalog
