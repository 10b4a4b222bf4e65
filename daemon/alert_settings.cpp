#include "daemon/alert_settings.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/near_word.h"

namespace vodcatalog {
namespace {

using namespace std::chrono_literals;
using catalog::Rule;

constexpr std::size_t kNameBytesMax = 64;
constexpr DurationRange kWindow{10min, 7 * 24h};
constexpr DurationRange kAfter{1min, 24h};
constexpr DurationRange kGroupWait{0s, 1h};
constexpr DurationRange kDigestEvery{1min, 24h};
constexpr DurationRange kReminderEvery{0s, 30 * 24h};
constexpr std::chrono::minutes kReminderMin{10};

bool is_word(const std::string& text) {
    return text.size() <= kNameBytesMax && std::all_of(text.begin(), text.end(), [](char letter) {
               return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
                      letter == '_' || letter == '-';
           });
}

void read_word(YamlReader& channel, std::string_view key, std::string& out) {
    if (!channel.text(key, out)) {
        if (!channel.has(key) && !channel.broken()) channel.complain(key, "is missing");
    } else if (!is_word(out)) {
        channel.complain(key,
                         fmt::format("is {}; use 1 to 64 of a-z, 0-9, _ and -", in_quotes(out)));
    }
}

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

std::set<std::string> read_set(YamlReader& filters, std::string_view key) {
    std::set<std::string> texts;
    for (PlacedText& text : filters.texts(key)) texts.insert(std::move(text.text));
    return texts;
}

void read_filters(YamlReader& channel, const std::set<std::string>& accounts,
                  catalog::AlertFilter& out) {
    channel.map("filters", [&](YamlReader& filters) {
        out.accounts = read_set(filters, "accounts");
        out.categories = read_set(filters, "categories");
        out.tags = read_set(filters, "tags");
        out.storage_locations = read_set(filters, "storage_locations");
        for (const std::string& name : out.accounts) {
            if (accounts.contains(name)) continue;
            filters.complain("accounts",
                             fmt::format("names {}, which is no account here", in_quotes(name)));
        }
    });
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
    std::set<std::string> names;
    static_cast<void>(alerts.each("channels", [&](YamlReader& channel) {
        ChannelSettings& it = out.channels.emplace_back();
        read_word(channel, "name", it.name);
        if (!it.name.empty() && !names.insert(it.name).second) {
            channel.complain("name",
                             fmt::format("is {}, as that of another channel", in_quotes(it.name)));
        }
        read_word(channel, "type", it.type);
        std::string file;
        if (channel.text("url_file", file)) it.url_file = SecretFile(std::move(file), folder);
        read_filters(channel, accounts, it.filter);
    }));
}

}  // namespace vodcatalog
