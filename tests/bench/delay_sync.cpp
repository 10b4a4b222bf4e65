#include "tests/bench/delay_sync.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <deque>
#include <memory>
#include <string>
#include <unordered_set>
#include <utility>

#include "catalog/catalog.h"
#include "daemon/sync/image_files.h"
#include "daemon/sync/poll_plan.h"
#include "daemon/sync/sync.h"
#include "tests/world/fake_clock.h"
#include "tests/world/fake_random.h"

namespace bench {
namespace {

using catalog::DueImage;
using catalog::Tier;
using catalog::WallTime;
using std::chrono::hours;
using std::chrono::milliseconds;
using vodcatalog::Answered;
using vodcatalog::Call;

constexpr Ms kDay = 86'400'000;
const WallTime kStart = catalog::from_ms(world::FakeClock::kStartMs);

/// IDs tell what an image is: n(ormal), d(ead), u(pload), and its number.
std::string id_of(char kind, std::int64_t number) {
    return fmt::format("{}{:031}", kind, number);
}
std::size_t number_of(const std::string& image_id) {
    std::size_t number = 0;
    std::from_chars(image_id.data() + 1, image_id.data() + image_id.size(), number);
    return number;
}

/// When an image that was there before the run was created: a Normal one in the year before, a
/// dead one an hour to 30 days before.
WallTime created(char kind, std::size_t number) {
    world::FakeRandom random(number * 2 + (kind == 'd' ? 1 : 0));
    const double share = random.unit();
    const Ms least = 3'600'000;
    const Ms most = (kind == 'd' ? 30 : 365) * kDay;
    return kStart - milliseconds{least + static_cast<Ms>(share * static_cast<double>(most))};
}

/// What the cloud says of an image; its hash need only tell the statuses apart.
std::int64_t describe(const std::string& image_id, WallTime created_at, bool is_normal,
                      catalog::Image& image) {
    image.image_id = image_id;
    image.status = is_normal ? catalog::kNormal : catalog::kUploading;
    image.creation_time = catalog::to_iso_seconds(created_at);
    return is_normal ? 2 : 1;
}

/// When the image is asked next after `now`, if it has been watched for long.
vodcatalog::Poll settled_poll(const vodcatalog::PollSettings& settings, const DueImage& asked,
                              world::FakeRandom& random) {
    vodcatalog::PollState state;
    state.state = catalog::ImageState::tracked;
    state.status = asked.status;
    state.image_key = asked.image_key;
    WallTime at = kStart - milliseconds{static_cast<Ms>(random.below(20 * 3'600'000))};
    for (;;) {
        state.age = at - asked.created_at.value_or(at);
        const auto poll = vodcatalog::poll_plan(settings, state, at, random.unit());
        if (poll.due_at > kStart) return poll;
        at = poll.due_at;
    }
}

class DelaySync final : public vodcatalog::SyncListener {
public:
    DelaySync(const DelaySetup& setup, const std::filesystem::path& file);
    [[nodiscard]] DelayResult run();
    void on_event(const vodcatalog::SyncEvent& event) override;

private:
    struct Travelling {
        Ms served = 0;
        Ms arrives = 0;
        Answered answered;
    };
    [[nodiscard]] Ms now() const { return catalog::to_ms(clock_.wall()) - catalog::to_ms(kStart); }
    [[nodiscard]] bool is_measured() const {
        return now() >= setup_.measured_from() && now() < setup_.measured_to();
    }
    void reveal();
    void arrive();
    void tick();
    void send(Call call);
    void serve(Answered& answered);
    void sample();

    const DelaySetup& setup_;
    std::vector<Upload> uploads_;
    std::vector<Ms> noticed_;
    std::size_t revealed_ = 0;
    std::vector<Ms> normal_asked_;  ///< When each Normal image was answered last.
    world::FakeClock clock_;
    world::FakeRandom random_;
    catalog::Catalog catalog_;
    std::int64_t account_key_;
    std::unique_ptr<vodcatalog::Sync> sync_;
    std::deque<Travelling> travelling_;
    Ms wake_ = 0;
    Ms sampled_ = 0;
    DelayResult result_;
};

vodcatalog::SyncSettings sync_settings(const DelaySetup& setup) {
    vodcatalog::SyncSettings settings;
    vodcatalog::SyncAccount account;
    account.name = "main";
    account.region = "cn-shanghai";
    account.endpoint = "https://vod.cn-shanghai.aliyuncs.com";
    account.get_image_infos_per_second = setup.calls_per_s;
    settings.accounts.push_back(account);
    return settings;
}

DelaySync::DelaySync(const DelaySetup& setup, const std::filesystem::path& file)
    : setup_(setup),
      uploads_(draw_uploads(setup)),
      noticed_(uploads_.size(), kNever),
      normal_asked_(static_cast<std::size_t>(setup.normal), -20 * 3'600'000),
      random_(setup.seed),
      catalog_(file, kStart),
      account_key_(catalog_.enroll("main", "cn-shanghai", "", kStart)),
      sync_(std::make_unique<vodcatalog::Sync>(catalog_, clock_, random_, *this,
                                               sync_settings(setup))) {}

void DelaySync::on_event(const vodcatalog::SyncEvent& event) {
    const auto* changed = std::get_if<vodcatalog::StatusChanged>(&event);
    if (changed == nullptr || changed->image_id[0] != 'u') return;
    if (changed->change.to == catalog::kNormal) noticed_[number_of(changed->image_id)] = now();
}

/// What the source has told by now is watched.
void DelaySync::reveal() {
    const std::size_t first = revealed_;
    while (revealed_ < uploads_.size() && uploads_[revealed_].known <= now()) ++revealed_;
    if (revealed_ == first) return;
    std::vector<std::string> image_ids;
    for (std::size_t i = first; i < revealed_; ++i)
        image_ids.push_back(id_of('u', static_cast<std::int64_t>(i)));
    auto ids = vodcatalog::make_id_set(image_ids);
    ids->incomplete = true;  // Others stay.
    const bool discovered = setup_.reveal == Reveal::discovery;
    sync_->load_ids(0, discovered ? catalog::Source::discovery : catalog::Source::track_endpoint,
                    ids);
    wake_ = now();
}

void DelaySync::serve(Answered& answered) {
    auto& answer = answered.outcome.answer;
    answer.clear();
    answer.request_id = "REQUEST";
    answer.images.resize(std::max(answer.images.size(), answered.call.asked.size()));
    for (const DueImage& asked : answered.call.asked) {
        const char kind = asked.image_id[0];
        const std::size_t number = number_of(asked.image_id);
        const bool is_upload = kind == 'u';
        const WallTime begun =
            is_upload ? kStart + milliseconds{uploads_[number].begun} : created(kind, number);
        const bool is_normal = is_upload ? uploads_[number].finished <= now() : kind == 'n';
        answer.content_hashes.push_back(
            describe(asked.image_id, begun, is_normal, answer.images[answer.image_count]));
        ++answer.image_count;
        if (kind == 'n') normal_asked_[number] = now();
        if (!is_measured()) continue;
        (asked.tier == Tier::cold
             ? kind == 'n' || is_normal ? result_.normal_places : result_.dead_places
             : result_.hot_places) += 1;
    }
}

void DelaySync::send(Call call) {
    if (is_measured()) ++result_.calls;
    Travelling& sent = travelling_.emplace_back();
    sent.served = now() + setup_.latency_ms / 2;
    sent.arrives = now() + setup_.latency_ms;
    sent.answered.outcome.answer = std::move(call.memory);
    sent.answered.call = std::move(call);
    if (!random_.chance(setup_.errors)) return;
    sent.answered.outcome.error = vodcatalog::CallError{};
    sent.answered.outcome.error->error_class = vodcatalog::CallErrorClass::server;
    sent.served = kNever;
}

void DelaySync::arrive() {
    for (Travelling& sent : travelling_) {
        if (sent.served > now()) continue;
        serve(sent.answered);
        sent.served = kNever;
    }
    while (!travelling_.empty() && travelling_.front().arrives <= now()) {
        Answered answered = std::move(travelling_.front().answered);
        travelling_.pop_front();
        answered.at = clock_.wall();
        answered.outcome.server_ahead = milliseconds{0};
        sync_->on_answer(std::move(answered));
        wake_ = now();
    }
}

void DelaySync::tick() {
    vodcatalog::Sync::Step step = sync_->on_tick();
    for (Call& call : step.calls) send(std::move(call));
    const auto wait = std::min<std::chrono::nanoseconds>(
        step.wake_at - std::min(step.wake_at, clock_.steady()), hours{1});
    wake_ = now() + std::chrono::ceil<milliseconds>(wait).count();
}

void DelaySync::sample() {
    sampled_ = now() + 1'000;
    if (!is_measured()) return;
    const auto lag = [&](Tier tier) {
        const auto first = catalog_.first_due(account_key_, tier);
        const auto late = first ? clock_.wall() - *first : milliseconds{0};
        return std::max(0.0, static_cast<double>(late.count()) / 1'000);
    };
    result_.hot_lag_s = std::max(result_.hot_lag_s, lag(Tier::hot));
    result_.cold_lag_s = std::max(result_.cold_lag_s, lag(Tier::cold));
}

DelayResult DelaySync::run() {
    constexpr Ms kTail = 120'000;
    const Ms end = setup_.measured_to() + kTail;
    while (now() < end) {
        Ms next = std::min({wake_, sampled_, end});
        if (revealed_ < uploads_.size()) next = std::min(next, uploads_[revealed_].known);
        for (const Travelling& sent : travelling_)
            next = std::min({next, sent.served, sent.arrives});
        if (next > now()) clock_.advance(milliseconds{next - now()});
        reveal();
        arrive();
        if (wake_ <= now()) tick();
        if (sampled_ <= now()) sample();
    }
    result_.discovery_calls =
        discovery_calls(setup_, uploads_, setup_.measured_from(), setup_.measured_to());
    result_.calls += result_.discovery_calls;
    result_.take_delays(setup_, uploads_, noticed_, end);
    for (const Ms asked : normal_asked_) {
        result_.oldest_normal_s =
            std::max(result_.oldest_normal_s, static_cast<double>(end - asked) / 1'000);
        result_.normal_unasked += asked < setup_.measured_from() ? 1 : 0;
    }
    return std::move(result_);
}

}  // namespace

void prepare_catalog(const DelaySetup& setup, const std::filesystem::path& file) {
    constexpr std::int64_t kSlice = 1'000;
    catalog::Catalog catalog(file, kStart - hours{24});
    const auto key = catalog.enroll("main", "cn-shanghai", "", kStart);
    world::FakeRandom random(4'711);
    const vodcatalog::PollSettings settings;
    catalog::Image image;
    catalog::Recorded recorded;
    for (std::int64_t at = 0; at < setup.normal + setup.dead; at += kSlice) {
        std::vector<std::string> ids;
        for (std::int64_t i = at; i < std::min(at + kSlice, setup.normal + setup.dead); ++i)
            ids.push_back(i < setup.dead ? id_of('d', i) : id_of('n', i - setup.dead));
        const std::vector<std::string_view> views(ids.begin(), ids.end());
        (void)catalog.track(key, catalog::Source::callback, views, Tier::cold, kStart,
                            kStart - hours{24});
        std::vector<DueImage> due;
        catalog.due(key, Tier::cold, kStart, kSlice, {}, due);
        catalog::Recording recording = catalog.record();
        for (DueImage& asked : due) {
            const char kind = asked.image_id[0];
            const auto hash = describe(asked.image_id, created(kind, number_of(asked.image_id)),
                                       kind == 'n', image);
            recording.image(asked, image, hash, "REQUEST", kStart - hours{20}, recorded);
            const auto poll = settled_poll(settings, asked, random);
            recording.reschedule(asked, poll.tier, poll.due_at);
        }
        recording.commit();
    }
    catalog.checkpoint();
}

DelayResult run_sync(const DelaySetup& setup, const std::filesystem::path& file) {
    return DelaySync(setup, file).run();
}

}  // namespace bench
