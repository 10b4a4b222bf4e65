#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "catalog/database.h"
#include "daemon/alerts/courier.h"
#include "daemon/sync/sync.h"
#include "tests/world/fake_channel.h"
#include "tests/world/fake_clock.h"
#include "tests/world/fake_random.h"

namespace simulation {

/// The courier of the process, and the channels, which outlive it. Rules 7, 8 and 9 are checked on
/// what the channels were told and on the tables; the first breach stays.
class Pager {
public:
    Pager(const world::FakeClock& clock, std::uint64_t seed);

    [[nodiscard]] static catalog::AlertPolicy policy();

    /// The process begins, or begins anew: it remembers nothing.
    void start();
    void died() { ++deaths_; }
    /// One round of the courier. Lets through what a failpoint throws.
    void step(vodcatalog::Sync& sync);
    /// Channels fail and recover.
    void disturb();
    void quiet();
    /// Rule 9: after each step.
    void check_account(catalog::Database& reader, int came_up);
    /// Rules 7 and 8, after the quiet spell.
    void check_end(catalog::Database& reader, catalog::WallTime schedule);

    [[nodiscard]] const std::string& breach() const noexcept { return breach_; }
    [[nodiscard]] int told() const noexcept { return told_; }

private:
    /// What a channel knows of one incident.
    struct Known {
        bool open = false;
        bool closed = false;
    };
    void breach(const std::string& what);
    void note(const catalog::Notice& notice);
    void write(vodcatalog::Sync& sync, const std::vector<catalog::DeliveryTick>& ticks);

    const world::FakeClock& clock_;
    world::FakeRandom random_;
    std::optional<vodcatalog::Courier> courier_;
    std::map<std::string, world::FakeChannel> channels_;
    std::map<std::string, int> deaths_at_;  ///< When a message was taken, by its key.
    std::map<std::pair<std::string, std::int64_t>, Known> known_;
    vodcatalog::SteadyTime next_at_{};
    int deaths_ = 0;
    int told_ = 0;
    std::string breach_;

    bool was_down_ = false;
    int came_up_ = 0;
    std::string image_incidents_;
};

}  // namespace simulation
