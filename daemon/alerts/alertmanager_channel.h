#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "daemon/alerts/channel.h"
#include "daemon/alerts/receiver_url.h"
#include "daemon/alerts/secret.h"
#include "daemon/clock.h"
#include "daemon/vod/http_client.h"
#include "daemon/vod/redactor.h"

namespace vodcatalog {

struct AlertmanagerSettings {
    Secret url;  ///< Of Alertmanager itself; "/api/v2/alerts" is added to its path.
    PlainHttp plain = PlainHttp::loopback;  ///< anybody: there is no token in the URL.
    /// While an incident is open it is sent again after this time: Alertmanager takes what it does
    /// not hear of for resolved, and forgets all at its own restart.
    std::chrono::milliseconds resend_every{std::chrono::minutes{1}};
    std::chrono::milliseconds timeout{10'000};
};

/// Gives Prometheus's Alertmanager an alert per incident (API v2, POST /api/v2/alerts). Labels,
/// which are what makes it the same alert, hold nothing that changes: alertname (the rule),
/// severity, account, image_id, job. An open one ends by itself, unless it is sent again, after
/// kLives times resend_every; a closed one has ended when it closed.
class AlertmanagerChannel final : public Channel {
public:
    static constexpr int kLives = 4;

    /// `redactor` and `clock` must outlive it.
    AlertmanagerChannel(AlertmanagerSettings settings, std::unique_ptr<HttpClient> http,
                        Redactor& redactor, const Clock& clock);

    [[nodiscard]] Delivery deliver(const catalog::Notice& notice) override;
    [[nodiscard]] Delivery resend(
        const std::optional<std::vector<catalog::NoticeItem>>& open) override;

private:
    [[nodiscard]] Delivery post_items(const std::vector<catalog::NoticeItem>& items);
    [[nodiscard]] Delivery post_alerts(std::string json);

    const AlertmanagerSettings settings_;
    const std::unique_ptr<HttpClient> http_;
    Redactor& redactor_;
    const Clock& clock_;
    std::vector<catalog::NoticeItem> open_;  ///< The last time.
};

}  // namespace vodcatalog
