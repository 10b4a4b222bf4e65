#include "daemon/alerts/http_delivery.h"

#include <fmt/format.h>

#include "catalog/error.h"
#include "daemon/vod/retry_hint.h"

namespace vodcatalog {
namespace {

constexpr std::size_t kAnswerBytesMax = 4'000;

void send(HttpClient& http, const HttpRequest& request, HttpResponse& response) {
    try {
        http.send(request, response);
    } catch (const StaleConnection&) {
        http.send(request, response);
    }
}

/// The message itself is the matter, so sending it again is of no use.
bool is_about_message(int status) noexcept {
    return status == 400 || status == 405 || status == 406 ||
           (status >= 410 && status <= 422 && status != 421);
}

}  // namespace

std::string answer_text(const HttpResponse& response) {
    const std::string body = response.body.substr(0, kAnswerBytesMax);
    return body.empty() ? fmt::format("HTTP {}", response.status)
                        : fmt::format("HTTP {}: {}", response.status, body);
}

Delivery post(HttpClient& http, const HttpRequest& request, HttpResponse& response, WallTime now) {
    try {
        send(http, request, response);
    } catch (const catalog::Retryable& error) {
        return {Delivery::Kind::retry_later, error.what(), {}};
    } catch (const catalog::Refused& error) {
        return {Delivery::Kind::retry_later, error.what(), {}};
    }
    if (response.status >= 200 && response.status < 300) return {};
    if (is_about_message(response.status)) {
        return {Delivery::Kind::refused, answer_text(response), {}};
    }
    return {Delivery::Kind::retry_later, answer_text(response), retry_hint(response, now)};
}

}  // namespace vodcatalog
