#pragma once

#include <gtest/gtest.h>

#include <csignal>
#include <map>
#include <memory>
#include <string>

#include "catalog/notice.h"
#include "daemon/alerts/channel.h"
#include "daemon/clock.h"
#include "daemon/vod/deadline_watch.h"
#include "daemon/vod/name_lookup.h"
#include "daemon/vod/poco_http_client.h"
#include "daemon/vod/redactor.h"

namespace vodcatalog {

/// 2026-01-02T03:04:05Z
inline const catalog::WallTime kThen = catalog::from_ms(1'767'323'045'000);

inline catalog::NoticeItem make_item(std::int64_t incident_id, catalog::Rule rule,
                                     catalog::NoticeKind kind = catalog::NoticeKind::firing) {
    catalog::NoticeItem item;
    item.incident_id = incident_id;
    item.kind = kind;
    item.rule = rule;
    item.account = "main";
    item.opened_at = kThen;
    if (text_of(rule).scope == catalog::Scope::image) {
        item.image_id = "image-" + std::to_string(incident_id);
        item.title = "A \"cat\"\n<!channel> \xff";
    }
    if (kind == catalog::NoticeKind::closed) item.closed_at = kThen + std::chrono::minutes{5};
    return item;
}

inline catalog::Notice make_notice(std::vector<catalog::NoticeItem> items) {
    catalog::Notice notice;
    notice.notice_id = 7;
    notice.channel = "oncall";
    notice.key = "1767323045000-7-firing-oncall";
    notice.created_at = kThen;
    notice.items = std::move(items);
    for (const auto& item : notice.items) {
        notice.kind = item.kind;
        notice.counts.push_back({item.kind, item.rule, 1, 0});
    }
    return notice;
}

/// A message about one failed upload, whose title is hostile.
inline catalog::Notice make_notice() {
    return make_notice({make_item(1, catalog::Rule::upload_failed)});
}

/// What channels share, and the network of this machine.
class AlertsWorld : public testing::Test {
protected:
    // As Poco does in the daemon.
    AlertsWorld() { std::signal(SIGPIPE, SIG_IGN); }

    [[nodiscard]] std::unique_ptr<HttpClient> http(const std::string& ca_file = "") {
        return std::make_unique<PocoHttpClient>(watch_, names_, clock_, ca_file);
    }
    /// As the courier's shell cleans it.
    [[nodiscard]] std::string shown(const Delivery& delivery) const {
        std::string text = delivery.error;
        redactor_(text);
        return text;
    }

    SystemClock clock_;
    Redactor redactor_;
    DeadlineWatch watch_{clock_};
    NameLookup names_{clock_};
};

}  // namespace vodcatalog
