#pragma once

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "daemon/alerts/channel.h"
#include "daemon/alerts/secret.h"
#include "daemon/alerts/text_template.h"
#include "daemon/clock.h"
#include "daemon/vod/http_client.h"
#include "daemon/vod/redactor.h"

namespace vodcatalog {

/// How a webhook proves who sent it, by the secret it shares with its receiver.
enum class WebhookSignature {
    none,
    /// X-Vodcatalog-Signature: "sha256=" and the HMAC-SHA256, in hex, of
    /// "<X-Vodcatalog-Timestamp>.<body>".
    hmac,
    /// DingTalk's robots: `timestamp` (ms) and `sign`, the Base64 of the HMAC-SHA256 of
    /// "<timestamp>\n<secret>" by the secret, in the URL's query.
    dingtalk,
    /// Feishu's robots: {{timestamp}} (s) and {{sign}} in the body, the Base64 of the HMAC-SHA256
    /// of nothing by "<timestamp>\n<secret>".
    feishu,
};

struct WebhookSettings {
    Secret url;
    Secret secret;  ///< Empty: none.
    WebhookSignature signature = WebhookSignature::none;
    /// Empty: notice_json(). Otherwise JSON in which each place stands within a string, but for
    /// {{notice}} and {{incidents}}.
    TextTemplate body;
    std::vector<std::pair<std::string, TextTemplate>> headers;  ///< By name.
    /// A member of the JSON answer that is 0 if the message was taken, as chat robots answer;
    /// empty: the HTTP status says all.
    std::string answer_code;
    std::size_t text_bytes_max = 16'000;  ///< Of {{text}}.
    std::chrono::milliseconds timeout{10'000};
};

/// What `{{...}}` may name in a body.
[[nodiscard]] const std::set<std::string>& webhook_body_names();
/// And in a header, where {{secret}} stands for the secret.
[[nodiscard]] const std::set<std::string>& webhook_header_names();
/// Throws catalog::Unusable if the body is no JSON when it is filled in.
void check_webhook_body(const TextTemplate& body);

/// Posts each message to a URL. `Idempotency-Key` is the message's key.
class WebhookChannel final : public Channel {
public:
    /// `redactor` and `clock` must outlive it.
    WebhookChannel(WebhookSettings settings, std::unique_ptr<HttpClient> http, Redactor& redactor,
                   const Clock& clock);

    [[nodiscard]] Delivery deliver(const catalog::Notice& notice) override;

private:
    [[nodiscard]] HttpRequest request(const catalog::Notice& notice);
    void sign(const std::string& secret, HttpRequest& request, TextTemplate::Values& values) const;
    [[nodiscard]] Delivery judge(const HttpResponse& response) const;

    const WebhookSettings settings_;
    const std::unique_ptr<HttpClient> http_;
    Redactor& redactor_;
    const Clock& clock_;
    std::string sign_;  ///< Of the latest request; empty: none.
};

}  // namespace vodcatalog
