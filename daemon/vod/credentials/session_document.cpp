#include "daemon/vod/credentials/session_document.h"

#include <fmt/format.h>

#include <algorithm>

#include "catalog/error.h"
#include "daemon/secret_file.h"
#include "daemon/vod/http_date.h"
#include "daemon/vod/json_document.h"

namespace vodcatalog {
namespace {

using simdjson::dom::element;

constexpr std::size_t kDepthMax = 16;
constexpr std::size_t kKeyBytesMax = 256;
constexpr std::size_t kTokenBytesMax = 16 * 1024;

/// The one word that `object` has under `name`.
std::string word(const simdjson::dom::object& object, std::string_view name,
                 std::size_t bytes_max) {
    std::string_view text;
    if (object.at_key(name).get(text) != simdjson::SUCCESS)
        throw catalog::Retryable(fmt::format("the answer has no {}", name));
    if (text.size() > bytes_max)
        throw catalog::Retryable(fmt::format("{} in the answer is too long", name));
    try {
        return secret_word(text);
    } catch (const catalog::Unusable& error) {
        throw catalog::Retryable(fmt::format("{} in the answer {}", name, error.what()));
    }
}

simdjson::dom::object object_of(element root, std::string_view member) {
    simdjson::dom::object object;
    const auto error = member.empty() ? root.get(object) : root[member].get(object);
    if (error != simdjson::SUCCESS) throw catalog::Retryable("the answer holds no credentials");
    return object;
}

/// How much of a session was left when `response` was written.
std::chrono::milliseconds life_left(WallTime expires_at, const HttpResponse& response,
                                    WallTime asked_at) {
    const auto date = response.header("date");
    const auto server = date ? http_date(*date) : std::nullopt;
    // The header has whole seconds, cut off.
    const WallTime now = server ? *server + std::chrono::seconds{1} : asked_at;
    const auto left = expires_at - now;
    if (left.count() > 0) return std::min<std::chrono::milliseconds>(left, kSessionLifeMax);
    throw catalog::Retryable(
        fmt::format("the session given expired at {} already, by {} clock; {}",
                    catalog::to_iso_seconds(expires_at), server ? "the server's" : "this machine's",
                    server ? "it is asked again" : "set the clock (timedatectl set-ntp true)"));
}

}  // namespace

Grant read_session(HttpResponse& response, std::string_view member, AskedAt asked_at,
                   std::string_view provider) {
    JsonDocument document;
    const simdjson::dom::object object =
        object_of(document.parse(response.body, kDepthMax), member);
    Grant grant;
    Credentials& credentials = grant.session.credentials;
    credentials.access_key_id = word(object, "AccessKeyId", kKeyBytesMax);
    credentials.access_key_secret = word(object, "AccessKeySecret", kKeyBytesMax);
    credentials.security_token = word(object, "SecurityToken", kTokenBytesMax);
    const auto expires_at = catalog::from_iso(word(object, "Expiration", kKeyBytesMax));
    if (!expires_at) throw catalog::Retryable("Expiration in the answer is no time");
    grant.session.expires_at = expires_at;
    grant.session.provider = provider;
    grant.good_until = asked_at.steady + life_left(*expires_at, response, asked_at.wall);
    return grant;
}

}  // namespace vodcatalog
