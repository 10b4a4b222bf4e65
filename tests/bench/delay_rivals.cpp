#include "tests/bench/delay_rivals.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <utility>

#include "tests/world/fake_random.h"

namespace bench {
namespace {

constexpr Ms kStuckAfter = 3'600'000;
constexpr double kSweep_s = 20 * 3'600.0;
constexpr std::size_t kPlaces = 20;

/// An image of the run: an upload, or one that rests, which `number` does not tell from others.
struct Subject {
    enum class Kind { upload, dead, normal };
    Kind kind;
    std::size_t number;
};

class RivalRun {
public:
    RivalRun(const DelaySetup& setup, Rival rival, double hot_places_per_s)
        : setup_(setup),
          rival_(rival),
          hot_calls_per_s_(hot_places_per_s / kPlaces),
          uploads_(draw_uploads(setup)),
          noticed_(uploads_.size(), kNever),
          normal_asked_(static_cast<std::size_t>(setup.normal), 0),
          random_(setup.seed) {
        for (std::size_t i = 0; i < static_cast<std::size_t>(setup.dead); ++i) {
            (rival == Rival::each_minute_dead ? hot_ : resting_)
                .push_back({Subject::Kind::dead, i});
        }
        for (std::size_t i = 0; i < normal_asked_.size(); ++i) {
            resting_.push_back({Subject::Kind::normal, i});
            // As if it had been swept so all the time.
            normal_asked_[i] = -static_cast<Ms>(sweep_ms() * (1 - share(i)));
        }
    }
    [[nodiscard]] DelayResult run();

private:
    [[nodiscard]] double share(std::size_t i) const {
        return static_cast<double>(i) / static_cast<double>(normal_asked_.size());
    }
    [[nodiscard]] double sweep_ms() const {
        if (rival_ != Rival::sweep) return kSweep_s * 1'000;
        const double calls = static_cast<double>(setup_.dead + setup_.normal) / kPlaces;
        return calls / setup_.calls_per_s * 1'000;
    }
    [[nodiscard]] bool is_measured() const {
        return now_ >= setup_.measured_from() && now_ < setup_.measured_to();
    }
    void reveal();
    [[nodiscard]] bool ask(std::deque<Subject>& from, std::size_t among);
    [[nodiscard]] bool see(const Subject& subject, bool answered);
    void count(const Subject& subject);
    bool hot_call();
    bool resting_call();
    void step(double slot_s);
    void look_at_normal();
    [[nodiscard]] bool all_noticed() const;

    const DelaySetup& setup_;
    const Rival rival_;
    const double hot_calls_per_s_;
    std::vector<Upload> uploads_;
    std::vector<Ms> noticed_;
    std::size_t revealed_ = 0;
    std::vector<Ms> normal_asked_;
    world::FakeRandom random_;
    std::deque<Subject> hot_;      ///< In the order in which they are asked.
    std::deque<Subject> resting_;  ///< Likewise.
    std::size_t round_ = 0;        ///< Of hot_, still to be asked in this minute.
    Ms round_at_ = 0;
    double resting_credit_ = 0;  ///< Calls.
    double hot_credit_ = 0;
    Ms now_ = 0;
    DelayResult result_;
};

void RivalRun::reveal() {
    for (; revealed_ < uploads_.size() && uploads_[revealed_].known <= now_; ++revealed_)
        (rival_ == Rival::sweep ? resting_ : hot_).push_back({Subject::Kind::upload, revealed_});
}

void RivalRun::count(const Subject& subject) {
    if (!is_measured()) return;
    const bool is_old = subject.kind == Subject::Kind::upload &&
                        now_ - uploads_[subject.number].begun >= kStuckAfter;
    if (subject.kind == Subject::Kind::normal) {
        ++result_.normal_places;
    } else {
        ++(subject.kind == Subject::Kind::dead || is_old ? result_.dead_places
                                                         : result_.hot_places);
    }
}

/// True if the image is to be asked again.
bool RivalRun::see(const Subject& subject, bool answered) {
    if (!answered) return true;
    if (subject.kind == Subject::Kind::normal) normal_asked_[subject.number] = now_;
    if (subject.kind != Subject::Kind::upload) return true;
    if (uploads_[subject.number].finished > now_ + setup_.latency_ms / 2) return true;
    noticed_[subject.number] = now_ + setup_.latency_ms;
    return false;
}

/// One call of the next images of a list, `among` the first ones, which go to its end.
bool RivalRun::ask(std::deque<Subject>& from, std::size_t among) {
    const std::size_t places = std::min(kPlaces, among);
    if (places == 0) return false;
    if (is_measured()) ++result_.calls;
    const bool answered = !random_.chance(setup_.errors);
    for (std::size_t i = 0; i < places; ++i) {
        const Subject subject = from.front();
        from.pop_front();
        count(subject);
        if (!see(subject, answered)) continue;
        const bool is_stuck = &from == &hot_ && subject.kind == Subject::Kind::upload &&
                              rival_ != Rival::each_minute_dead &&
                              now_ - uploads_[subject.number].begun >= kStuckAfter;
        (is_stuck ? resting_ : from).push_back(subject);
    }
    return true;
}

bool RivalRun::hot_call() {
    if (rival_ == Rival::sweep) return false;
    if (rival_ == Rival::flat) {
        if (hot_credit_ < 1) return false;
        hot_credit_ -= 1;
        return ask(hot_, hot_.size());
    }
    if (round_ == 0 && now_ >= round_at_) {
        round_ = hot_.size();
        round_at_ = std::max(round_at_ + 60'000, now_);
    }
    const std::size_t asked = std::min(kPlaces, round_);
    if (!ask(hot_, asked)) return false;
    round_ -= asked;
    return true;
}

bool RivalRun::resting_call() {
    if (rival_ != Rival::sweep) {
        if (resting_credit_ < 1) return false;
        resting_credit_ -= 1;
    }
    return ask(resting_, resting_.size());
}

bool RivalRun::all_noticed() const {
    for (std::size_t i = 0; i < uploads_.size(); ++i) {
        if (uploads_[i].finished < setup_.measured_to() && noticed_[i] == kNever) return false;
    }
    return true;
}

void RivalRun::look_at_normal() {
    for (const Ms asked : normal_asked_) {
        result_.oldest_normal_s =
            std::max(result_.oldest_normal_s, static_cast<double>(now_ - asked) / 1'000);
        result_.normal_unasked += asked < setup_.measured_from() ? 1 : 0;
    }
}

/// One slot for a call.
void RivalRun::step(double slot_s) {
    reveal();
    const double resting = static_cast<double>(resting_.size()) / kPlaces / kSweep_s;
    resting_credit_ = std::min(resting_credit_ + resting * slot_s, 100.0);
    hot_credit_ = std::min(hot_credit_ + hot_calls_per_s_ * slot_s, 2.0);
    if (!hot_call()) resting_call();
}

DelayResult RivalRun::run() {
    const Ms patience = setup_.measured_to() + 12 * 3'600'000;
    const double slot_s = 1 / setup_.calls_per_s;
    bool over = false;
    for (std::int64_t slot = 0; now_ < patience; ++slot) {
        now_ = static_cast<Ms>(static_cast<double>(slot) * slot_s * 1'000);
        if (now_ >= setup_.measured_to() && !std::exchange(over, true)) look_at_normal();
        if (over && slot % 1'000 == 0 && all_noticed()) break;
        step(slot_s);
    }
    result_.discovery_calls =
        discovery_calls(setup_, uploads_, setup_.measured_from(), setup_.measured_to());
    result_.calls += result_.discovery_calls;
    result_.take_delays(setup_, uploads_, noticed_, now_);
    return std::move(result_);
}

}  // namespace

DelayResult run_rival(const DelaySetup& setup, Rival rival, double hot_places_per_s) {
    return RivalRun(setup, rival, hot_places_per_s).run();
}

}  // namespace bench
