#include "daemon/vod/credentials/ecs_role.h"

#include <fmt/format.h>

#include <algorithm>

#include "catalog/error.h"
#include "daemon/secret_file.h"
#include "daemon/vod/credentials/session_document.h"
#include "daemon/vod/error_body.h"
#include "daemon/vod/redact.h"
#include "daemon/vod/signature.h"

namespace vodcatalog {
namespace {

constexpr const char* kTokenPath = "/latest/api/token";
constexpr const char* kRolePath = "/latest/meta-data/ram/security-credentials/";
constexpr const char* kTokenLife = "X-aliyun-ecs-metadata-token-ttl-seconds";
constexpr const char* kToken = "x-aliyun-ecs-metadata-token";
constexpr std::size_t kTokenBytesMax = 4096;
constexpr std::size_t kNameBytesMax = 64;

bool is_role_name(std::string_view text) {
    return !text.empty() && text.size() <= kNameBytesMax &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return is_unreserved(c) || c == '@' || c == '='; });
}

bool may_pass(int status) {
    return status == 429 || status >= 500;
}

/// A document of the metadata service says Success, or why not.
void check_code(const HttpResponse& response) {
    JsonDocument document;
    std::string scratch;
    ErrorBody said = read_error_body(response.body, document, scratch);
    if (said.code.empty() || said.code == "Success") return;
    redact(said.code);
    throw catalog::Retryable(fmt::format(
        "the metadata service says {} instead of giving the role's credentials; check the "
        "instance's RAM role if it lasts",
        said.code));
}

}  // namespace

void EcsRole::send(HttpRequest& request, HttpResponse& response) {
    request.endpoint = metadata_;
    request.timeout = kTimeout;
    request.body_bytes_max = kSessionBytesMax;
    request.headers.emplace_back("Host", metadata_.authority());
    request.headers.emplace_back("User-Agent", "vodcatalog");
    try {
        http_.send(request, response);
    } catch (const StaleConnection&) {
        http_.send(request, response);
    }
}

std::optional<std::string> EcsRole::token() {
    HttpRequest request;
    request.method = "PUT";
    request.target = kTokenPath;
    request.headers.emplace_back(kTokenLife, "21600");
    HttpResponse response;
    std::string fault;
    try {
        send(request, response);
        if (response.status != 200) {
            fault = fmt::format("status {}", response.status);
        } else if (response.body.size() > kTokenBytesMax) {
            fault = "a token that is too long";
        } else {
            std::string given = secret_word(response.body);
            redactor_.know(given);
            return given;
        }
    } catch (const catalog::Retryable& error) {
        fault = error.what();
    } catch (const catalog::Unusable& error) {
        fault = fmt::format("a token that {}", error.what());
    }
    if (settings_.imdsv1) return std::nullopt;
    throw catalog::Retryable(fmt::format(
        "the metadata service at {} gave no token ({}), and asking without one is turned off "
        "(imdsv1); if this is no ECS instance, give the account other credentials",
        metadata_.url(), fault));
}

void EcsRole::get(const std::string& path, const std::optional<std::string>& token,
                  HttpResponse& response) {
    HttpRequest request;
    request.method = "GET";
    request.target = path;
    if (token) request.headers.emplace_back(kToken, *token);
    try {
        send(request, response);
    } catch (const catalog::Retryable& error) {
        throw catalog::Retryable(fmt::format(
            "the metadata service at {} gave no answer: {}; if this is no ECS instance, give the "
            "account other credentials",
            metadata_.url(), error.what()));
    }
    if (response.status == 200) return;
    const std::string fault =
        fmt::format("the metadata service at {} answered {}; ", metadata_.url(), response.status);
    if (may_pass(response.status)) throw catalog::Retryable(fault + "it is asked again");
    throw catalog::Refused(fault +
                           "attach a RAM role to this instance and, if ecs_role.name is given, "
                           "check that it is the name of that role");
}

std::string EcsRole::discover(const std::optional<std::string>& token) {
    HttpResponse response;
    get(kRolePath, token, response);
    std::string role;
    try {
        role = secret_word(response.body);
    } catch (const catalog::Unusable&) {
        // no name either
    }
    if (is_role_name(role)) return role;
    throw catalog::Refused("the metadata service names no RAM role; attach one to this instance");
}

Grant EcsRole::ask() {
    const std::optional<std::string> its_token = token();
    const std::string role = settings_.name.empty() ? discover(its_token) : settings_.name;
    std::string path = kRolePath;
    append_percent_encoded(path, role);
    const AskedAt asked_at{clock_.steady(), clock_.wall()};
    HttpResponse response;
    get(path, its_token, response);
    check_code(response);
    return read_session(response, "", asked_at, name());
}

Endpoint metadata_endpoint() {
    return {false, "100.100.100.200", 80};
}

Endpoint parse_metadata_endpoint(std::string_view text) {
    const Endpoint usual = metadata_endpoint();
    if (text == usual.url() || text == usual.url() + "/") return usual;
    return parse_endpoint(text);
}

}  // namespace vodcatalog
