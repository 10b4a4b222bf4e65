#include "daemon/web/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <map>
#include <sstream>
#include <utility>

#include "catalog/image.h"
#include "catalog/incident.h"

namespace vodcatalog {
namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;
using Seconds = std::chrono::duration<double>;

const prometheus::Histogram::BucketBoundaries kCallBounds{0.01, 0.025, 0.05, 0.1, 0.25, 0.5,
                                                          1,    2.5,   5,    10,  30};
const prometheus::Histogram::BucketBoundaries kDelayBounds{1,  2,   5,   10,  20,    30,
                                                           60, 120, 300, 900, 3'600, 86'400};

std::string word_of(catalog::StatusKind kind) {
    switch (kind) {
        case catalog::StatusKind::none:
            return "none";
        case catalog::StatusKind::uploading:
            return "Uploading";
        case catalog::StatusKind::normal:
            return "Normal";
        case catalog::StatusKind::upload_fail:
            return "UploadFail";
        case catalog::StatusKind::other:
            return "other";
    }
    return "other";
}

/// The value of the label `status`; empty: it is not watched.
std::string word_of(catalog::ImageState state, catalog::StatusKind kind) {
    using catalog::ImageState;
    switch (state) {
        case ImageState::tracked:
        case ImageState::suspect:
            return word_of(kind);
        case ImageState::pending:
        case ImageState::gone:
        case ImageState::never_existed:
        case ImageState::quarantined:
            return std::string(catalog::to_string(state));
        case ImageState::untracked:
            return "";
    }
    return "";
}

std::string word_of(catalog::Tier tier) {
    constexpr std::array<const char*, catalog::kTiers> kWords{"hot", "warm", "cold"};
    return kWords[static_cast<std::size_t>(tier)];
}

double seconds_of(WallTime time) {
    return Seconds(time.time_since_epoch()).count();
}

using Labels = std::vector<std::pair<std::string, std::string>>;

/// A family of gauges (or of counters that somebody else counts).
class Family {
public:
    Family(std::string name, std::string help, MetricType type = MetricType::Gauge) {
        family_.name = std::move(name);
        family_.help = std::move(help);
        family_.type = type;
    }
    void add(double value, const Labels& labels = {}) {
        prometheus::ClientMetric metric;
        for (const auto& [name, text] : labels) metric.label.push_back({name, text});
        metric.gauge.value = value;
        metric.counter.value = value;
        family_.metric.push_back(std::move(metric));
    }
    void put(std::vector<MetricFamily>& families) {
        if (!family_.metric.empty()) families.push_back(std::move(family_));
    }

private:
    MetricFamily family_;
};

void add_process(const DaemonStatus& status, std::vector<MetricFamily>& all) {
    Family build("vodcatalog_build_info", "Which build this is; always 1.");
    build.add(1, {{"version", status.version}});
    build.put(all);
    Family start("process_start_time_seconds", "When the process began, in seconds since 1970.");
    start.add(seconds_of(status.started_at));
    start.put(all);
    Family last("vodcatalog_last_exit_info", "How the run before this one ended; always 1.");
    last.add(1, {{"how", status.last_exit.how}});
    last.put(all);
    Family healthy("vodcatalog_healthy", "1 while /-/healthy says so.");
    healthy.add(status.wrong ? 0 : 1);
    healthy.put(all);
    Family ready("vodcatalog_ready", "1 while /-/ready says so.");
    ready.add(status.missing ? 0 : 1);
    ready.put(all);
    Family lost("vodcatalog_log_lines_lost_total", "Lines of the log that could not be written.",
                MetricType::Counter);
    lost.add(static_cast<double>(status.lost_lines));
    lost.put(all);
    Family writable("vodcatalog_catalog_writable", "0 while the catalog cannot be written.");
    writable.add(status.trouble ? 0 : 1);
    writable.put(all);
    Family readable("vodcatalog_catalog_readable",
                    "0 while what is counted in the catalog cannot be told.");
    readable.add(status.figures ? 1 : 0);
    readable.put(all);
    Family bytes("vodcatalog_catalog_bytes", "Size of the catalog's file.");
    if (status.catalog_bytes) bytes.add(static_cast<double>(*status.catalog_bytes));
    bytes.put(all);
    Family wal("vodcatalog_wal_bytes", "Size of its write-ahead log.");
    if (status.wal_bytes) wal.add(static_cast<double>(*status.wal_bytes));
    wal.put(all);
}

void add_accounts(const DaemonStatus& status, std::vector<MetricFamily>& all) {
    Family up("vodcatalog_account_up", "0 while the account gives no answers.");
    Family answered("vodcatalog_last_answer_timestamp_seconds",
                    "When the cloud last answered, in seconds since 1970; since the start.");
    Family pace("vodcatalog_pacer_calls_per_second",
                "Calls that may be made now; less than the limit after throttling.");
    Family limit("vodcatalog_pacer_limit_calls_per_second",
                 "Calls that may be made by the settings.");
    Family flight("vodcatalog_calls_in_flight", "Calls that wait for the cloud.");
    Family available("vodcatalog_credentials_available",
                     "0 while there is nothing to sign calls with.");
    Family expiry("vodcatalog_credentials_expiry_timestamp_seconds",
                  "When temporary credentials come to their end, in seconds since 1970.");
    for (const DaemonStatus::Account& account : status.accounts) {
        const Labels its{{"account", account.name}};
        up.add(account.down ? 0 : 1, its);
        if (account.answered_at) answered.add(seconds_of(*account.answered_at), its);
        for (const DaemonStatus::Pace& each : account.paces) {
            const Labels op{{"account", account.name},
                            {"operation", std::string(to_string(each.operation))}};
            pace.add(each.calls_per_second, op);
            limit.add(each.calls_per_second_max, op);
        }
        flight.add(account.in_flight, its);
        available.add(account.credentials.available ? 1 : 0, its);
        if (account.credentials.expire_at)
            expiry.add(seconds_of(*account.credentials.expire_at), its);
    }
    for (Family* each : {&up, &answered, &pace, &limit, &flight, &available, &expiry})
        each->put(all);
}

void add_images(const DaemonStatus& status, std::vector<MetricFamily>& all) {
    std::map<std::pair<std::string, std::string>, std::int64_t> images;
    std::map<std::string, std::int64_t> suspects;
    std::map<std::pair<std::string, catalog::Tier>, double> lags;
    for (const DaemonStatus::Account& account : status.accounts) {
        suspects[account.name] = 0;
        for (const char* word : {"pending", "Uploading", "Normal", "UploadFail", "other", "none",
                                 "gone", "never_existed", "quarantined"})
            images[{account.name, word}] = 0;
        for (const auto tier : {catalog::Tier::hot, catalog::Tier::warm, catalog::Tier::cold})
            lags[{account.name, tier}] = 0;
    }
    for (const auto& each : status.figures->images) {
        // Accounts that the settings have no more are left out, here and below.
        const auto known = images.find({each.account, word_of(each.state, each.status)});
        if (known == images.end()) continue;
        known->second += each.images;
        if (each.state == catalog::ImageState::suspect) suspects[each.account] += each.images;
    }
    for (const auto& each : status.figures->due) {
        const auto known = lags.find({each.account, each.tier});
        if (known == lags.end()) continue;
        known->second = std::max(0.0, Seconds(status.now - each.first_at).count());
    }
    Family count("vodcatalog_images", "Images that are watched, by what they are in.");
    for (const auto& [key, number] : images)
        count.add(static_cast<double>(number), {{"account", key.first}, {"status", key.second}});
    Family suspect("vodcatalog_suspect_images",
                   "Images that the cloud said once that it does not have.");
    for (const auto& [account, number] : suspects)
        suspect.add(static_cast<double>(number), {{"account", account}});
    Family lag("vodcatalog_due_lag_seconds",
               "For how long the image that is due the longest has been due.");
    for (const auto& [key, seconds] : lags)
        lag.add(seconds, {{"account", key.first}, {"tier", word_of(key.second)}});
    for (Family* each : {&count, &suspect, &lag}) each->put(all);
}

void add_alerts(const DaemonStatus& status, std::vector<MetricFamily>& all) {
    Family open("vodcatalog_incidents_open", "Incidents that are open, by rule.");
    for (int i = 0; i < catalog::kRules; ++i) {
        const catalog::RuleText& rule = catalog::text_of(static_cast<catalog::Rule>(i));
        std::int64_t number = 0;
        for (const auto& each : status.figures->incidents) {
            if (each.rule == rule.rule) number = each.open;
        }
        open.add(static_cast<double>(number),
                 {{"rule", std::string(rule.name)},
                  {"severity", std::string(catalog::to_string(rule.severity))}});
    }
    Family notices("vodcatalog_notices", "Messages that were not delivered: pending, or dead.");
    Family waiting("vodcatalog_notice_overdue_seconds",
                   "For how long the message that should have gone first has been due.");
    for (const auto& each : status.figures->notices) {
        notices.add(static_cast<double>(each.pending),
                    {{"channel", each.channel}, {"state", "pending"}});
        notices.add(static_cast<double>(each.dead), {{"channel", each.channel}, {"state", "dead"}});
        const Seconds overdue = status.now - each.first_due.value_or(status.now);
        waiting.add(std::max(0.0, overdue.count()), {{"channel", each.channel}});
    }
    for (Family* each : {&open, &notices, &waiting}) each->put(all);
}

}  // namespace

struct Metrics::Counted {
    prometheus::Registry registry;
    prometheus::Family<prometheus::Counter>& calls =
        prometheus::BuildCounter()
            .Name("vodcatalog_calls_total")
            .Help("Calls to the cloud, by what came of them: answered, or the class of the error.")
            .Register(registry);
    prometheus::Family<prometheus::Histogram>& call_duration =
        prometheus::BuildHistogram()
            .Name("vodcatalog_call_duration_seconds")
            .Help("How long calls took.")
            .Register(registry);
    prometheus::Family<prometheus::Counter>& changes =
        prometheus::BuildCounter()
            .Name("vodcatalog_status_changes_total")
            .Help("Changes of Status that were recorded; from none is first sight.")
            .Register(registry);
    prometheus::Family<prometheus::Histogram>& detection =
        prometheus::BuildHistogram()
            .Name("vodcatalog_detection_delay_bound_seconds")
            .Help(
                "At most so long after it happened a change of Status was seen: the time since "
                "the old one was last answered.")
            .Register(registry);
    prometheus::Family<prometheus::Counter>& attempts =
        prometheus::BuildCounter()
            .Name("vodcatalog_notice_attempts_total")
            .Help("Attempts to deliver messages: delivered, failed, or refused for good.")
            .Register(registry);
    prometheus::Family<prometheus::Histogram>& notice_delay =
        prometheus::BuildHistogram()
            .Name("vodcatalog_notice_delay_seconds")
            .Help("How old messages were when they were delivered.")
            .Register(registry);
};

Metrics::Metrics() : counted_(std::make_unique<Counted>()) {}
Metrics::~Metrics() = default;

void Metrics::call_ended(const std::string& account, Operation operation,
                         std::optional<CallErrorClass> error_class,
                         std::chrono::nanoseconds duration) {
    const std::string name(to_string(operation));
    const std::string result(error_class ? to_string(*error_class) : "answered");
    counted_->calls.Add({{"account", account}, {"operation", name}, {"result", result}})
        .Increment();
    counted_->call_duration.Add({{"account", account}, {"operation", name}}, kCallBounds)
        .Observe(Seconds(duration).count());
}

void Metrics::status_changed(const std::string& account, const catalog::StatusChange& change) {
    const std::string from = word_of(catalog::status_kind(change.from));
    const std::string to = word_of(catalog::status_kind(change.to));
    counted_->changes.Add({{"account", account}, {"from", from}, {"to", to}}).Increment();
    if (!change.last_seen_at) return;
    counted_->detection.Add({{"account", account}}, kDelayBounds)
        .Observe(Seconds(change.seen_at - *change.last_seen_at).count());
}

void Metrics::notice_attempted(const std::string& channel, const std::string& outcome,
                               std::chrono::milliseconds age) {
    counted_->attempts.Add({{"channel", channel}, {"outcome", outcome}}).Increment();
    if (outcome != "delivered") return;
    counted_->notice_delay.Add({{"channel", channel}}, kDelayBounds).Observe(Seconds(age).count());
}

std::string Metrics::text(const DaemonStatus& status) const {
    std::vector<MetricFamily> all = counted_->registry.Collect();
    add_process(status, all);
    add_accounts(status, all);
    if (status.figures) {
        add_images(status, all);
        add_alerts(status, all);
    }
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, all);
    return out.str();
}

}  // namespace vodcatalog
