#pragma once

#include <chrono>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "catalog/alert_policy.h"
#include "catalog/incident.h"
#include "daemon/channel_settings.h"
#include "daemon/yaml_reader.h"

namespace vodcatalog {

/// `alerts` of the settings, but for stuck_after, which the schedule needs too.
struct AlertSettings {
    catalog::FailureRate failure_rate;
    catalog::NoCompletions no_completions;
    catalog::CapacityLimit over_capacity;
    std::set<catalog::Rule> individually;  ///< Rules about images that do not wait for the digest.
    std::chrono::milliseconds group_wait{std::chrono::seconds{30}};
    std::chrono::milliseconds digest_every{std::chrono::minutes{15}};
    std::chrono::milliseconds reminder_every{0};  ///< 0: no reminders.
    int group_max = 20;                           ///< Incidents a message lists; it counts all.
    std::vector<ChannelSettings> channels;
    SecretFile heartbeat_url_file;  ///< Where a dead man's switch is called; not read yet.
    std::chrono::milliseconds heartbeat_every{std::chrono::minutes{1}};

    [[nodiscard]] catalog::AlertPolicy policy() const;
};

/// Reads the map `alerts`. Relative files count from `folder`; filters may name `accounts` only.
void read_alerts(YamlReader& alerts, const std::filesystem::path& folder,
                 const std::set<std::string>& accounts, AlertSettings& out);

}  // namespace vodcatalog
