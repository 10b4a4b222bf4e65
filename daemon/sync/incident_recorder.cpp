#include "daemon/sync/incident_recorder.h"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "daemon/sync/existence.h"

namespace vodcatalog {

using catalog::Opening;
using catalog::Rule;
using catalog::Turn;

namespace {

Rule rule_of(CallErrorClass error_class) noexcept {
    switch (error_class) {
        case CallErrorClass::credentials:
        case CallErrorClass::permission:
        case CallErrorClass::suspended:
        case CallErrorClass::session:
            return Rule::credentials_rejected;
        case CallErrorClass::transport:
        case CallErrorClass::server:
        case CallErrorClass::throttled:
        case CallErrorClass::clock:
        case CallErrorClass::endpoint:
        case CallErrorClass::request:
        case CallErrorClass::bug:
            return Rule::account_down;
    }
    return Rule::account_down;
}

std::string join(const std::string& what, const std::string& advice) {
    return advice.empty() ? what : what + " " + advice;
}

}  // namespace

IncidentRecorder::IncidentRecorder(catalog::Catalog& catalog, const AlertRules& rules,
                                   std::chrono::milliseconds stuck_after)
    : catalog_(catalog), rules_(rules) {
    catalog_.set_alert_policy(rules.policy);
    watch_.stuck_after = stuck_after;
    watch_.rate_window = rules.failure_rate.window;
    catalog::Recording recording = catalog_.record();
    watch_.first_start = recording.facts().first_start();
    recording.facts().set_stuck_after(stuck_after);
    recording.commit();
}

void IncidentRecorder::add_account(std::int64_t account_key, std::string endpoint, const Now& now) {
    Account& account = accounts_.emplace_back();
    account.key = account_key;
    account.endpoint = std::move(endpoint);
    account.watched_since = now.wall;
    account.watched_steady = now.steady;
}

void IncidentRecorder::went_down(std::size_t account, const CallError& error, WallTime now) {
    Account& it = accounts_[account];
    Opening opening{rule_of(error.error_class), it.key, std::nullopt, now, false, {}};
    opening.detail = join(fmt::format("{}: {}", error.code, error.message), error.advice);
    it.is_up = false;
    it.down = std::move(opening);
    it.to_write = true;
}

void IncidentRecorder::came_up(std::size_t account, WallTime answered_at, SteadyTime now) {
    Account& it = accounts_[account];
    it.is_up = true;
    it.down.reset();
    it.watched_since = answered_at;
    it.watched_steady = now;
    it.to_write = true;
}

void IncidentRecorder::skewed(std::size_t account, std::chrono::milliseconds server_ahead,
                              bool is_skewed) {
    Account& it = accounts_[account];
    it.skew = {is_skewed, {}};
    it.to_write = true;
    if (!is_skewed) return;
    const bool behind = server_ahead.count() > 0;
    const auto by = std::chrono::floor<std::chrono::seconds>(behind ? server_ahead : -server_ahead);
    it.skew.detail = fmt::format("This machine's clock is {} s {} the cloud's.", by.count(),
                                 behind ? "behind" : "ahead of");
}

void IncidentRecorder::wrong_endpoint(std::size_t account, std::optional<std::size_t> denied) {
    Account& it = accounts_[account];
    it.wrong_endpoint = denied.has_value();
    it.denied = denied.value_or(0);
    it.to_write = true;
}

void IncidentRecorder::over_capacity(std::size_t account, bool is_so, std::string detail) {
    Account& it = accounts_[account];
    if (it.over_capacity.is_so == is_so) return;
    it.over_capacity = {is_so, std::move(detail)};
    it.to_write = true;
}

void IncidentRecorder::catalog_was_full(WallTime since, std::string message) {
    trouble_ = Trouble{since, std::move(message)};
}

catalog::UploadCounts IncidentRecorder::image(catalog::Recording& recording, std::size_t account,
                                              const catalog::DueImage& image, catalog::Sight& sight,
                                              const std::string& detail) {
    Account& it = accounts_[account];
    catalog::IncidentBook& book = recording.incidents();
    it.was_answered = true;
    sight.known_stuck = book.knows_stuck(image.image_key);
    catalog::Watch watch = watch_;
    watch.watched_since = it.watched_since;
    const catalog::ImageVerdict verdict = judge(sight, watch);
    for (const auto& closing : verdict.closes) {
        book.close(closing.rule, it.key, image.image_key, closing.reason, sight.answered_at);
    }
    for (const auto& opening : verdict.opens) {
        book.open({opening.rule, it.key, image.image_key, sight.answered_at, opening.late,
                   opening.rule == Rule::unexpected_change ? detail : std::string()});
    }
    if (verdict.silent) {
        recording.facts().load_silent(it.key, image.added_at, *verdict.silent);
    }
    return verdict.counts;
}

void IncidentRecorder::record(catalog::Recording& recording, const Now& now) {
    catalog::IncidentBook& book = recording.incidents();
    for (const Account& account : accounts_) {
        if (account.to_write) write_account(book, account, now.wall);
    }
    if (trouble_) {
        book.record_past({Rule::catalog_full, std::nullopt, std::nullopt, trouble_->since, false,
                          trouble_->message},
                         now.wall);
    }
    judged_ = now.steady >= judge_at_;
    if (!judged_) return;
    judge_at_ = now.steady + kJudgeEvery;
    if (!others_closed_) close_others(book, now.wall);
    for (const Account& account : accounts_) {
        if (account.is_up) judge_account(recording, account, now);
    }
    judge_wal(book, now);
    end_loads(recording, now.wall);
    book.keep_up(now.wall);
}

void IncidentRecorder::judge_wal(catalog::IncidentBook& book, const Now& now) {
    const std::uintmax_t bytes = catalog_.wal_bytes();
    if (bytes < rules_.wal.bytes) {
        wal_many_since_.reset();
    } else if (!wal_many_since_) {
        wal_many_since_ = now.steady;
    }
    const auto over_for = std::chrono::floor<std::chrono::milliseconds>(
        now.steady - wal_many_since_.value_or(now.steady));
    book.apply(judge(rules_.wal, bytes, over_for, book.is_open(Rule::wal_growth, std::nullopt)),
               {Rule::wal_growth, std::nullopt, std::nullopt, now.wall, false,
                fmt::format("It has {} MB.", bytes / 1'000'000)});
}

void IncidentRecorder::close_others(catalog::IncidentBook& book, WallTime now) const {
    std::set<std::int64_t> accounts;
    for (const Account& account : accounts_) accounts.insert(account.key);
    book.close_others(accounts, now);
}

void IncidentRecorder::committed() noexcept {
    others_closed_ |= judged_;
    for (Account& account : accounts_) {
        account.to_write = false;
        if (judged_) account.was_answered = false;
    }
    trouble_.reset();
}

void IncidentRecorder::write_account(catalog::IncidentBook& book, const Account& account,
                                     WallTime now) {
    using catalog::CloseReason;
    // Whatever it is down for by now, it is one incident.
    const bool is_told = book.is_open(Rule::account_down, account.key) ||
                         book.is_open(Rule::credentials_rejected, account.key);
    if (account.down && !is_told) book.open(*account.down);
    if (account.is_up && is_told) {
        book.close(Rule::account_down, account.key, std::nullopt, CloseReason::resolved, now);
        book.close(Rule::credentials_rejected, account.key, std::nullopt, CloseReason::resolved,
                   now);
    }
    const auto follow = [&](Rule rule, const Condition& condition) {
        if (!condition.is_so) return;
        book.apply(catalog::follow(*condition.is_so, book.is_open(rule, account.key)),
                   {rule, account.key, std::nullopt, now, false, condition.detail});
    };
    follow(Rule::clock_skew, account.skew);
    follow(Rule::over_capacity, account.over_capacity);
    if (!account.wrong_endpoint) return;
    const bool wrong = book.is_open(Rule::wrong_endpoint, account.key);
    book.apply(catalog::follow(*account.wrong_endpoint, wrong),
               {Rule::wrong_endpoint, account.key, std::nullopt, now, false,
                fmt::format("{} images were asked for at {}.", account.denied, account.endpoint)});
}

void IncidentRecorder::judge_account(catalog::Recording& recording, const Account& account,
                                     const Now& now) {
    judge_uploads(recording, account, now);
    judge_guard(recording, account, now.wall);
    catalog::IncidentBook& book = recording.incidents();
    const auto minutes = recording.facts().minutes_throttled(
        account.key, now.wall - std::chrono::minutes{catalog::kThrottledMinutes});
    book.apply(catalog::judge_throttling(minutes, book.is_open(Rule::throttled, account.key)),
               {Rule::throttled, account.key, std::nullopt, now.wall, false,
                fmt::format("In {} of the last {} minutes.", minutes, catalog::kThrottledMinutes)});
}

void IncidentRecorder::judge_uploads(catalog::Recording& recording, const Account& account,
                                     const Now& now) {
    catalog::IncidentBook& book = recording.incidents();
    catalog::AlertFacts& facts = recording.facts();
    const catalog::FailureRate& rate = rules_.failure_rate;
    const auto counts = facts.uploads_since(account.key, now.schedule - rate.window);
    book.apply(judge(rate, counts, book.is_open(Rule::upload_failure_rate, account.key)),
               {Rule::upload_failure_rate, account.key, std::nullopt, now.wall, false,
                fmt::format("Of the last {} uploads {} failed and {} are stuck.", counts.all(),
                            counts.failed, counts.stuck)});

    // Without answers nobody knows what has ended.
    if (!account.was_answered) return;
    const catalog::NoCompletions& limit = rules_.no_completions;
    catalog::Completions seen;
    seen.watched =
        std::chrono::floor<std::chrono::milliseconds>(now.steady - account.watched_steady);
    seen.completed = facts.uploads_since(account.key, now.schedule - limit.after).completed;
    seen.waiting = facts.uploading(account.key, now.schedule - watch_.stuck_after,
                                   now.schedule - limit.after, limit.in_flight);
    book.apply(judge(limit, seen, book.is_open(Rule::no_completions, account.key)),
               {Rule::no_completions, account.key, std::nullopt, now.wall, false,
                fmt::format("{} or more have been under way for over {} minutes.", seen.waiting,
                            std::chrono::floor<std::chrono::minutes>(limit.after).count())});
}

void IncidentRecorder::judge_guard(catalog::Recording& recording, const Account& account,
                                   WallTime now) {
    catalog::IncidentBook& book = recording.incidents();
    const bool held = book.is_open(Rule::mass_gone, account.key);
    if (!held && !account.guarded.value_or(false)) return;
    const auto suspects = catalog_.suspects(account.key);
    const auto watched = catalog_.watched(account.key);
    Turn turn = catalog::follow(account.guarded.value_or(is_guarded(suspects, watched)), held);
    turn.reason = account.why_not_guarded;
    book.apply(turn, {Rule::mass_gone, account.key, std::nullopt, now, false,
                      fmt::format("{} of {} images; the endpoint is {}.", suspects, watched,
                                  account.endpoint)});
}

void IncidentRecorder::end_loads(catalog::Recording& recording, WallTime now) {
    for (const catalog::ImageLoad& load : recording.facts().take_ended_loads(now)) {
        if (load.failed + load.stuck == 0) continue;
        recording.incidents().announce(
            {Rule::import_ended, load.account_key, std::nullopt, now, false,
             fmt::format("Of {} new images ({}), {} had failed and {} were stuck before they were "
                         "watched.",
                         load.images, load.source, load.failed, load.stuck)});
    }
}

}  // namespace vodcatalog
