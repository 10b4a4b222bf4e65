#include "tests/simulator/metadata.h"

#include <charconv>

#include "catalog/wall_time.h"
#include "tests/simulator/dice.h"
#include "tests/simulator/history.h"
#include "tests/simulator/json_writer.h"
#include "tests/simulator/sts.h"

namespace simulator {
namespace {

constexpr std::string_view kTokenPath = "/latest/api/token";
constexpr std::string_view kRolePath = "/latest/meta-data/ram/security-credentials/";
constexpr std::int64_t kTokenLifeMaxS = 21'600;
constexpr std::size_t kTokensMax = 10'000;

void say(int http_status, const std::string& text, Reply& reply) {
    reply.http_status = http_status;
    reply.content_type = "text/plain";
    reply.body = text;
}

/// Seconds; 0 if the header is not as it has to be.
std::int64_t life_in(std::string_view text) {
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole && seconds >= 1 && seconds <= kTokenLifeMaxS ? seconds : 0;
}

}  // namespace

std::string Metadata::action_of(const HttpRequest& request) {
    if (request.path == kTokenPath) return "MetadataToken";
    if (request.path == kRolePath) return "MetadataRole";
    if (request.path.starts_with(kRolePath)) return "MetadataCredentials";
    return "";
}

void Metadata::answer(const HttpRequest& request, const Temporary& settings, std::int64_t now_ms,
                      Reply& reply) {
    reply.gateway = false;
    if (request.path == kTokenPath) {
        if (request.method != "PUT") return say(405, "Method Not Allowed", reply);
        const std::int64_t life =
            life_in(request.header("x-aliyun-ecs-metadata-token-ttl-seconds"));
        if (life == 0) return say(400, "Bad Request", reply);
        return say(200, make_token(now_ms + life * 1'000), reply);
    }
    if (request.method != "GET") return say(405, "Method Not Allowed", reply);
    const std::string token{request.header("x-aliyun-ecs-metadata-token")};
    if (token.empty() ? settings.token_required : !is_good(token, now_ms)) {
        return say(403, "Forbidden", reply);
    }
    const std::string role = request.path.substr(kRolePath.size());
    if (settings.role.empty() || (!role.empty() && role != settings.role)) {
        return say(404, "Not Found", reply);
    }
    if (role.empty()) return say(200, settings.role, reply);
    const Account* const account = accounts_.named(settings.role_account);
    const Key key = key_of(*account, settings.role_life, now_ms);
    JsonWriter out(reply.body);
    out.begin_object();
    write_key(out, key, reply.clock_skew);
    const std::int64_t made_at = key.expires_at - settings.role_life.count();
    out.member("LastUpdated", catalog::to_iso_seconds(catalog::from_ms(made_at)));
    out.member("Code", "Success").end_object();
    reply.content_type = "text/plain";
}

std::string Metadata::make_token(std::int64_t expires_at) {
    const std::scoped_lock lock(mutex_);
    if (tokens_.size() >= kTokensMax) tokens_.clear();
    std::string token = make_image_id(seed_, 3'000'000'000'000 + tokens_made_++) + "==";
    tokens_[token] = expires_at;
    return token;
}

bool Metadata::is_good(const std::string& token, std::int64_t now_ms) {
    const std::scoped_lock lock(mutex_);
    const auto found = tokens_.find(token);
    return found != tokens_.end() && now_ms < found->second;
}

Key Metadata::key_of(const Account& account, Milliseconds life, std::int64_t now_ms) {
    const std::scoped_lock lock(mutex_);
    // Not where somebody ended it or changed the settings in between.
    const auto known = key_ ? keys_.find(key_->credentials.access_key_id) : std::nullopt;
    const bool fresh = known && known->account == account.index &&
                       known->expires_at - key_made_at_ == life.count() &&
                       now_ms - key_made_at_ < life.count() / 2;
    if (!fresh) {
        key_ = keys_.issue(account.index, now_ms + life.count());
        key_made_at_ = now_ms;
    }
    return *key_;
}

}  // namespace simulator
