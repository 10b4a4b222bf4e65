#include "daemon/vod/credentials/sts.h"

#include <fmt/format.h>

#include <algorithm>

#include "catalog/error.h"
#include "daemon/vod/api_error.h"
#include "daemon/vod/ascii_case.h"
#include "daemon/vod/error_body.h"
#include "daemon/vod/redact.h"
#include "daemon/vod/utf8.h"

namespace vodcatalog {
namespace {

constexpr std::size_t kMessageBytesMax = 300;

/// What STS says besides what all of the cloud's services say.
struct Advice {
    std::string_view code;  ///< How it begins, in lower case.
    std::string_view what_to_do;
};
constexpr Advice kAdvice[] = {
    {"entitynotexist", "check the role's ARN: the cloud knows no such role or provider"},
    {"authenticationfail",
     "check provider_arn, and that token_file's issuer, audience and time "
     "are what that OIDC provider and the role's trust policy want"},
    {"nopermission",
     "let the role's trust policy name who asks for it, and grant that one "
     "sts:AssumeRole"},
    {"implicitdeny", "let the role's trust policy name who asks for it"},
    {"invalidparameter", "check ARN, session_name, duration, policy and external_id of the role"},
    {"missing", "check ARN, session_name, duration, policy and external_id of the role"},
};

std::string_view advice_for(std::string_view code, const ErrorRule& rule) {
    std::string lower{code};
    std::transform(lower.begin(), lower.end(), lower.begin(), ascii_lower);
    for (const Advice& advice : kAdvice) {
        if (lower.starts_with(advice.code)) return advice.what_to_do;
    }
    switch (rule.error_class) {
        case CallErrorClass::session:
        case CallErrorClass::credentials:
        case CallErrorClass::clock:
            return rule.advice;
        case CallErrorClass::transport:
        case CallErrorClass::server:
        case CallErrorClass::throttled:
            return "it is asked again";
        case CallErrorClass::permission:
        case CallErrorClass::suspended:
        case CallErrorClass::endpoint:
        case CallErrorClass::request:
        case CallErrorClass::bug:
            break;
    }
    return "check the role's settings and sts_endpoint";
}

[[noreturn]] void refuse(const HttpResponse& response) {
    JsonDocument document;
    std::string scratch;
    ErrorBody body = read_error_body(response.body, document, scratch);
    redact(body.code);
    redact(body.message);
    cut_utf8(body.message, kMessageBytesMax);
    const ErrorRule rule = classify(body.code, response.status);
    const std::string text =
        fmt::format("STS answered {} {}{}{}; {}", response.status,
                    body.code.empty() ? "without code" : body.code,
                    body.message.empty() ? "" : ": ", body.message, advice_for(body.code, rule));
    const bool may_pass =
        rule.error_class == CallErrorClass::server || rule.error_class == CallErrorClass::throttled;
    // Where too many ask, STS may also answer 302 without a body.
    if (may_pass || response.status == 302) throw catalog::Retryable(text);
    throw catalog::Refused(text);
}

std::string form(const Parameters& parameters) {
    std::string text;
    for (const auto& [name, value] : parameters) {
        if (!text.empty()) text += '&';
        append_percent_encoded(text, name);
        text += '=';
        append_percent_encoded(text, value);
    }
    return text;
}

}  // namespace

void Sts::send(const MakeParameters& parameters, HttpResponse& response) {
    HttpRequest request;
    request.endpoint = endpoint_;
    request.timeout = kTimeout;
    request.body_bytes_max = kSessionBytesMax;
    request.headers = {{"Host", endpoint_.authority()},
                       {"User-Agent", "vodcatalog"},
                       {"Accept", "application/json"},
                       {"Content-Type", "application/x-www-form-urlencoded"}};
    request.body = form(parameters(clock_.wall() + cloud_clock_.offset()));
    try {
        http_.send(request, response);
    } catch (const StaleConnection&) {
        request.body = form(parameters(clock_.wall() + cloud_clock_.offset()));
        http_.send(request, response);
    }
}

AskedAt Sts::exchange(const MakeParameters& parameters, HttpResponse& response) {
    const AskedAt asked_at{clock_.steady(), clock_.wall()};
    try {
        send(parameters, response);
    } catch (const catalog::Retryable& error) {
        throw catalog::Retryable(
            fmt::format("STS at {} gave no answer: {}; check network and sts_endpoint if it lasts",
                        endpoint_.url(), error.what()));
    }
    static_cast<void>(cloud_clock_.measure(response, asked_at.steady));
    return asked_at;
}

Grant Sts::ask(const MakeParameters& parameters, std::string_view provider) {
    HttpResponse response;
    const auto before = cloud_clock_.offset();
    AskedAt asked_at = exchange(parameters, response);
    const bool moved =
        std::chrono::abs(cloud_clock_.offset() - before) > CloudClock::kOffsetIgnored;
    if (response.status != 200 && moved) asked_at = exchange(parameters, response);
    if (response.status != 200) refuse(response);
    return read_session(response, "Credentials", asked_at, provider);
}

Endpoint sts_endpoint(std::string_view region, bool vpc) {
    if (region.empty()) return {true, "sts.aliyuncs.com", 443};
    static_cast<void>(endpoint_of_region(region));  // throws for what is no region
    return {true, fmt::format("sts{}.{}.aliyuncs.com", vpc ? "-vpc" : "", region), 443};
}

Parameters role_parameters(const RoleSettings& role) {
    Parameters parameters{{"Format", "JSON"},
                          {"Version", std::string(Sts::kVersion)},
                          {"RoleArn", role.arn},
                          {"RoleSessionName", role.session_name},
                          {"DurationSeconds", std::to_string(role.duration.count())}};
    if (!role.policy.empty()) parameters.emplace_back("Policy", role.policy);
    return parameters;
}

}  // namespace vodcatalog
