#include "daemon/alerts/webhook_channel.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <utility>

#include "catalog/error.h"
#include "daemon/alerts/http_delivery.h"
#include "daemon/alerts/notice_json.h"
#include "daemon/alerts/notice_text.h"
#include "daemon/alerts/receiver_url.h"
#include "daemon/vod/hmac.h"
#include "daemon/vod/signature.h"
#include "daemon/vod/utf8.h"

namespace vodcatalog {

using catalog::Notice;

namespace {

constexpr std::size_t kTitleBytesMax = 200;
constexpr std::size_t kAnswerBytesMax = 64 * 1024;

std::string hmac_sha256(std::string_view key, std::string_view text) {
    return std::string(Hmac("SHA256", key).compute(text));
}

std::string base64(std::string_view bytes) {
    std::string out(4 * (bytes.size() / 3 + 1) + 1, '\0');
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(size));
    return out;
}

TextTemplate::Values values_of(const Notice& notice, std::size_t text_bytes_max) {
    std::string title = notice_title(notice);
    std::string text = notice_text(notice);
    for (std::string* each : {&title, &text}) repair_utf8(*each);
    cut_utf8(title, kTitleBytesMax);
    cut_utf8(text, text_bytes_max);
    return {{"channel", notice.channel},
            {"created_at", catalog::to_iso(notice.created_at)},
            {"incidents", std::to_string(notice.incidents())},
            {"key", notice.key},
            {"kind", std::string(to_string(notice.kind))},
            {"notice", notice_json(notice)},
            {"severity", std::string(to_string(notice.severity()))},
            {"text", std::move(text)},
            {"title", std::move(title)}};
}

std::string in_body(const std::string& name, const std::string& value) {
    return name == "notice" ? value : json_string_content(value);
}

/// What would end the header is a blank.
std::string in_header(const std::string&, std::string value) {
    std::replace_if(
        value.begin(), value.end(),
        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
    return value;
}

}  // namespace

const std::set<std::string>& webhook_body_names() {
    static const std::set<std::string> names{"channel", "created_at", "incidents", "key",
                                             "kind",    "notice",     "severity",  "sign",
                                             "text",    "timestamp",  "title"};
    return names;
}

const std::set<std::string>& webhook_header_names() {
    static const std::set<std::string> names{"channel", "incidents", "key",       "kind",
                                             "secret",  "severity",  "timestamp", "title"};
    return names;
}

void check_webhook_body(const TextTemplate& body) {
    TextTemplate::Values values = values_of({}, 100);
    values["timestamp"] = values["sign"] = "1";
    try {
        Poco::JSON::Parser().parse(body.fill(values, in_body));
    } catch (const Poco::Exception&) {
        throw catalog::Unusable(
            "is no JSON when it is filled in; each {{...}} stands within quotes, but for "
            "{{notice}} and {{incidents}}");
    }
}

WebhookChannel::WebhookChannel(WebhookSettings settings, std::unique_ptr<HttpClient> http,
                               Redactor& redactor, const Clock& clock)
    : settings_(std::move(settings)), http_(std::move(http)), redactor_(redactor), clock_(clock) {}

void WebhookChannel::sign(const std::string& secret, HttpRequest& request,
                          TextTemplate::Values& values) const {
    const std::int64_t now_ms = catalog::to_ms(clock_.wall());
    values["timestamp"] = std::to_string(now_ms / 1'000);
    switch (settings_.signature) {
        case WebhookSignature::none:
        case WebhookSignature::hmac:
            return;
        case WebhookSignature::dingtalk: {
            values["timestamp"] = std::to_string(now_ms);
            const std::string text = values["timestamp"] + "\n" + secret;
            values["sign"] = base64(hmac_sha256(secret, text));
            request.target += request.target.find('?') == std::string::npos ? '?' : '&';
            request.target += fmt::format("timestamp={}&sign={}", values["timestamp"],
                                          percent_encoded(values["sign"]));
            return;
        }
        case WebhookSignature::feishu:
            values["sign"] = base64(hmac_sha256(values["timestamp"] + "\n" + secret, ""));
            return;
    }
}

HttpRequest WebhookChannel::request(const Notice& notice) {
    ReceiverUrl url = parse_receiver_url(settings_.url());
    know_url(redactor_, url);
    const std::string secret = settings_.secret ? settings_.secret() : std::string();
    redactor_.know(secret);
    HttpRequest request;
    request.endpoint = std::move(url.endpoint);
    request.target = std::move(url.target);
    request.timeout = settings_.timeout;
    request.body_bytes_max = kAnswerBytesMax;
    TextTemplate::Values values = values_of(notice, settings_.text_bytes_max);
    sign(secret, request, values);
    sign_ = values["sign"];
    request.body = settings_.body.empty() ? values["notice"] : settings_.body.fill(values, in_body);
    values["secret"] = secret;
    request.headers = {{"Host", request.endpoint.authority()},
                       {"Content-Type", "application/json; charset=utf-8"},
                       {"User-Agent", "vodcatalog"},
                       {"Idempotency-Key", notice.key}};
    for (const auto& [name, value] : settings_.headers) {
        request.headers.emplace_back(name, value.fill(values, in_header));
    }
    if (settings_.signature == WebhookSignature::hmac) {
        std::string hex;
        append_hex(hex, hmac_sha256(secret, values["timestamp"] + "." + request.body));
        request.headers.emplace_back("X-Vodcatalog-Timestamp", values["timestamp"]);
        request.headers.emplace_back("X-Vodcatalog-Signature", "sha256=" + hex);
    }
    return request;
}

/// Chat robots answer 200 to everything, and say in the body whether they took it. They do not say
/// whether trying again would help, so it is tried.
Delivery WebhookChannel::judge(const HttpResponse& response) const {
    if (settings_.answer_code.empty()) return {};
    try {
        const auto answer =
            Poco::JSON::Parser().parse(response.body).extract<Poco::JSON::Object::Ptr>();
        if (answer->getValue<std::int64_t>(settings_.answer_code) == 0) return {};
    } catch (const Poco::Exception&) {
        // It is no such answer: told as it is.
    }
    return {Delivery::Kind::retry_later, answer_text(response), {}};
}

Delivery WebhookChannel::deliver(const Notice& notice) {
    HttpRequest to_send;
    try {
        to_send = request(notice);
    } catch (const catalog::Unusable& error) {
        return {Delivery::Kind::retry_later, error.what(), {}};
    }
    HttpResponse response;
    Delivery delivery = post(*http_, to_send, response, clock_.wall());
    if (delivery.kind == Delivery::Kind::delivered) delivery = judge(response);
    // The redactor of the program has no room for what is used once.
    Redactor once;
    once.know(sign_);
    once(delivery.error);
    return delivery;
}

}  // namespace vodcatalog
