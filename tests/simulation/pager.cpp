#include "tests/simulation/pager.h"

namespace simulation {

using catalog::Notice;
using catalog::NoticeKind;
using std::chrono::minutes;
using std::chrono::seconds;
using vodcatalog::Delivery;

Pager::Pager(const world::FakeClock& clock, std::uint64_t seed) : clock_(clock), random_(seed) {
    for (const auto& channel : policy().channels) channels_[channel.name];
}

catalog::AlertPolicy Pager::policy() {
    catalog::AlertPolicy policy;
    policy.channels = {{"chat", {}}, {"mail", {}}};
    policy.individually = {catalog::Rule::upload_failed};
    policy.group_wait = seconds{5};
    policy.digest_every = minutes{1};
    policy.reminder_every = minutes{10};
    return policy;
}

void Pager::breach(const std::string& what) {
    if (breach_.empty()) breach_ = what;
}

void Pager::start() {
    courier_.emplace(std::vector<std::string>{"chat", "mail"}, random_);
}

void Pager::disturb() {
    for (auto& [name, channel] : channels_) {
        if (!random_.chance(0.2)) continue;
        channel.fails_with.reset();
        if (random_.chance(0.5)) {
            channel.fails_with = Delivery{Delivery::Kind::retry_later, "HTTP 503", {}};
        }
    }
}

void Pager::quiet() {
    for (auto& [name, channel] : channels_) channel.fails_with.reset();
}

void Pager::step(vodcatalog::Sync& sync) {
    if (clock_.steady() < next_at_) return;
    next_at_ = clock_.steady() + seconds{1};
    courier_->on_due(sync.due_notices(10, 1'000), clock_.steady());
    const auto step = courier_->on_tick(clock_.steady());
    write(sync, step.ticks);
    for (const Notice& notice : step.sends) {
        const Delivery delivery = channels_[notice.channel].deliver(notice);
        if (delivery.kind == Delivery::Kind::delivered) note(notice);
        courier_->on_result(notice, delivery, clock_.steady(), clock_.wall());
    }
}

void Pager::write(vodcatalog::Sync& sync, const std::vector<catalog::DeliveryTick>& ticks) {
    if (!ticks.empty()) courier_->on_written(sync.tick_off(ticks));
}

/// Rule 8, from where the channel is.
void Pager::note(const Notice& notice) {
    ++told_;
    const auto [first, fresh] = deaths_at_.emplace(notice.key, deaths_);
    if (!fresh) {
        // Only a death between the delivery and its tick makes a repeat.
        if (first->second == deaths_) breach("rule 8: " + notice.key + " was delivered twice");
        first->second = deaths_;
    }
    for (const auto& item : notice.items) {
        Known& known = known_[{notice.channel, item.incident_id}];
        const std::string which = notice.channel + ", incident " + std::to_string(item.incident_id);
        switch (item.kind) {
            case NoticeKind::firing:
                if (known.closed && fresh) breach("rule 8: it begins after its end: " + which);
                known.open = true;
                break;
            case NoticeKind::reminder:
                if (!known.open || known.closed) breach("rule 8: a reminder of nothing: " + which);
                break;
            case NoticeKind::closed:
                if (item.told && !known.open) breach("rule 8: nobody told its begin: " + which);
                known.closed = true;
                break;
            case NoticeKind::digest:
            case NoticeKind::test:
                breach("a line is of neither kind");
                break;
        }
    }
}

void Pager::check_account(catalog::Database& reader, int came_up) {
    const bool down = reader.text("SELECT state FROM account") == "down";
    std::string incidents;
    if (down) {
        incidents = reader.text(
            "SELECT count(*) || ' ' || count(closed_at) FROM incident WHERE image_key NOT NULL");
        if (was_down_ && came_up == came_up_ && incidents != image_incidents_) {
            breach("rule 9: incidents of images changed while the account was down");
        }
        if (reader.number("SELECT count(*) FROM incident WHERE closed_at IS NULL AND rule IN "
                          "('account_down', 'credentials_rejected')") != 1) {
            breach("rule 9: an account that is down is not one incident");
        }
    }
    was_down_ = down;
    came_up_ = came_up;
    image_incidents_ = incidents;
}

void Pager::check_end(catalog::Database& reader, catalog::WallTime schedule) {
    const auto none = [&](const std::string& rule, const std::string& query) {
        const std::string found = reader.text(query);
        if (!found.empty()) breach(rule + ": " + found);
    };
    none("rule 7: an old image was alerted at first sight",
         "SELECT i.image_id FROM incident n JOIN image_info i ON i.image_key = n.image_key WHERE "
         "n.rule = 'upload_failed' AND NOT EXISTS (SELECT 1 FROM status_change c WHERE c.image_key "
         "= i.image_key AND c.to_status = 'UploadFail' AND (c.from_status IS NOT NULL OR "
         "i.created_at IS NULL OR i.created_at >= i.first_seen_at - 86460000))");
    none("rule 7: an upload failed while it was watched, and that was not alerted",
         "SELECT i.image_id FROM status_change c JOIN image_info i ON i.image_key = c.image_key "
         "WHERE c.to_status = 'UploadFail' AND c.from_status IS NOT NULL AND NOT EXISTS (SELECT 1 "
         "FROM incident n WHERE n.image_key = c.image_key AND n.rule = 'upload_failed')");
    none("rule 8: a message was not delivered",
         "SELECT notice_key FROM notice WHERE state = 'dead' OR state = 'pending' AND due_at < " +
             std::to_string(catalog::to_ms(schedule - minutes{10})));
    auto told = catalog::Statement(
        reader,
        "SELECT incident_id FROM incident WHERE closed_at IS NOT NULL AND rule <> "
        "'import_ended'");
    auto rows = told();
    while (rows.next()) {
        for (const auto& [name, channel] : channels_) {
            const auto known = known_.find({name, rows.integer(0)});
            if (known != known_.end() && known->second.open && !known->second.closed) {
                breach("rule 8: " + name + " was not told the end of incident " +
                       std::to_string(rows.integer(0)));
            }
        }
    }
}

}  // namespace simulation
