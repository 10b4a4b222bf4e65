#include "daemon/alert_settings.h"

#include <fmt/format.h>

#include "daemon/alerts/receiver_url.h"
#include "daemon/credentials_reader.h"
#include "daemon/near_word.h"

namespace vodcatalog {
namespace {

using namespace std::chrono_literals;
using catalog::Rule;

constexpr DurationRange kHeartbeatEvery{10s, 1h};
constexpr DurationRange kWindow{10min, 7 * 24h};
constexpr DurationRange kAfter{1min, 24h};
constexpr DurationRange kLasting{0s, 7 * 24h};
constexpr DurationRange kDueLag{1min, 7 * 24h};
constexpr DurationRange kGroupWait{0s, 1h};
constexpr DurationRange kDigestEvery{1min, 24h};
constexpr DurationRange kReminderEvery{0s, 30 * 24h};
constexpr std::chrono::minutes kReminderMin{10};

/// The names of the rules that are about one image.
std::set<std::string> image_rules() {
    std::set<std::string> names;
    for (int i = 0; i < catalog::kRules; ++i) {
        const catalog::RuleText& text = text_of(static_cast<Rule>(i));
        if (text.scope == catalog::Scope::image) names.emplace(text.name);
    }
    return names;
}

void read_individually(YamlReader& alerts, std::set<Rule>& out) {
    const std::set<std::string> known = image_rules();
    for (const PlacedText& name : alerts.texts("individually")) {
        if (known.contains(name.text)) {
            out.insert(catalog::rule_named(name.text).value());
            continue;
        }
        const std::string near = near_word(name.text, known);
        alerts.complain(
            "individually",
            fmt::format("names {}; {}", in_quotes(name.text),
                        near.empty() ? fmt::format("there are {}", fmt::join(known, ", "))
                                     : fmt::format("did you mean {}?", near)));
    }
}

void read_rates(YamlReader& alerts, AlertSettings& out) {
    alerts.map("failure_rate", [&](YamlReader& rate) {
        rate.duration("window", kWindow, out.failure_rate.window);
        rate.whole_number("floor", 1, 1'000'000, out.failure_rate.floor);
        rate.number("share", 0.001, 1, out.failure_rate.share);
    });
    alerts.map("no_completions", [&](YamlReader& none) {
        none.duration("after", kAfter, out.no_completions.after);
        none.whole_number("in_flight", 1, 1'000'000, out.no_completions.in_flight);
    });
    alerts.map("over_capacity", [&](YamlReader& over) {
        over.number("share", 0.1, 10, out.over_capacity.share);
        over.duration("lasting", kLasting, out.over_capacity.lasting);
        over.duration("due_lag", kDueLag, out.over_capacity.due_lag);
    });
}

void read_heartbeat(YamlReader& alerts, const std::filesystem::path& folder, AlertSettings& out) {
    alerts.refuse("heartbeat_url",
                  "must not be in this file, since it mostly holds a token; put it into a file of "
                  "its own (chmod 600) and name that with heartbeat_url_file");
    alerts.duration("heartbeat_every", kHeartbeatEvery, out.heartbeat_every);
    const std::string url =
        read_secret(alerts, "heartbeat_url_file", folder, out.heartbeat_url_file);
    if (url.empty()) return;
    try {
        static_cast<void>(parse_receiver_url(url));
    } catch (const catalog::Unusable& error) {
        alerts.complain("heartbeat_url_file",
                        fmt::format("holds what cannot be used: {}", error.what()));
    }
}

}  // namespace

catalog::AlertPolicy AlertSettings::policy() const {
    catalog::AlertPolicy policy;
    for (const ChannelSettings& channel : channels) {
        policy.channels.push_back({channel.name, channel.filter});
    }
    policy.individually = individually;
    policy.group_wait = group_wait;
    policy.digest_every = digest_every;
    policy.reminder_every = reminder_every;
    return policy;
}

void read_alerts(YamlReader& alerts, const std::filesystem::path& folder,
                 const std::set<std::string>& accounts, AlertSettings& out) {
    read_rates(alerts, out);
    read_individually(alerts, out.individually);
    alerts.duration("group_wait", kGroupWait, out.group_wait);
    alerts.duration("digest_every", kDigestEvery, out.digest_every);
    alerts.duration("reminder_every", kReminderEvery, out.reminder_every);
    if (out.reminder_every > 0s && out.reminder_every < kReminderMin) {
        alerts.complain("reminder_every", "is under 10m; give 0s for no reminders");
    }
    std::int64_t group_max = out.group_max;
    alerts.whole_number("group_max", 1, 1'000, group_max);
    out.group_max = static_cast<int>(group_max);
    read_heartbeat(alerts, folder, out);
    out.channels = read_channels(alerts, folder, accounts);
}

}  // namespace vodcatalog
