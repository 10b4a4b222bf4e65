#include "daemon/sync/answer_recorder.h"

#include <algorithm>

#include "daemon/sync/existence.h"

namespace vodcatalog {

using catalog::DueImage;
using catalog::ImageState;
using catalog::StatusKind;

struct AnswerRecorder::Context {
    catalog::Recording& recording;
    AccountSync& account;
    const Answered& answered;
    const Now& now;
    std::vector<SyncEvent>& events;
    Outcome& outcome;
    /// When the answer was given, by the cloud's clock where it said what that is, else by the
    /// schedule's, which does not jump.
    WallTime cloud_time;
};

namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

/// The place of `image_id` in the answer's images; the answer is usually in the order of the
/// question.
std::size_t find_image(const Answer& answer, std::string_view image_id, std::size_t guess) {
    if (guess < answer.image_count && answer.images[guess].image_id == image_id) return guess;
    for (std::size_t i = 0; i < answer.image_count; ++i) {
        if (answer.images[i].image_id == image_id) return i;
    }
    return kNone;
}

bool denies(const Answer& answer, std::string_view image_id) {
    return std::find(answer.not_exist.begin(), answer.not_exist.end(), image_id) !=
           answer.not_exist.end();
}

/// How long the image has been known. A first sight that lies well in the future is of a clock that
/// was wrong then: all that is sure is that it is past.
milliseconds known_for(const DueImage& image, WallTime now) {
    const milliseconds known = now - image.first_seen_at.value_or(image.added_at);
    return known < -kNewImageGrace ? milliseconds{kNewImageGrace} : known;
}

/// What an image's age counts from.
WallTime age_base(const DueImage& image, WallTime cloud_time) {
    if (image.state == ImageState::pending) return image.added_at;
    if (image.state != ImageState::tracked) return image.state_since;
    const WallTime first_seen = image.first_seen_at.value_or(image.added_at);
    const bool created_is_usable = image.created_at && *image.created_at <= cloud_time;
    const WallTime created = created_is_usable ? *image.created_at : first_seen;
    return image.status == StatusKind::uploading ? created
                                                 : image.last_changed_at.value_or(created);
}

/// What is known of an image before an answer is recorded.
catalog::Sight sight_before(const DueImage& asked, WallTime cloud_time) {
    catalog::Sight sight;
    sight.state_before = asked.state;
    sight.status_before = asked.status;
    sight.last_known_at = asked.last_answered_at.value_or(asked.added_at);
    sight.answered_at = cloud_time;
    return sight;
}

std::string words(const catalog::StatusChange& change) {
    return "From " + change.from.value_or("none") + " to " + change.to + ".";
}

}  // namespace

AnswerRecorder::Outcome AnswerRecorder::record(catalog::Recording& recording, AccountSync& account,
                                               Answered& answered, const Now& now,
                                               bool sources_changed,
                                               std::vector<SyncEvent>& events) {
    Outcome outcome;
    const bool dated = answered.outcome.server_ahead.has_value();
    Context context{
        recording, account, answered, now, events, outcome, dated ? answered.at : now.schedule};
    const Answer& answer = answered.outcome.answer;
    std::size_t used = 0;
    for (std::size_t i = 0; i < answered.call.asked.size(); ++i) {
        DueImage& asked = answered.call.asked[i];
        const std::size_t at = find_image(answer, asked.image_id, i);
        const bool denied = denies(answer, asked.image_id);
        used += (at != kNone ? 1U : 0U) + (denied ? 1U : 0U);
        if (sources_changed && !recording.is_current(asked)) {
            recording.retire(asked);
            outcome.answered.push_back(asked.image_key);
        } else if ((at != kNone) == denied) {  // Neither, or both.
            outcome.not_answered.push_back(asked.image_key);
        } else if (denied) {
            record_not_exist(context, asked);
        } else {
            record_image(context, asked, answer.images[at], answer.content_hashes[at]);
        }
    }
    const std::size_t named = answer.image_count + answer.not_exist.size();
    if (named > used || !outcome.not_answered.empty()) {
        events.push_back(AnswerMismatch{account.account().name, answer.request_id,
                                        named - std::min(used, named),
                                        outcome.not_answered.size()});
    }
    for (const Oddity& oddity : answer.oddities)
        events.push_back(OddAnswer{account.account().name, oddity});
    return outcome;
}

void AnswerRecorder::record_image(Context& context, DueImage& asked, const catalog::Image& image,
                                  std::int64_t hash) {
    ++context.outcome.counts.images;
    const WallTime at = context.answered.at;
    const bool unchanged =
        asked.state == ImageState::tracked && asked.first_seen_at && asked.content_hash == hash;
    const bool was_due = asked.due_at <= context.answered.call.scheduled_at;
    const bool written_lately = asked.last_answered_at && at >= *asked.last_answered_at &&
                                at - *asked.last_answered_at < AccountSync::kFillWrittenEvery;
    // A hot image's next time follows from its last one, also where that came before its time; else
    // it would be asked again at once, in a call that has to be filled again.
    const bool is_worth_it = was_due || asked.tier == catalog::Tier::hot || !written_lately;
    if (unchanged && !is_worth_it) {
        context.outcome.unwritten.push_back(asked.image_key);
        return;
    }
    const auto unwritten = context.account.unwritten(asked.image_key);
    if (unwritten && unwritten > asked.last_answered_at) asked.last_answered_at = unwritten;
    context.outcome.answered.push_back(asked.image_key);
    catalog::Sight sight = sight_before(asked, context.cloud_time);
    if (unchanged) {
        asked.last_answered_at = at;
        if (asked.status == StatusKind::uploading) judge(context, asked, sight);
        plan(context.recording, asked, context.now, context.cloud_time);
        return;
    }
    const ImageState before = asked.state;
    const std::string& request_id = context.answered.outcome.answer.request_id;
    context.recording.image(asked, image, hash, request_id, at, recorded_);
    if (recorded_.first_sight) ++context.outcome.first_seen;
    const std::string& account = context.account.account().name;
    if (before != asked.state && before != ImageState::pending) {
        context.events.push_back(StateChanged{account, asked.image_id, before, asked.state});
    }
    if (recorded_.status) {
        ++context.outcome.counts.changes;
        context.events.push_back(
            StatusChanged{account, asked.image_id, *recorded_.status, request_id});
        sight.status_changed = true;
        sight.expected = recorded_.status->expected;
    }
    sight.first_sight = recorded_.first_sight;
    judge(context, asked, sight);
    plan(context.recording, asked, context.now, context.cloud_time);
}

void AnswerRecorder::judge(Context& context, const DueImage& asked, catalog::Sight& sight) {
    sight.state = asked.state;
    sight.status = asked.status;
    sight.created_at = asked.created_at;
    sight.first_seen_at = asked.first_seen_at.value_or(asked.added_at);
    const bool odd = sight.status_changed && !sight.expected;
    const auto uploads =
        incidents_.image(context.recording, context.answered.call.account, asked, sight,
                         odd ? words(recorded_.status.value()) : std::string());
    context.outcome.uploads.completed += uploads.completed;
    context.outcome.uploads.failed += uploads.failed;
    context.outcome.uploads.stuck += uploads.stuck;
}

void AnswerRecorder::record_not_exist(Context& context, DueImage& asked) {
    ++context.outcome.counts.images;
    context.outcome.answered.push_back(asked.image_key);
    NotExist question;
    question.state = asked.state;
    question.seen_before = asked.first_seen_at.has_value();
    question.known = known_for(asked, context.answered.at);
    question.second_opinion = context.answered.call.operation == Operation::get_image_info &&
                              asked.due_at <= context.answered.call.scheduled_at;
    question.guarded = context.account.is_guarded();
    if (asked.state == ImageState::pending && !asked.last_answered_at)
        ++context.outcome.first_denied;
    const ImageState state = after_not_exist(question);
    if (state != asked.state) {
        catalog::Sight sight = sight_before(asked, context.cloud_time);
        change_state(context, asked, state);
        judge(context, asked, sight);
    }
    asked.last_answered_at = context.answered.at;
    plan(context.recording, asked, context.now, context.cloud_time);
}

void AnswerRecorder::quarantine(catalog::Recording& recording, const AccountSync& account,
                                DueImage& asked, const CallError& error, const Now& now,
                                std::vector<SyncEvent>& events) {
    if (!recording.is_current(asked)) {
        recording.retire(asked);
        return;
    }
    if (asked.state != ImageState::quarantined) {
        recording.state(asked, ImageState::quarantined, now.schedule);
        events.push_back(ImageQuarantined{account.account().name, asked.image_id, error});
    }
    plan(recording, asked, now, now.schedule);
}

void AnswerRecorder::change_state(Context& context, DueImage& asked, ImageState state) {
    const ImageState before = asked.state;
    context.recording.state(asked, state, context.answered.at);
    context.events.push_back(
        StateChanged{context.account.account().name, asked.image_id, before, state});
}

void AnswerRecorder::plan(catalog::Recording& recording, DueImage& asked, const Now& now,
                          WallTime cloud_time) {
    PollState state;
    state.state = asked.state;
    state.status = asked.status;
    state.age = cloud_time - age_base(asked, cloud_time);
    state.just_uploaded = asked.just_uploaded;
    state.image_key = asked.image_key;
    const Poll next = poll_plan(settings_, state, now.schedule, random_.unit());
    recording.reschedule(asked, next.tier, next.due_at);
}

}  // namespace vodcatalog
