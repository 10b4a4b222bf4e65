#include "daemon/alerts/alertmanager_channel.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <algorithm>
#include <sstream>
#include <string_view>
#include <utility>

#include "catalog/error.h"
#include "daemon/alerts/http_delivery.h"
#include "daemon/alerts/notice_text.h"
#include "daemon/vod/utf8.h"

namespace vodcatalog {

using catalog::NoticeItem;
using catalog::NoticeKind;
using Poco::JSON::Array;
using Poco::JSON::Object;

namespace {

constexpr std::size_t kAnswerBytesMax = 64 * 1024;
constexpr std::string_view kPath = "/api/v2/alerts";

/// Alertmanager takes no empty label, and drops it.
void set_text(Object& object, const std::string& name, std::string text) {
    if (text.empty()) return;
    repair_utf8(text);
    object.set(name, text);
}

/// The HTTP client takes "Signature=" in a body for a signed call of the cloud, which it does not
/// let go over plain HTTP. A title may hold that; in JSON there are no others outside of strings.
std::string without_equals(const std::string& json) {
    std::string out;
    for (const char c : json) {
        if (c == '=') {
            out += "\\u003d";
        } else {
            out += c;
        }
    }
    return out;
}

std::string json_of(const Array& alerts) {
    std::ostringstream out;
    alerts.stringify(out);
    return without_equals(out.str());
}

Object labels_of(const NoticeItem& item) {
    Object labels(Poco::JSON_PRESERVE_KEY_ORDER);
    const catalog::RuleText& rule = text_of(item.rule);
    set_text(labels, "alertname", std::string(rule.name));
    set_text(labels, "severity", std::string(to_string(rule.severity)));
    set_text(labels, "job", "vodcatalog");
    set_text(labels, "account", item.account);
    set_text(labels, "image_id", item.image_id);
    return labels;
}

Object annotations_of(const NoticeItem& item) {
    Object annotations(Poco::JSON_PRESERVE_KEY_ORDER);
    const catalog::RuleText& rule = text_of(item.rule);
    set_text(annotations, "summary", std::string(rule.summary));
    set_text(annotations, "description", item_text(item));
    set_text(annotations, "runbook", std::string(rule.runbook));
    return annotations;
}

/// What shows a test in Alertmanager, for as long as an alert that is not sent again.
Object test_alert(const catalog::Notice& notice, WallTime now, std::chrono::milliseconds life) {
    Object labels(Poco::JSON_PRESERVE_KEY_ORDER);
    set_text(labels, "alertname", "channel_test");
    set_text(labels, "severity", std::string(to_string(notice.severity())));
    set_text(labels, "job", "vodcatalog");
    Object annotations(Poco::JSON_PRESERVE_KEY_ORDER);
    set_text(annotations, "summary", notice_title(notice));
    set_text(annotations, "description", notice_text(notice));
    Object alert(Poco::JSON_PRESERVE_KEY_ORDER);
    alert.set("labels", labels);
    alert.set("annotations", annotations);
    alert.set("startsAt", catalog::to_iso(now));
    alert.set("endsAt", catalog::to_iso(now + life));
    return alert;
}

Object alert_of(const NoticeItem& item, WallTime now, std::chrono::milliseconds life) {
    // What has no answer to date it by is dated by other clocks; an alert must not end before it
    // starts, nor be dated after it was sent.
    const WallTime started = std::min(item.opened_at, now - std::chrono::milliseconds{1});
    WallTime ends = now + life;
    if (item.kind == NoticeKind::closed) {
        ends =
            std::clamp(item.closed_at.value_or(now), started + std::chrono::milliseconds{1}, now);
    }
    Object alert(Poco::JSON_PRESERVE_KEY_ORDER);
    alert.set("labels", labels_of(item));
    alert.set("annotations", annotations_of(item));
    alert.set("startsAt", catalog::to_iso(started));
    alert.set("endsAt", catalog::to_iso(ends));
    return alert;
}

}  // namespace

AlertmanagerChannel::AlertmanagerChannel(AlertmanagerSettings settings,
                                         std::unique_ptr<HttpClient> http, Redactor& redactor,
                                         const Clock& clock)
    : settings_(std::move(settings)), http_(std::move(http)), redactor_(redactor), clock_(clock) {}

Delivery AlertmanagerChannel::post_items(const std::vector<NoticeItem>& items) {
    const WallTime now = clock_.wall();
    Array alerts;
    for (const NoticeItem& item : items) {
        alerts.add(alert_of(item, now, kLives * settings_.resend_every));
    }
    return post_alerts(json_of(alerts));
}

Delivery AlertmanagerChannel::post_alerts(std::string json) {
    HttpRequest request;
    try {
        ReceiverUrl url = parse_receiver_url(settings_.url(), settings_.plain);
        know_url(redactor_, url);
        if (url.target.ends_with('/')) url.target.pop_back();
        request.endpoint = std::move(url.endpoint);
        request.target = url.target + std::string(kPath);
    } catch (const catalog::Unusable& error) {
        return {Delivery::Kind::retry_later, error.what(), {}};
    }
    request.body = std::move(json);
    request.headers = {{"Host", request.endpoint.authority()},
                       {"Content-Type", "application/json"},
                       {"User-Agent", "vodcatalog"}};
    request.timeout = settings_.timeout;
    request.body_bytes_max = kAnswerBytesMax;
    HttpResponse response;
    return post(*http_, request, response, clock_.wall());
}

Delivery AlertmanagerChannel::deliver(const catalog::Notice& notice) {
    if (notice.kind == NoticeKind::test) {
        const WallTime now = clock_.wall();
        Array alerts;
        alerts.add(test_alert(notice, now, kLives * settings_.resend_every));
        return post_alerts(json_of(alerts));
    }
    const Delivery delivery = post_items(notice.items);
    if (delivery.kind != Delivery::Kind::delivered) return delivery;
    for (const NoticeItem& item : notice.items) {
        if (item.kind != NoticeKind::closed) continue;
        std::erase_if(open_,
                      [&](const NoticeItem& open) { return open.incident_id == item.incident_id; });
    }
    return delivery;
}

Delivery AlertmanagerChannel::resend(const std::optional<std::vector<NoticeItem>>& open) {
    if (open) open_ = *open;
    return open_.empty() ? Delivery{} : post_items(open_);
}

}  // namespace vodcatalog
