#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "catalog/database.h"
#include "daemon/sync/sync.h"
#include "tests/simulation/cloud.h"
#include "tests/simulation/pager.h"
#include "tests/world/fake_clock.h"
#include "tests/world/fake_random.h"
#include "tests/world/temp_folder.h"

namespace simulation {

/// The whole daemon but its threads, on one thread under a seed: the step machine, the real catalog
/// in a folder of its own, a cloud, a clock. Images appear, finish, fail, vanish and return; calls
/// fail in every way; answers come late and out of order; the process dies at failpoints and is
/// started again; the wall clock jumps.
///
/// The rules are checked at every step; the first breach ends the run and is what run() returns.
class World {
public:
    explicit World(std::uint64_t seed);

    /// An hour of trouble, then a quiet spell, then the comparison with the cloud. Empty: all rules
    /// held.
    [[nodiscard]] std::string run();

    /// How often the process died at each failpoint.
    [[nodiscard]] const std::map<std::string, int>& kills() const noexcept { return kills_; }
    [[nodiscard]] int status_changes() const noexcept { return last_change_id_; }
    [[nodiscard]] int messages() const noexcept { return pager_.told(); }

private:
    struct Killed {};
    /// Lets the simulation answer at the moment of the cloud's choosing.
    struct Line final : vodcatalog::HttpClient {
        explicit Line(World& its_world) : world(its_world) {}
        void send(const vodcatalog::HttpRequest& request,
                  vodcatalog::HttpResponse& response) override;
        World& world;
        Fault fault = Fault::none;
    };
    /// A call on its way: the cloud answers it at `served_at`, the answer arrives at `arrives_at`.
    struct Travelling {
        vodcatalog::Call call;
        vodcatalog::SteadyTime served_at;
        vodcatalog::SteadyTime arrives_at;
        Fault fault = Fault::none;
        std::optional<vodcatalog::CallOutcome> outcome;
        std::map<std::string, Said> said;
    };
    struct Listener final : vodcatalog::SyncListener {
        void on_event(const vodcatalog::SyncEvent& event) override;
        int status_changes = 0;
        int came_up = 0;  ///< The account.
    };
    /// One distinct status in the answers that arrived for an image.
    struct Run {
        std::string status;
        std::set<std::string> request_ids;
        vodcatalog::SteadyTime first_arrived;
        vodcatalog::SteadyTime last_arrived;
    };

    // The process.
    void start();
    void stop();
    void guarded(const std::function<void()>& work);
    void tick();
    void serve(Travelling& travelling);
    void arrive(Travelling travelling);

    // The world.
    [[nodiscard]] vodcatalog::SteadyTime next_event() const;
    void step();
    void disturb();
    void travel(vodcatalog::Call call);
    [[nodiscard]] Fault draw_fault();
    void live_for(std::chrono::milliseconds time);

    // The rules.
    void breach(const std::string& what);
    void note_said(const Travelling& travelling);
    [[nodiscard]] std::string digest(const vodcatalog::Call& call, bool with_schedule);
    void check_rates(const vodcatalog::Call& call);
    void check_new_changes();
    void check_lateness();
    void check_runs();
    void compare_with_cloud();

    std::uint64_t seed_;
    world::FakeRandom random_;
    world::FakeRandom daemon_random_;
    world::TempFolder folder_;
    world::FakeClock clock_;
    Cloud cloud_;
    Line line_;
    vodcatalog::VodClient client_;
    Listener listener_;
    Pager pager_;
    vodcatalog::SyncSettings settings_;

    std::unique_ptr<catalog::Catalog> catalog_;
    std::unique_ptr<vodcatalog::Sync> sync_;
    std::unique_ptr<catalog::Database> reader_;
    std::unique_ptr<catalog::Statement> new_changes_;  ///< On reader_.
    std::shared_ptr<vodcatalog::IdSet> ids_;
    vodcatalog::SteadyTime wake_at_{};
    vodcatalog::WallTime started_wall_{};
    vodcatalog::SteadyTime started_steady_{};
    std::vector<Travelling> travelling_;

    bool quiet_ = false;
    bool refusing_ = false;
    std::string armed_;  ///< The failpoint at which the process dies next.
    int armed_after_ = 0;
    vodcatalog::SteadyTime disturb_at_{};
    vodcatalog::SteadyTime good_since_{};

    std::string breach_;
    std::map<std::string, int> kills_;
    std::vector<vodcatalog::SteadyTime> kill_times_;
    std::map<std::string, std::vector<Run>> runs_;
    std::map<std::string, std::string> last_status_;  ///< As the status_change rows tell it.
    int last_change_id_ = 0;
    std::deque<vodcatalog::SteadyTime>
        calls_[vodcatalog::kOperations];  ///< Of the last ten seconds.
};

}  // namespace simulation
