#include "daemon/event_metrics.h"

namespace vodcatalog {

void EventMetrics::on_event(const SyncEvent& event) {
    if (const auto* call = std::get_if<CallEnded>(&event)) {
        metrics_.call_ended(call->account, call->operation, call->error_class, call->duration);
    } else if (const auto* changed = std::get_if<StatusChanged>(&event)) {
        metrics_.status_changed(changed->account, changed->change);
    }
}

void count_attempt(Metrics& metrics, const catalog::Notice& notice, const Delivery& delivery) {
    const auto outcome = [&] {
        switch (delivery.kind) {
            case Delivery::Kind::delivered:
                return "delivered";
            case Delivery::Kind::retry_later:
                return "failed";
            case Delivery::Kind::refused:
                return "refused";
        }
        return "refused";
    };
    metrics.notice_attempted(notice.channel, outcome(), notice.waited);
}

std::vector<DaemonStatus::Account> accounts_of(const SyncStatus& status) {
    std::vector<DaemonStatus::Account> accounts;
    for (const SyncStatus::Account& each : status.accounts) {
        DaemonStatus::Account& its = accounts.emplace_back();
        its.name = each.name;
        its.down = each.down;
        its.answered_at = each.answered_at;
        its.in_flight = each.in_flight;
        for (std::size_t i = 0; i < each.paces.size(); ++i) {
            its.paces.push_back({static_cast<Operation>(i), each.paces[i].calls_per_second,
                                 each.paces[i].calls_per_second_max});
        }
    }
    return accounts;
}

std::optional<DaemonStatus::Trouble> trouble_of(const SyncStatus& status) {
    if (!status.trouble) return std::nullopt;
    return DaemonStatus::Trouble{status.trouble->since, status.trouble->message};
}

}  // namespace vodcatalog
