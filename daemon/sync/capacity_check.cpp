#include "daemon/sync/capacity_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace vodcatalog {

using catalog::Tier;
using std::chrono::milliseconds;

void CapacityWatch::on_demand(const Demand& demand, SteadyTime now) {
    demand_ = demand;
    if (demand.share() <= limit_.share) {
        over_since_.reset();
    } else if (!over_since_) {
        over_since_ = now;
    }
}

void CapacityWatch::on_lag(milliseconds lag, SteadyTime now) {
    lag_ = lag;
    if (lag <= limit_.due_lag) {
        late_since_.reset();
        late_ = late_ && lag > limit_.due_lag / 2;
        return;
    }
    if (late_since_ && now - *late_since_ < kCatchUpLooked) return;
    late_ = late_since_ && lag >= lag_then_;
    late_since_ = now;
    lag_then_ = lag;
}

std::optional<bool> CapacityWatch::is_over(SteadyTime now) const {
    if (late_ || (over_since_ && now - *over_since_ >= limit_.lasting)) return true;
    if (!demand_ || over_since_ || !lag_ || *lag_ > limit_.due_lag / 2) return std::nullopt;
    return false;
}

std::string CapacityWatch::words() const {
    std::string text;
    if (demand_) {
        text = fmt::format(
            "{} images take {:.2f} of the {:.2f} calls a second that {} allows "
            "({:.0f} %).",
            demand_->images, demand_->calls_per_second, demand_->budget, demand_->limit,
            100 * demand_->share());
    }
    if (lag_ && *lag_ > limit_.due_lag / 2) {
        text += fmt::format("{}The first that is due is {} minutes late.", text.empty() ? "" : " ",
                            std::chrono::floor<std::chrono::minutes>(*lag_).count());
    }
    return text;
}

std::optional<Demand> CapacityCheck::step(catalog::Catalog& catalog, const Moment& now,
                                          milliseconds settled_gap, const CallBudget& budget) {
    if (now.steady >= lag_at_) look_at_lag(catalog, now);
    if (now.steady < count_at_) return std::nullopt;
    if (catalog.add_load(account_key_, kSlice, now.cloud_ahead, place_, load_)) return std::nullopt;
    count_at_ = now.steady + kCountEvery;
    load_.suspects = catalog.suspects(account_key_);
    place_ = {};
    const Demand result = demand(std::exchange(load_, {}), settled_gap, budget);
    watch_.on_demand(result, now.steady);
    return result;
}

void CapacityCheck::look_at_lag(catalog::Catalog& catalog, const Moment& now) {
    lag_at_ = now.steady + kLagEvery;
    if (now.is_down) return watch_.on_outage();
    // A long list that is new is warm: it is asked for as there is time.
    milliseconds lag{0};
    for (const Tier tier : {Tier::hot, Tier::cold}) {
        const auto first = catalog.first_due(account_key_, tier);
        if (first) lag = std::max(lag, now.schedule - *first);
    }
    watch_.on_lag(lag, now.steady);
}

}  // namespace vodcatalog
