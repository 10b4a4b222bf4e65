#include "tests/simulation/world.h"

#include <algorithm>
#include <stdexcept>

#include "catalog/stable_url.h"

namespace simulation {

using catalog::Database;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using vodcatalog::Call;
using vodcatalog::CallErrorClass;
using vodcatalog::SteadyTime;

namespace {

constexpr const char* kFailpoints[] = {"before_begin", "after_begin", "after_write",
                                       "before_commit", "after_commit"};

vodcatalog::VodAccount vod_account() {
    vodcatalog::VodAccount account;
    account.name = "main";
    account.endpoint = vodcatalog::parse_endpoint("https://vod.cn-shanghai.aliyuncs.com");
    account.region = "cn-shanghai";
    account.sessions = std::make_shared<vodcatalog::FixedSession>(
        vodcatalog::Credentials{"CANARYKEY", "CANARYSECRET", ""});
    return account;
}

}  // namespace

World::World(std::uint64_t seed)
    : seed_(seed),
      random_(seed),
      daemon_random_(seed ^ 0xdae0),
      folder_(world::memory_folder()),
      cloud_(clock_, seed ^ 0xc10d),
      line_(*this),
      client_(vod_account(), line_, clock_, daemon_random_),
      pager_(clock_, seed ^ 0x9a6e) {
    vodcatalog::SyncAccount account;
    account.name = "main";
    account.region = "cn-shanghai";
    account.endpoint = "https://vod.cn-shanghai.aliyuncs.com";
    settings_.accounts.push_back(account);
    settings_.poll.normal_min = seconds{20};
    settings_.poll.normal_max = minutes{2};
    settings_.poll.uploading_max = minutes{5};
    settings_.calls_in_flight_max = 8;
    settings_.alerts.policy = Pager::policy();
    ids_ = std::make_shared<vodcatalog::IdSet>();
    const std::size_t images = 5 + random_.below(60);
    for (std::size_t i = 0; i < images; ++i) {
        const std::string image_id = "image-" + std::to_string(1000 + i);
        ids_->text += image_id;
        if (!random_.chance(0.8)) continue;
        cloud_.create(image_id);
        if (!random_.chance(0.3)) continue;
        // It is old, and its upload failed long ago.
        catalog::Image& old = *cloud_.images[image_id];
        old.creation_time = catalog::to_iso_seconds(clock_.wall() - hours{24 * 30});
        if (random_.chance(0.5)) old.status = "UploadFail";
    }
    for (std::size_t i = 0; i < images; ++i)
        ids_->image_ids.push_back(std::string_view(ids_->text).substr(i * 10, 10));
}

void World::Line::send(const vodcatalog::HttpRequest& request, vodcatalog::HttpResponse& response) {
    world.cloud_.answer(request, fault, response);
}

void World::Listener::on_event(const vodcatalog::SyncEvent& event) {
    if (std::holds_alternative<vodcatalog::StatusChanged>(event)) ++status_changes;
    if (std::holds_alternative<vodcatalog::AccountUp>(event)) ++came_up;
}

void World::breach(const std::string& what) {
    if (breach_.empty()) breach_ = "seed " + std::to_string(seed_) + ": " + what;
}

// ---- The process

void World::start() {
    const auto on_failpoint = [this](std::string_view name) {
        if (armed_ != name || armed_after_-- > 0) return;
        ++kills_[armed_];
        armed_.clear();
        throw Killed{};
    };
    while (!sync_) {
        try {
            catalog_ = std::make_unique<catalog::Catalog>(folder_ / "catalog.db", clock_.wall(),
                                                          on_failpoint);
            sync_ = std::make_unique<vodcatalog::Sync>(*catalog_, clock_, daemon_random_, listener_,
                                                       settings_);
        } catch (const Killed&) {
            stop();
        }
    }
    started_wall_ = clock_.wall();
    started_steady_ = good_since_ = clock_.steady();
    reader_ = std::make_unique<Database>(folder_ / "catalog.db", Database::Mode::read);
    new_changes_ = std::make_unique<catalog::Statement>(
        *reader_,
        "SELECT status_change_id, image_id, from_status, to_status, c.request_id, expected FROM "
        "status_change c "
        "JOIN image_info i ON i.image_key = c.image_key WHERE status_change_id > ? ORDER BY "
        "status_change_id");
    pager_.start();
    sync_->load_ids(0, catalog::Source::settings, ids_);
    wake_at_ = clock_.steady();
}

void World::stop() {
    sync_.reset();
    new_changes_.reset();
    reader_.reset();
    catalog_.reset();
    travelling_.clear();
    kill_times_.push_back(clock_.steady());
    pager_.died();
}

void World::guarded(const std::function<void()>& work) {
    try {
        work();
    } catch (const Killed&) {
        stop();
        start();
    }
    check_new_changes();
    pager_.check_account(*reader_, listener_.came_up);
    if (!pager_.breach().empty()) breach(pager_.breach());
}

void World::tick() {
    guarded([this] {
        vodcatalog::Sync::Step step = sync_->on_tick();
        for (Call& call : step.calls) travel(std::move(call));
        wake_at_ = std::max(step.wake_at, clock_.steady());
        if (wake_at_ == clock_.steady() && !sync_->is_loading()) wake_at_ += milliseconds{1};
        pager_.step(*sync_);
    });
}

void World::travel(Call call) {
    check_rates(call);
    Travelling travelling;
    const auto slow = random_.chance(0.05) ? 8'000U : 200U;
    travelling.served_at = clock_.steady() + milliseconds{1 + random_.below(slow)};
    travelling.arrives_at = travelling.served_at + milliseconds{1 + random_.below(slow)};
    travelling.call = std::move(call);
    travelling.fault = draw_fault();
    travelling_.push_back(std::move(travelling));
}

Fault World::draw_fault() {
    if (quiet_) return Fault::none;
    if (refusing_) return random_.chance(0.5) ? Fault::wrong_key : Fault::clock;
    if (random_.chance(0.7)) return Fault::none;
    // The last two are for the whole account, and have times of their own.
    return static_cast<Fault>(random_.below(kFaults - 2));
}

void World::serve(Travelling& travelling) {
    std::vector<std::string_view> image_ids;
    for (const auto& image : travelling.call.asked) image_ids.push_back(image.image_id);
    line_.fault = travelling.fault;
    travelling.outcome.emplace();
    client_.call(travelling.call.operation, image_ids, *travelling.outcome);
    travelling.said = cloud_.said();
    const bool failed = travelling.outcome->error.has_value();
    if (failed == !travelling.said.empty() && travelling.fault != Fault::forgetful) {
        breach("an answer was taken for an error, or an error for an answer");
    }
}

void World::arrive(Travelling travelling) {
    const bool failed = travelling.outcome->error.has_value();
    // An image that is refused alone again and again is set apart, which is its schedule only.
    const bool apart = failed && travelling.call.asked.size() == 1 &&
                       travelling.outcome->error->error_class == CallErrorClass::request;
    const std::string before = failed ? digest(travelling.call, !apart) : "";
    note_said(travelling);
    const Call asked = travelling.call;
    const auto deaths = kill_times_.size();
    guarded([&] {
        sync_->on_answer(
            {std::move(travelling.call), std::move(*travelling.outcome), clock_.wall()});
        if (failed) sync_->flush();
    });
    // A start brings far due times back, so a death in between makes the two incomparable.
    if (failed && kill_times_.size() == deaths && digest(asked, !apart) != before) {
        breach("rule 2: a call error changed an image");
    }
    tick();
}

// ---- The world

SteadyTime World::next_event() const {
    SteadyTime next = std::min(wake_at_, disturb_at_);
    for (const Travelling& travelling : travelling_) {
        next = std::min(next, travelling.outcome ? travelling.arrives_at : travelling.served_at);
    }
    return next;
}

void World::step() {
    const SteadyTime now = clock_.steady();
    const auto is_next = [&](const Travelling& travelling) {
        return (travelling.outcome ? travelling.arrives_at : travelling.served_at) <= now;
    };
    const auto at = std::find_if(travelling_.begin(), travelling_.end(), is_next);
    if (at != travelling_.end()) {
        if (!at->outcome) {
            serve(*at);
        } else {
            Travelling arrived = std::move(*at);
            travelling_.erase(at);
            arrive(std::move(arrived));
        }
    } else if (disturb_at_ <= now) {
        disturb();
    } else {
        tick();
    }
}

void World::disturb() {
    disturb_at_ = clock_.steady() + milliseconds{500 + random_.below(20'000)};
    if (quiet_) {
        check_lateness();
        return;
    }
    const auto& image_ids = ids_->image_ids;
    for (std::uint64_t i = random_.below(4); i > 0; --i) {
        cloud_.change(std::string(image_ids[random_.below(image_ids.size())]));
    }
    if (random_.chance(0.1)) {
        armed_ = kFailpoints[random_.below(std::size(kFailpoints))];
        armed_after_ = static_cast<int>(random_.below(3));
    }
    if (random_.chance(0.02)) refusing_ = !refusing_;
    pager_.disturb();
    if (random_.chance(0.02)) {
        const auto by = hours{24} * (random_.chance(0.5) ? 1 : -1);
        clock_.jump_wall(random_.chance(0.5) ? by : by / 24);
    }
    // A suspend: the steady clock goes on, nothing runs.
    if (random_.chance(0.01)) clock_.advance(hours{1});
    if (random_.chance(0.02)) {
        guarded([] { throw Killed{}; });
        ++kills_["between"];
    }
}

void World::live_for(milliseconds time) {
    const SteadyTime end = clock_.steady() + time;
    while (breach_.empty() && clock_.steady() < end) {
        const SteadyTime next = std::min(next_event(), end);
        if (next > clock_.steady()) {
            clock_.advance(std::chrono::ceil<milliseconds>(next - clock_.steady()));
        }
        if (next < end) step();
    }
}

std::string World::run() {
    start();
    live_for(minutes{30});
    quiet_ = true;
    refusing_ = false;
    armed_.clear();
    good_since_ = clock_.steady();
    pager_.quiet();
    // A gone image that is back is asked again after six hours.
    live_for(hours{7});
    if (breach_.empty()) {
        guarded([this] { sync_->flush(); });
        check_runs();
        compare_with_cloud();
        pager_.check_end(*reader_, started_wall_ + std::chrono::floor<milliseconds>(
                                                       clock_.steady() - started_steady_));
        if (!pager_.breach().empty()) breach(pager_.breach());
    }
    return breach_;
}

}  // namespace simulation
