#pragma once

#include <cstdint>
#include <optional>
#include <unordered_set>
#include <vector>

#include "catalog/database.h"
#include "catalog/poll_load.h"
#include "catalog/tracked_image.h"

namespace catalog {

/// The tables poll_queue and poll_clock. Writes work inside the caller's transaction.
class PollQueue {
public:
    explicit PollQueue(Database& database);

    /// Appends to `out` rows due at `until` or before, in order of due time and key, with what is
    /// known of their images, skipping those in `taken`; looks at no more than `limit` rows that
    /// are not taken. Void ones go to `void_rows` instead, without their image. Begins at `passed`,
    /// and moves it over the taken rows that come first.
    void scan(std::int64_t account_key, Tier tier, WallTime until, std::size_t limit,
              const std::unordered_set<std::int64_t>& taken, DuePlace& passed,
              std::vector<DueImage>& out, std::vector<DueImage>& void_rows);

    /// The due time of the first row after `after`.
    [[nodiscard]] std::optional<WallTime> next_due(std::int64_t account_key, Tier tier,
                                                   WallTime after);
    /// The due time of the first row of all.
    [[nodiscard]] std::optional<WallTime> first_due(std::int64_t account_key, Tier tier);

    /// Adds up to `limit` rows to `load`, in order from `place` on, and moves it. False when there
    /// were no more.
    [[nodiscard]] bool add_load(std::int64_t account_key, int limit,
                                std::chrono::milliseconds cloud_ahead, PollLoadPlace& place,
                                PollLoad& load);

    void add(const DueImage& row);
    void remove(const DueImage& row);

    /// Brings every due time that is over a second later than `latest` back to it or less than a
    /// second after (a clock had been wrong).
    void clamp(std::int64_t account_key, Tier tier, WallTime latest);
    /// Moves every due time of all accounts back by `by`.
    void shift_back(std::chrono::milliseconds by);
    [[nodiscard]] std::optional<WallTime> schedule_at();
    void set_schedule_at(WallTime at);
    [[nodiscard]] std::int64_t size(std::int64_t account_key);

private:
    Statement scan_;
    Statement next_due_;
    Statement first_due_;
    Statement load_;
    Statement add_;
    Statement remove_;
    Statement clamp_;
    Statement shift_back_;
    Statement schedule_at_;
    Statement set_schedule_at_;
    Statement size_;
};

}  // namespace catalog
