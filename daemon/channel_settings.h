#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "catalog/alert_policy.h"
#include "daemon/alerts/smtp_session.h"
#include "daemon/alerts/text_template.h"
#include "daemon/alerts/webhook_channel.h"
#include "daemon/secret_file.h"
#include "daemon/yaml_reader.h"

namespace vodcatalog {

enum class ChannelType { exec, webhook, alertmanager, email };

/// `alerts.channels[]`: one way to reach people. Of what follows the filter, what its type has.
struct ChannelSettings {
    std::string name;  ///< [a-z0-9_-]{1,64}, unique; stored with each message.
    ChannelType type = ChannelType::webhook;
    std::chrono::milliseconds timeout{10'000};  ///< Of one attempt.
    catalog::AlertFilter filter;

    std::vector<std::string> command;  ///< exec

    /// webhook, alertmanager: where it sends to, which may hold a token. Not read yet.
    SecretFile url_file;
    std::string url;         ///< alertmanager: the same, without a token.
    SecretFile secret_file;  ///< webhook
    WebhookSignature signature = WebhookSignature::none;
    TextTemplate body;
    std::vector<std::pair<std::string, TextTemplate>> headers;
    std::string answer_code;
    std::int64_t text_bytes_max = 16'000;
    std::chrono::milliseconds resend_every{std::chrono::minutes{1}};  ///< alertmanager
    std::filesystem::path ca_file;  ///< webhook, alertmanager, email; empty: the system's.

    SmtpServer server;  ///< email
    std::string username;
    SecretFile password_file;
    std::string from;
    std::vector<std::string> to;
};

/// Reads the list `alerts.channels`. Relative files count from `folder`; filters may name
/// `accounts` only. Secrets are read to see that they can be, and not kept.
[[nodiscard]] std::vector<ChannelSettings> read_channels(YamlReader& alerts,
                                                         const std::filesystem::path& folder,
                                                         const std::set<std::string>& accounts);

}  // namespace vodcatalog
