#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "catalog/catalog.h"
#include "catalog/incident.h"
#include "daemon/clock.h"
#include "daemon/sync/demand.h"

namespace vodcatalog {

/// Whether an account has more to ask than it may: judged by what the schedule demands, which is
/// known before it hurts, and by how late what is due is asked. Pure but for what it remembers.
class CapacityWatch {
public:
    /// Late and not catching up for so long is over capacity, and not the rest of an outage.
    static constexpr std::chrono::minutes kCatchUpLooked{10};

    explicit CapacityWatch(const catalog::CapacityLimit& limit) : limit_(limit) {}

    void on_demand(const Demand& demand, SteadyTime now);
    /// How late the first of the due images is.
    void on_lag(std::chrono::milliseconds lag, SteadyTime now);
    /// Nobody can ask now, so nothing is late for want of calls.
    void on_outage() noexcept { late_since_.reset(); }

    /// Nothing: it is as it was.
    [[nodiscard]] std::optional<bool> is_over(SteadyTime now) const;
    /// Both in numbers, for people.
    [[nodiscard]] std::string words() const;

private:
    catalog::CapacityLimit limit_;
    std::optional<Demand> demand_;
    std::optional<SteadyTime> over_since_;
    std::optional<std::chrono::milliseconds> lag_;
    std::optional<SteadyTime> late_since_;
    std::chrono::milliseconds lag_then_{0};  ///< At late_since_.
    bool late_ = false;                      ///< And was no less so kCatchUpLooked earlier.
};

/// Counts, an hour apart and when it is told to, what the queue of one account demands, a slice at
/// a time: a million rows are a second's work, which must not hold up a due poll. Once a minute it
/// looks how late the account is. Part of the sync step.
class CapacityCheck {
public:
    static constexpr int kSlice = 5'000;  ///< Rows.
    static constexpr std::chrono::hours kCountEvery{1};
    static constexpr std::chrono::minutes kLagEvery{1};

    CapacityCheck(std::int64_t account_key, const catalog::CapacityLimit& limit)
        : account_key_(account_key), watch_(limit) {}

    /// A list of images has been taken in.
    void count_soon() noexcept { count_at_ = SteadyTime{}; }
    [[nodiscard]] SteadyTime due_at() const noexcept { return std::min(count_at_, lag_at_); }

    struct Moment {
        SteadyTime steady;
        catalog::WallTime schedule;
        /// How far the clock by which answers are dated is ahead of the schedule's.
        std::chrono::milliseconds cloud_ahead{0};
        bool is_down = false;  ///< The account gives no answers.
    };
    /// One slice, where something is due. What was counted, when a count has ended.
    [[nodiscard]] std::optional<Demand> step(catalog::Catalog& catalog, const Moment& now,
                                             std::chrono::milliseconds settled_gap,
                                             const CallBudget& budget);
    [[nodiscard]] const CapacityWatch& watch() const noexcept { return watch_; }

private:
    void look_at_lag(catalog::Catalog& catalog, const Moment& now);

    std::int64_t account_key_;
    CapacityWatch watch_;
    SteadyTime count_at_{};
    SteadyTime lag_at_{};
    catalog::PollLoadPlace place_;
    catalog::PollLoad load_;
};

}  // namespace vodcatalog
