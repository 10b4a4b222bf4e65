#include "catalog/incident_book.h"

#include <algorithm>

namespace catalog {
namespace {

/// So many at a time, so that no transaction grows long.
constexpr int kBatch = 500;

}  // namespace

IncidentBook::IncidentBook(Database& database, NoticeStore& notices)
    : incidents_(database), notices_(notices) {}

void IncidentBook::load() {
    if (loaded_) return;
    stuck_ = incidents_.stuck_images();
    silences_ = incidents_.silences(WallTime::min());
    loaded_ = true;
}

AlertSubject IncidentBook::subject_of(Rule rule, std::optional<std::int64_t> account_key,
                                      std::optional<std::int64_t> image_key) {
    const bool looks =
        std::any_of(silences_.begin(), silences_.end(),
                    [](const Silence& silence) { return silence.looks_at_images(); }) ||
        std::any_of(policy_.channels.begin(), policy_.channels.end(),
                    [](const auto& channel) { return channel.filter.looks_at_images(); });
    return incidents_.subject(rule, account_key, image_key, looks);
}

std::optional<WallTime> IncidentBook::silenced_until(const AlertSubject& subject, WallTime at) {
    std::optional<WallTime> until;
    for (const Silence& silence : silences_) {
        if (silence.covers(subject, at)) until = std::max(until.value_or(at), silence.ends_at);
    }
    return until;
}

bool IncidentBook::open(const Opening& opening) {
    load();
    if (!opening.image_key &&
        acknowledged_.contains({opening.rule, opening.account_key.value_or(0)})) {
        return false;
    }
    const AlertSubject subject = subject_of(opening.rule, opening.account_key, opening.image_key);
    const auto silenced = silenced_until(subject, opening.at);
    const auto incident_id = incidents_.add(opening, silenced);
    if (opening.rule == Rule::upload_stuck && opening.image_key) {
        stuck_.insert(*opening.image_key);
    }
    if (!incident_id) return false;
    if (!silenced) {
        tell({*incident_id, opening.rule, opening.account_key, opening.image_key}, subject,
             opening.at);
    }
    return true;
}

bool IncidentBook::has_channel(std::string_view channel) const noexcept {
    return std::any_of(policy_.channels.begin(), policy_.channels.end(),
                       [&](const auto& known) { return known.name == channel; });
}

void IncidentBook::tell(const OpenIncident& incident, const AlertSubject& subject, WallTime at) {
    for (const auto& channel : policy_.channels) {
        if (channel.filter.passes(subject)) {
            add_line(incident, NoticeKind::firing, channel.name, at);
        }
    }
}

void IncidentBook::add_line(const OpenIncident& incident, NoticeKind kind, std::string_view channel,
                            WallTime at) {
    NoticeStore::Line line;
    line.channel = channel;
    line.kind = kind;
    line.incident_id = incident.incident_id;
    line.rule = incident.rule;
    line.account_key = incident.account_key;
    line.now = time_.value_or(at);
    line.in_digest = policy_.in_digest(incident.rule);
    line.due_at =
        line.in_digest ? digest_due(line.now, policy_.digest_every) : line.now + policy_.group_wait;
    std::string key;
    if (incident.rule == Rule::catalog_full && kind == NoticeKind::firing) {
        line.key = key = catalog_full_key(channel, at);
    }
    notices_.add(line);
}

bool IncidentBook::close(Rule rule, std::optional<std::int64_t> account_key,
                         std::optional<std::int64_t> image_key, CloseReason reason, WallTime at) {
    load();
    if (!image_key) acknowledged_.erase({rule, account_key.value_or(0)});
    if (rule == Rule::upload_stuck && image_key && !stuck_.contains(*image_key)) return false;
    const auto incident = incidents_.find(rule, account_key, image_key);
    // Whatever closes it by name has seen the upload's end.
    if (rule == Rule::upload_stuck && image_key) stuck_.erase(*image_key);
    if (!incident) return false;
    close(*incident, reason, at);
    return true;
}

void IncidentBook::close(const OpenIncident& incident, CloseReason reason, WallTime at) {
    incidents_.close(incident.incident_id, reason, at);
    for (const std::string& channel : notices_.withdraw(incident.incident_id)) {
        // One that the settings have no more could only become a dead letter.
        if (has_channel(channel)) add_line(incident, NoticeKind::closed, channel, at);
    }
}

void IncidentBook::apply(const Turn& turn, const Opening& opening) {
    switch (turn.kind) {
        case Turn::Kind::stay:
            return;
        case Turn::Kind::open:
            open(opening);
            return;
        case Turn::Kind::close:
            close(opening.rule, opening.account_key, opening.image_key, turn.reason, opening.at);
            return;
    }
}

std::size_t IncidentBook::close_image(std::int64_t image_key, CloseReason reason, WallTime at) {
    load();
    stuck_.erase(image_key);
    const auto incidents = incidents_.of_image(image_key);
    for (const OpenIncident& incident : incidents) close(incident, reason, at);
    return incidents.size();
}

void IncidentBook::close_others(const std::set<std::int64_t>& accounts, WallTime at) {
    load();
    for (const OpenIncident& incident : incidents_.of_accounts()) {
        if (accounts.contains(incident.account_key.value())) continue;
        if (incident.image_key) stuck_.erase(*incident.image_key);
        close(incident, CloseReason::untracked, at);
    }
}

bool IncidentBook::acknowledge(std::int64_t incident_id, WallTime at) {
    const auto incident = incidents_.find(incident_id);
    if (!incident) return false;
    close(*incident, CloseReason::acknowledged, at);
    if (!incident->image_key) {
        acknowledged_.insert({incident->rule, incident->account_key.value_or(0)});
    }
    return true;
}

void IncidentBook::announce(const Opening& opening) {
    if (!open(opening)) return;
    const auto incident = incidents_.find(opening.rule, opening.account_key, opening.image_key);
    incidents_.close(incident.value().incident_id, CloseReason::resolved, opening.at);
}

void IncidentBook::record_past(const Opening& opening, WallTime closed_at) {
    if (incidents_.was_opened(opening.rule, opening.at) || !open(opening)) return;
    close(opening.rule, opening.account_key, opening.image_key, CloseReason::resolved, closed_at);
}

bool IncidentBook::is_open(Rule rule, std::optional<std::int64_t> account_key,
                           std::optional<std::int64_t> image_key) {
    if (!image_key && acknowledged_.contains({rule, account_key.value_or(0)})) return true;
    return incidents_.find(rule, account_key, image_key).has_value();
}

bool IncidentBook::knows_stuck(std::int64_t image_key) {
    load();
    return stuck_.contains(image_key);
}

void IncidentBook::keep_up(WallTime now) {
    load();
    expire(now);
    end_silences(now);
    remind(now);
}

void IncidentBook::expire(WallTime now) {
    for (const auto& incident : incidents_.of_images_before(now - kImageIncidentLife, kBatch)) {
        close(incident, CloseReason::expired, now);
    }
}

void IncidentBook::end_silences(WallTime now) {
    for (const auto& incident : incidents_.silenced_until(now, kBatch)) {
        const AlertSubject subject =
            subject_of(incident.rule, incident.account_key, incident.image_key);
        const auto longer = silenced_until(subject, now);
        incidents_.silence(incident.incident_id, longer);
        if (!longer) tell(incident, subject, now);
    }
    std::erase_if(silences_, [&](const Silence& silence) { return silence.ends_at <= now; });
}

void IncidentBook::remind(WallTime now) {
    if (policy_.reminder_every <= std::chrono::milliseconds{0}) return;
    for (const auto& incident : incidents_.to_remind(now - policy_.reminder_every, kBatch)) {
        incidents_.reminded(incident.incident_id, now);
        if (silenced_until(subject_of(incident.rule, incident.account_key, std::nullopt), now)) {
            continue;
        }
        for (const std::string& channel : notices_.told(incident.incident_id)) {
            if (has_channel(channel)) add_line(incident, NoticeKind::reminder, channel, now);
        }
    }
}

std::int64_t IncidentBook::add_silence(const Silence& silence) {
    load();
    Silence added = silence;
    added.silence_id = incidents_.add_silence(silence);
    silences_.push_back(added);
    return added.silence_id;
}

bool IncidentBook::end_silence(std::int64_t silence_id, WallTime at) {
    load();
    for (Silence& silence : silences_) {
        if (silence.silence_id == silence_id) silence.ends_at = std::min(silence.ends_at, at);
    }
    return incidents_.end_silence(silence_id, at);
}

}  // namespace catalog
