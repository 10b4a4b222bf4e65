#include "daemon/sync/sync.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "catalog/error.h"
#include "daemon/backoff.h"
#include "daemon/sync/existence.h"

namespace vodcatalog {

using catalog::Tier;

namespace {

constexpr std::chrono::milliseconds kSkewMax = std::chrono::minutes{5};
constexpr std::chrono::milliseconds kSkewIgnored = std::chrono::minutes{1};
constexpr std::chrono::milliseconds kTroubleBase = std::chrono::seconds{1};
constexpr std::chrono::milliseconds kTroubleMax = std::chrono::seconds{30};

constexpr std::chrono::minutes kClockNotedEvery{1};
constexpr std::chrono::minutes kWatchedCountedEvery{1};

/// So many images that were never there, and none that was, are no chance.
constexpr std::int64_t kDeniedIsWrong = 20;

bool any(const catalog::MinuteCounts& counts) {
    return counts != catalog::MinuteCounts{};
}

void add(catalog::MinuteCounts& to, const catalog::MinuteCounts& counts) {
    to.calls += counts.calls;
    to.images += counts.images;
    to.changes += counts.changes;
    to.errors += counts.errors;
    to.throttled += counts.throttled;
}

void add(catalog::UploadCounts& to, const catalog::UploadCounts& counts) {
    to.completed += counts.completed;
    to.failed += counts.failed;
    to.stuck += counts.stuck;
}

/// When the answer was given: by our clock, or by the cloud's where the two are so far apart that
/// ours cannot be right. So what is recorded does not jump with this machine's clock.
WallTime corrected(const Answered& answered) {
    const auto ahead = answered.outcome.server_ahead.value_or(std::chrono::milliseconds{0});
    const bool off = ahead > kSkewIgnored || ahead < -kSkewIgnored;
    return off ? answered.at + ahead : answered.at;
}

std::chrono::milliseconds longest_gap(const PollSettings& poll, Tier tier) {
    if (tier != Tier::cold) return std::chrono::hours{1};
    return std::max({poll.normal_max, poll.uploading_max,
                     std::chrono::milliseconds{std::chrono::hours{24 * 7}}});
}

/// How far apart an image that settled long ago is asked; see sweep_slot().
std::chrono::milliseconds settled_gap(const PollSettings& poll) {
    return poll.normal_max * 3 / 4;
}

}  // namespace

Sync::Sync(catalog::Catalog& catalog, const Clock& clock, Random& random, SyncListener& listener,
           SyncSettings settings)
    : catalog_(catalog),
      clock_(clock),
      random_(random),
      listener_(listener),
      settings_(std::move(settings)),
      wall_at_start_(clock.wall()),
      steady_at_start_(clock.steady()),
      incidents_(catalog, settings_.alerts, settings_.poll.stuck_after),
      recorder_(settings_.poll, random, incidents_) {
    catalog_.follow_clock(wall_at_start_);
    for (std::size_t i = 0; i < settings_.accounts.size(); ++i) {
        const SyncAccount& account = settings_.accounts[i];
        if (!account.was.empty()) catalog_.rename_account(account.was, account.name);
        const auto key =
            catalog_.enroll(account.name, account.region, account.endpoint, wall_at_start_);
        for (const Tier tier : {Tier::hot, Tier::warm, Tier::cold}) {
            catalog_.clamp_due(key, tier, wall_at_start_ + longest_gap(settings_.poll, tier));
        }
        PerAccount& added = accounts_.emplace_back(AccountSync(i, key, account, steady_at_start_),
                                                   settings_.alerts.over_capacity);
        added.ever_seen = catalog_.has_seen(key);
        incidents_.add_account(key, account.endpoint, now());
        if (added.ever_seen) incidents_.wrong_endpoint(i, std::nullopt);
    }
}

Now Sync::now() const {
    const SteadyTime steady = clock_.steady();
    const auto since = std::chrono::floor<std::chrono::milliseconds>(steady - steady_at_start_);
    return {steady, clock_.wall(), wall_at_start_ + since};
}

std::size_t Sync::in_flight() const noexcept {
    std::size_t all = 0;
    for (const PerAccount& account : accounts_)
        all += static_cast<std::size_t>(account.sync.in_flight());
    return all;
}

void Sync::load_ids(std::size_t account, catalog::Source source, std::shared_ptr<const IdSet> ids) {
    PerAccount& it = accounts_[account];
    if (source == catalog::Source::file) it.held_back = 0;  // there is a newer list
    const AccountSync& sync = it.sync;
    loads_.emplace_back(sync.account().name, sync.account_key(), source, std::move(ids));
}

template <typename Work>
auto Sync::in_book(Work work) {
    const Now at = now();
    catalog::Recording recording = catalog_.record();
    recording.incidents().set_time(at.schedule);
    const auto result = work(recording.incidents(), at.wall);
    recording.commit();
    return result;
}

std::int64_t Sync::silence(catalog::Silence silence, std::chrono::milliseconds lasting) {
    return in_book([&](catalog::IncidentBook& book, WallTime at) {
        silence.starts_at = at;
        silence.ends_at = at + lasting;
        return book.add_silence(silence);
    });
}

bool Sync::end_silence(std::int64_t silence_id) {
    return in_book(
        [&](catalog::IncidentBook& book, WallTime at) { return book.end_silence(silence_id, at); });
}

bool Sync::acknowledge(std::int64_t incident_id) {
    return in_book([&](catalog::IncidentBook& book, WallTime at) {
        return book.acknowledge(incident_id, at);
    });
}

void Sync::on_new_credentials(std::size_t account) {
    accounts_[account].sync.gate().on_new_credentials(clock_.steady());
}

void Sync::on_answer(Answered answered) {
    const Now at = now();
    PerAccount& account = accounts_[answered.call.account];
    account.sync.came_back(answered.call.operation, answered.outcome.requests, at);
    ++account.counts.calls;
    std::optional<CallErrorClass> error_class;
    if (answered.outcome.error) error_class = answered.outcome.error->error_class;
    listener_.on_event(CallEnded{account.sync.account().name, answered.call.operation, error_class,
                                 answered.outcome.duration});
    note_skew(account, answered.outcome);
    if (answered.outcome.error) {
        on_call_error(account, answered, at);
    } else {
        on_good_answer(account, std::move(answered), at);
    }
}

void Sync::note_skew(PerAccount& account, const CallOutcome& outcome) {
    if (!outcome.server_ahead) return;
    const bool skewed = *outcome.server_ahead > kSkewMax || *outcome.server_ahead < -kSkewMax;
    if (account.skewed == skewed) return;
    const bool is_news = account.skewed.value_or(false) != skewed;
    account.skewed = skewed;
    incidents_.skewed(account.sync.index(), *outcome.server_ahead, skewed);
    if (is_news)
        listener_.on_event(ClockSkew{account.sync.account().name, *outcome.server_ahead, !skewed});
}

void Sync::on_call_error(PerAccount& account, const Answered& answered, const Now& now) {
    const CallError& error = *answered.outcome.error;
    const std::string& name = account.sync.account().name;
    const Operation operation = answered.call.operation;
    if (error.error_class == CallErrorClass::throttled) {
        Pacer& pacer = account.sync.pacer(operation);
        const double before = pacer.rate();
        pacer.throttled(now.steady, error.retry_after);
        ++account.counts.throttled;
        if (pacer.rate() < before) listener_.on_event(Throttled{name, operation, pacer.rate()});
    } else {
        ++account.counts.errors;
    }
    listener_.on_event(CallFailed{name, operation, error, answered.call.asked.size()});
    const AfterFailure fate = account.sync.after(answered.call, error.error_class, now);
    if (fate == AfterFailure::wait) {
        for (const auto& image : answered.call.asked)
            account.sync.failed(image.image_key, now, random_);
    } else if (fate == AfterFailure::poison) {
        account.poisonous.push_back({answered.call.asked.front(), error});
    }
    if (error.error_class == CallErrorClass::permission) {
        on_permission_error(account, answered, now);
    } else {
        account.sync.operation_gate(operation).on_failure();
        on_account_error(account, error, now);
    }
}

void Sync::on_permission_error(PerAccount& account, const Answered& answered, const Now& now) {
    AccountSync& sync = account.sync;
    const Operation operation = answered.call.operation;
    const CallError& error = *answered.outcome.error;
    const auto turn = sync.operation_gate(operation).on_refusal(now.steady, random_.unit());
    if (sync.has_other(operation)) {
        const bool news = turn == OperationGate::Turn::closed && !sync.gate().is_down();
        if (news) listener_.on_event(OperationRefused{sync.account().name, operation, error});
        return;
    }
    // There is no other way left: it is the account that has to be mended, and its gate that
    // probes.
    for (const Operation each : {Operation::get_image_infos, Operation::get_image_info})
        sync.operation_gate(each).reset();
    on_account_error(account, error, now);
}

void Sync::on_account_error(PerAccount& account, const CallError& error, const Now& now) {
    const auto turn = account.sync.gate().on_error(error.error_class, now.steady, random_.unit());
    if (turn != AccountGate::Turn::went_down) return;
    account.down_since = now.steady;
    account.state_to_write = true;
    account.last_error = error.code + ": " + error.message;
    account.down_by = error.error_class;
    incidents_.went_down(account.sync.index(), error, now.wall);
    listener_.on_event(AccountDown{account.sync.account().name, error});
}

void Sync::on_good_answer(PerAccount& account, Answered answered, const Now& now) {
    const Operation operation = answered.call.operation;
    const auto opened = account.sync.operation_gate(operation).on_answer();
    if (opened == OperationGate::Turn::opened)
        listener_.on_event(OperationAllowed{account.sync.account().name, operation});
    account.sync.on_good_answer(now.steady);
    if (const auto wait = answered.outcome.wait_hint)
        account.sync.pacer(operation).pause(now.steady, *wait);
    const bool first = !account.sync.gate().has_answered();
    const bool came_up = account.sync.gate().on_answer() == AccountGate::Turn::came_up;
    if (first || came_up) {
        const auto down_for =
            account.down_since ? now.steady - *account.down_since : SteadyTime::duration{};
        listener_.on_event(AccountUp{account.sync.account().name, !came_up,
                                     std::chrono::floor<std::chrono::milliseconds>(down_for)});
        account.down_since.reset();
        account.down_by.reset();
        account.last_error.clear();
        account.state_to_write = true;
        incidents_.came_up(account.sync.index(), corrected(answered), now.steady);
    }
    answered.at = corrected(answered);
    account.answered_at = answered.at;
    account.cloud_ahead = answered.at - now.schedule;
    answers_rows_ += answered.call.asked.size();
    answers_.push_back(std::move(answered));
}

Sync::Step Sync::on_tick() {
    const Now at = now();
    Step step;
    if (trouble_since_ && !leave_trouble(at)) {
        step.wake_at = trouble_until_;
        return step;
    }
    if (flush_is_due(at)) flush(at);
    if (!trouble_since_ && !loads_.empty()) load_step(at);
    if (!trouble_since_) choose(at, step);
    if (!trouble_since_ && loads_.empty() && asking_) {
        for (PerAccount& account : accounts_) check_capacity(account, at, step);
    }
    if (trouble_since_) step.wake_at = trouble_until_;
    return step;
}

bool Sync::flush_is_due(const Now& now) const {
    return answers_rows_ >= settings_.rows_per_transaction ||
           (!answers_.empty() && now.steady - flushed_at_ >= settings_.flush_every) ||
           now.steady >= incidents_.due_at() ||
           std::any_of(accounts_.begin(), accounts_.end(), [](const PerAccount& account) {
               return account.state_to_write || !account.poisonous.empty();
           });
}

void Sync::flush() {
    const Now at = now();
    if (trouble_since_ && !leave_trouble(at)) {
        forget_answers();
        return;
    }
    flush(at);
}

void Sync::flush(const Now& now) {
    std::vector<SyncEvent> events;
    std::vector<AnswerRecorder::Outcome> outcomes;
    flushed_at_ = now.steady;
    if (!attempt(now, [&] { record_all(now, events, outcomes); })) return;
    // What had room for a little may not have it for more.
    if (!outcomes.empty()) troubles_ = 0;
    settle(now, outcomes);
    tell(events);
}

void Sync::record_all(const Now& now, std::vector<SyncEvent>& events,
                      std::vector<AnswerRecorder::Outcome>& outcomes) {
    for (const Answered& answered : answers_) {
        PerAccount& account = accounts_[answered.call.account];
        const bool denied = !answered.outcome.answer.not_exist.empty();
        if (denied || account.sync.is_guarded()) guard(account, now);
    }
    catalog::Recording recording = catalog_.record();
    recording.incidents().set_time(now.schedule);
    for (PerAccount& account : accounts_) quarantine(account, recording, now, events);
    for (Answered& answered : answers_) {
        PerAccount& account = accounts_[answered.call.account];
        outcomes.push_back(recorder_.record(recording, account.sync, answered, now,
                                            answered.call.sources_epoch != sources_epoch_, events));
    }
    write_accounts(recording, now, outcomes);
    incidents_.record(recording, now);
    const bool note_clock = now.schedule - clock_noted_at_ >= kClockNotedEvery;
    if (note_clock) recording.schedule_at(now.schedule);
    recording.commit();
    incidents_.committed();
    if (note_clock) clock_noted_at_ = now.schedule;
}

/// Whether so many of the account's images are suspect that none may be believed gone.
void Sync::guard(PerAccount& account, const Now& now) {
    account.suspects = catalog_.suspects(account.sync.account_key());
    const bool many = is_guarded(account.suspects, watched(account, now));
    account.gone_accepted = account.gone_accepted && many;
    const bool guarded = many && !account.gone_accepted;
    account.sync.set_guarded(guarded);
    incidents_.guarded(account.sync.index(), guarded);
}

std::int64_t Sync::watched(PerAccount& account, const Now& now) {
    if (account.watched == 0 || now.steady - account.watched_at >= kWatchedCountedEvery) {
        account.watched = catalog_.watched(account.sync.account_key());
        account.watched_at = now.steady;
    }
    return account.watched;
}

std::int64_t Sync::accept_gone(std::size_t account) {
    PerAccount& it = accounts_[account];
    it.suspects = catalog_.suspects(it.sync.account_key());
    it.gone_accepted = true;
    it.gone_held_told = false;
    it.sync.set_guarded(false);
    incidents_.guarded(account, false, catalog::CloseReason::acknowledged);
    return it.suspects;
}

std::size_t Sync::accept_untrack(std::size_t account) {
    PerAccount& it = accounts_[account];
    if (it.held_back == 0) return 0;
    loads_.emplace_back(it.sync.account().name, it.sync.account_key(), catalog::Source::file,
                        std::move(it.held_files), true);
    return std::exchange(it.held_back, 0);
}

void Sync::note_held(const IdLoad& load) {
    if (load.source() != catalog::Source::file) return;
    for (PerAccount& account : accounts_) {
        if (account.sync.account_key() != load.account_key()) continue;
        account.held_back = load.held_back();
        account.held_files = load.held_back() > 0 ? load.ids() : nullptr;
    }
}

void Sync::quarantine(PerAccount& account, catalog::Recording& recording, const Now& now,
                      std::vector<SyncEvent>& events) {
    for (PerAccount::Poisonous& poisonous : account.poisonous) {
        recorder_.quarantine(recording, account.sync, poisonous.asked, poisonous.error, now,
                             events);
    }
}

void Sync::note_first_answers(PerAccount& account, const AnswerRecorder::Outcome& outcome,
                              const Now& now) {
    const std::string& name = account.sync.account().name;
    const std::string& endpoint = account.sync.account().endpoint;
    if (outcome.first_seen > 0) {
        if (!account.ever_seen) incidents_.wrong_endpoint(account.sync.index(), std::nullopt);
        account.ever_seen = true;
        if (std::exchange(account.wrong_endpoint_told, false))
            listener_.on_event(WrongEndpoint{name, endpoint, 0, true});
    }
    account.first_denied += outcome.first_denied;
    if (account.ever_seen || account.wrong_endpoint_told || outcome.first_denied == 0) return;
    const auto enough = std::min<std::int64_t>(kDeniedIsWrong, watched(account, now));
    if (static_cast<std::int64_t>(account.first_denied) < enough) return;
    account.wrong_endpoint_told = true;
    incidents_.wrong_endpoint(account.sync.index(), account.first_denied);
    listener_.on_event(WrongEndpoint{name, endpoint, account.first_denied, false});
}

void Sync::write_accounts(catalog::Recording& recording, const Now& now,
                          const std::vector<AnswerRecorder::Outcome>& outcomes) {
    for (std::size_t i = 0; i < accounts_.size(); ++i) {
        const PerAccount& account = accounts_[i];
        const auto key = account.sync.account_key();
        catalog::MinuteCounts counts = account.counts;
        catalog::UploadCounts uploads;
        for (std::size_t at = 0; at < outcomes.size(); ++at) {
            if (answers_[at].call.account != i) continue;
            add(counts, outcomes[at].counts);
            add(uploads, outcomes[at].uploads);
        }
        if (any(counts)) recording.count(key, now.wall, counts);
        if (uploads.all() > 0) recording.facts().count(key, now.schedule, uploads);
        if (!account.state_to_write) continue;
        const bool down = account.sync.gate().is_down();
        recording.account_state(key, down ? "down" : "up", account.last_error, now.wall);
    }
}

void Sync::settle(const Now& now, const std::vector<AnswerRecorder::Outcome>& outcomes) {
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        PerAccount& its = accounts_[answers_[i].call.account];
        AccountSync& account = its.sync;
        note_first_answers(its, outcomes[i], now);
        for (const auto key : outcomes[i].answered) account.answered(key);
        for (const auto key : outcomes[i].unwritten) {
            account.answered(key);
            account.remember_unwritten(key, now, answers_[i].at);
        }
        for (const auto key : outcomes[i].not_answered) account.failed(key, now, random_);
        keep_memory(std::move(answers_[i].outcome.answer));
    }
    answers_.clear();
    answers_rows_ = 0;
    for (PerAccount& account : accounts_) {
        account.counts = {};
        account.state_to_write = false;
        for (const auto& it : account.poisonous) account.sync.answered(it.asked.image_key);
        account.poisonous.clear();
        const bool held = account.sync.is_guarded();
        if (std::exchange(account.gone_held_told, held) != held) {
            listener_.on_event(
                GoneHeld{account.sync.account().name, account.suspects, account.watched, !held});
        }
    }
}

void Sync::forget_answers() {
    for (const Answered& answered : answers_) {
        for (const auto& image : answered.call.asked) {
            accounts_[answered.call.account].sync.give_back(image.image_key);
        }
    }
    answers_.clear();
    answers_rows_ = 0;
    for (PerAccount& account : accounts_) {
        for (const auto& it : account.poisonous) account.sync.give_back(it.asked.image_key);
        account.poisonous.clear();
    }
}

void Sync::keep_memory(Answer answer) {
    const std::size_t images = answer.images.size();
    if (spare_images_ + images > settings_.rows_per_transaction) return;
    spare_images_ += images;
    spare_.push_back(std::move(answer));
}

void Sync::lend_memory(Call& call) {
    if (spare_.empty()) return;
    call.memory = std::move(spare_.back());
    spare_.pop_back();
    spare_images_ -= call.memory.images.size();
}

void Sync::tell(const std::vector<SyncEvent>& events) {
    for (const SyncEvent& event : events) listener_.on_event(event);
}

template <typename Work>
bool Sync::attempt(const Now& now, Work work) {
    try {
        work();
        return true;
    } catch (const catalog::Retryable& error) {
        enter_trouble(now, error.what());
        return false;
    }
}

void Sync::enter_trouble(const Now& now, const std::string& message) {
    forget_answers();
    trouble_until_ =
        now.steady + full_jitter(++troubles_, kTroubleBase, kTroubleMax, random_.unit());
    if (trouble_since_) return;
    trouble_since_ = now.steady;
    trouble_began_ = now.wall;
    trouble_message_ = message;
    listener_.on_event(CatalogTrouble{message, now.wall});
}

bool Sync::leave_trouble(const Now& now) {
    if (now.steady < trouble_until_) return false;
    // Small enough to do no harm, and never what the catalog has already: SQLite does not write
    // what is the same, and would find room on a disk that has none.
    const bool works = attempt(now, [&] {
        catalog::Recording recording = catalog_.record();
        recording.schedule_at(now.schedule);
        recording.commit();
    });
    if (!works) return false;
    const auto lasted = now.steady - *trouble_since_;
    if (lasted >= IncidentRecorder::kTroubleTold) {
        incidents_.catalog_was_full(trouble_began_, trouble_message_);
    }
    listener_.on_event(CatalogRecovered{std::chrono::floor<std::chrono::milliseconds>(lasted)});
    trouble_since_.reset();
    return true;
}

std::vector<catalog::Notice> Sync::due_notices(int limit, int items_max) {
    std::vector<catalog::Notice> due;
    const Now at = now();
    if (trouble_since_) return due;
    attempt(at, [&] {
        catalog::Recording recording = catalog_.record();
        due = recording.notices().due(at.schedule, limit, items_max);
        recording.commit();
    });
    return due;
}

std::optional<std::vector<catalog::NoticeItem>> Sync::open_incidents(const std::string& channel,
                                                                     int limit) {
    std::optional<std::vector<catalog::NoticeItem>> open;
    if (trouble_since_) return open;
    attempt(now(), [&] {
        catalog::Recording recording = catalog_.record();
        open = recording.notices().open(channel, limit);
        recording.commit();
    });
    return open;
}

bool Sync::tick_off(std::span<const catalog::DeliveryTick> ticks) {
    if (trouble_since_) return false;
    const Now at = now();
    return attempt(at, [&] {
        catalog::Recording recording = catalog_.record();
        for (const catalog::DeliveryTick& tick : ticks) recording.notices().tick(tick, at.schedule);
        recording.commit();
    });
}

void Sync::load_step(const Now& now) {
    bool done = false;
    if (!attempt(now, [&] { done = loads_.front().step(catalog_, now.schedule, now.wall); }))
        return;
    ++sources_epoch_;
    for (PerAccount& account : accounts_) account.sync.queue_changed();
    const std::vector<SyncEvent> events = loads_.front().take_events();
    if (done) {
        note_held(loads_.front());
        for (PerAccount& account : accounts_) {
            if (account.sync.account_key() == loads_.front().account_key())
                account.capacity.count_soon();
        }
        loads_.pop_front();
    }
    tell(events);
}

void Sync::check_capacity(PerAccount& account, const Now& now, Step& step) {
    const CapacityCheck::Moment moment{now.steady, now.schedule, account.cloud_ahead,
                                       account.sync.gate().is_down()};
    attempt(now, [&] {
        const auto counted = account.capacity.step(catalog_, moment, settled_gap(settings_.poll),
                                                   account.sync.budget());
        if (!counted) return;
        const bool tight = counted->share() > settings_.alerts.over_capacity.share;
        listener_.on_event(DemandCounted{account.sync.account().name, *counted, tight});
    });
    const CapacityWatch& watch = account.capacity.watch();
    if (const auto is_over = watch.is_over(now.steady)) {
        incidents_.over_capacity(account.sync.index(), *is_over, watch.words());
    }
    step.wake_at = std::min(step.wake_at, std::max(account.capacity.due_at(), now.steady));
}

void Sync::choose(const Now& now, Step& step) {
    if (!answers_.empty()) step.wake_at = flushed_at_ + settings_.flush_every;
    step.wake_at = std::min(step.wake_at, incidents_.due_at());
    if (!loads_.empty()) step.wake_at = now.steady;
    if (!asking_) return;
    attempt(now, [&] {
        for (PerAccount& account : accounts_) choose(account.sync, now, step);
    });
    for (Call& call : step.calls) {
        call.call_id = next_call_id_++;
        if (call.sources_epoch == 0) call.sources_epoch = sources_epoch_;
        lend_memory(call);
    }
}

void Sync::choose(AccountSync& account, const Now& now, Step& step) {
    const std::size_t most = settings_.calls_in_flight_max;
    const std::size_t slots = most - std::min(static_cast<std::size_t>(account.in_flight()), most);
    // Half of the slots at a time: looking for due images passes over all that are in a call
    // already. With fewer there are calls in flight, and the next answer brings us back here.
    if (slots * 2 < most) return;
    account.choose(catalog_, now, slots, step.calls);
    // Without a free slot nothing can be done before an answer comes.
    if (static_cast<std::size_t>(account.in_flight()) >= most) return;
    step.wake_at = std::min(step.wake_at, account.wake_at(catalog_, now));
}

SyncStatus Sync::status() const {
    SyncStatus status;
    for (const PerAccount& account : accounts_) {
        SyncStatus::Account& its = status.accounts.emplace_back();
        its.name = account.sync.account().name;
        its.down = account.down_by;
        its.answered_at = account.answered_at;
        its.in_flight = account.sync.in_flight();
        for (const Operation each : {Operation::get_image_infos, Operation::get_image_info}) {
            const Pacer& pacer = account.sync.pacer(each);
            its.paces[static_cast<std::size_t>(each)] = {pacer.rate(), pacer.full_rate()};
        }
    }
    if (trouble_since_) status.trouble = {trouble_began_, trouble_message_};
    return status;
}

std::string Sync::summary() const {
    std::size_t down = 0;
    std::size_t silent = 0;  // neither up nor down: no answer yet
    for (const PerAccount& account : accounts_) {
        if (account.down_since) {
            ++down;
        } else if (!account.sync.gate().has_answered()) {
            ++silent;
        }
    }
    std::string text = std::to_string(accounts_.size() - down - silent) + " of " +
                       std::to_string(accounts_.size()) + " accounts up, ";
    if (silent > 0) text += std::to_string(silent) + " not answered yet, ";
    text += std::to_string(in_flight()) + " calls in flight";
    if (trouble_since_) text += "; the catalog cannot be written";
    return text;
}

}  // namespace vodcatalog
