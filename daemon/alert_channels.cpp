#include "daemon/alert_channels.h"

#include <utility>

#include "daemon/alerts/alertmanager_channel.h"
#include "daemon/alerts/email_channel.h"
#include "daemon/alerts/exec_channel.h"
#include "daemon/alerts/webhook_channel.h"
#include "daemon/vod/poco_http_client.h"

namespace vodcatalog {
namespace {

Secret secret_of(const SecretFile& file) {
    if (!file.given()) return nullptr;
    return [file] { return file.read(); };
}

std::unique_ptr<HttpClient> http_of(const ChannelSettings& settings, const ChannelParts& parts) {
    return std::make_unique<PocoHttpClient>(parts.deadlines, parts.names, parts.clock,
                                            settings.ca_file.string());
}

std::unique_ptr<Channel> webhook(const ChannelSettings& settings, const ChannelParts& parts) {
    WebhookSettings its;
    its.url = secret_of(settings.url_file);
    its.secret = secret_of(settings.secret_file);
    its.signature = settings.signature;
    its.body = settings.body;
    its.headers = settings.headers;
    its.answer_code = settings.answer_code;
    its.text_bytes_max = static_cast<std::size_t>(settings.text_bytes_max);
    its.timeout = settings.timeout;
    return std::make_unique<WebhookChannel>(std::move(its), http_of(settings, parts),
                                            parts.redactor, parts.clock);
}

std::unique_ptr<Channel> alertmanager(const ChannelSettings& settings, const ChannelParts& parts) {
    AlertmanagerSettings its;
    its.url = secret_of(settings.url_file);
    if (!its.url) {
        its.url = [url = settings.url] { return url; };
        its.plain = PlainHttp::anybody;
    }
    its.resend_every = settings.resend_every;
    its.timeout = settings.timeout;
    return std::make_unique<AlertmanagerChannel>(std::move(its), http_of(settings, parts),
                                                 parts.redactor, parts.clock);
}

std::unique_ptr<Channel> email(const ChannelSettings& settings, const ChannelParts& parts) {
    EmailSettings its{settings.server, settings.username, secret_of(settings.password_file),
                      settings.from,   settings.to,       settings.ca_file.string(),
                      settings.timeout};
    return std::make_unique<EmailChannel>(std::move(its), parts.deadlines, parts.names,
                                          parts.redactor, parts.clock);
}

std::unique_ptr<Channel> channel_of(const ChannelSettings& settings, const ChannelParts& parts) {
    switch (settings.type) {
        case ChannelType::exec:
            return std::make_unique<ExecChannel>(ExecSettings{settings.command, settings.timeout},
                                                 parts.deadlines);
        case ChannelType::webhook:
            return webhook(settings, parts);
        case ChannelType::alertmanager:
            return alertmanager(settings, parts);
        case ChannelType::email:
            return email(settings, parts);
    }
    return nullptr;
}

}  // namespace

std::vector<Outlet> make_outlets(const AlertSettings& settings, const ChannelParts& parts) {
    std::vector<Outlet> outlets;
    for (const ChannelSettings& channel : settings.channels) {
        const bool machine = channel.type == ChannelType::alertmanager;
        Outlet& outlet = outlets.emplace_back();
        outlet.name = channel.name;
        outlet.channel = channel_of(channel, parts);
        outlet.items_max =
            static_cast<std::size_t>(machine ? kMachineItemsMax : settings.group_max);
        if (machine) outlet.resend_every = channel.resend_every;
    }
    return outlets;
}

}  // namespace vodcatalog
