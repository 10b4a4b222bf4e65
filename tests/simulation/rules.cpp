// The World's checks: what the rules say, told from outside the step machine.
#include <algorithm>

#include "catalog/database.h"
#include "tests/simulation/world.h"

namespace simulation {

using catalog::Image;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using vodcatalog::Call;
using vodcatalog::SteadyTime;

/// Everything the catalog holds of the images of a call, with or without when they are asked.
std::string World::digest(const Call& call, bool with_schedule) {
    std::string text;
    for (const auto& image : call.asked) {
        const std::string key = std::to_string(image.image_key);
        text += reader_->text(
            "SELECT image_id || ifnull(status, '-') || ifnull(title, '-') || "
            "ifnull(last_changed_at, '-') || "
            "ifnull(gone_at, '-') || ifnull(first_seen_at, '-') FROM image_info WHERE image_key "
            "= " +
            key);
        text += reader_->text("SELECT count(*) FROM status_change WHERE image_key = " + key);
        text += reader_->text("SELECT count(*) FROM image_change WHERE image_key = " + key);
        if (!with_schedule) continue;
        text += reader_->text(
            "SELECT state || since || generation FROM tracked_image WHERE image_key = " + key);
        text +=
            reader_->text("SELECT tier || '/' || due_at FROM poll_queue WHERE image_key = " + key);
    }
    return text;
}

void World::note_said(const Travelling& travelling) {
    for (const auto& [image_id, said] : travelling.said) {
        if (!said.exists || !said.status) continue;
        auto& runs = runs_[image_id];
        if (runs.empty() || runs.back().status != *said.status) {
            runs.push_back({*said.status, {}, clock_.steady(), clock_.steady()});
        }
        runs.back().request_ids.insert(said.request_id);
        runs.back().last_arrived = clock_.steady();
    }
}

/// Rule 10, and the pacer: no burst, whatever the clocks do.
void World::check_rates(const Call& call) {
    auto& calls = calls_[static_cast<int>(call.operation)];
    calls.push_back(clock_.steady());
    const double rate = call.operation == vodcatalog::Operation::get_image_infos ? 3 : 20;
    // A restart starts with a full bucket.
    const auto restarts = std::count_if(kill_times_.begin(), kill_times_.end(), [&](SteadyTime at) {
        return clock_.steady() - at <= seconds{10};
    });
    while (clock_.steady() - calls.front() > seconds{10}) calls.pop_front();
    const std::size_t recent = calls.size();
    if (static_cast<double>(recent) > rate * (11 + static_cast<double>(restarts)) + 1) {
        breach("rule 10: " + std::to_string(recent) + " calls in ten seconds");
    }
    if (call.asked.empty() || call.asked.size() > ids_max(call.operation))
        breach("a call for no or too many images");
    std::set<std::int64_t> keys;
    for (const auto& image : call.asked) keys.insert(image.image_key);
    if (keys.size() != call.asked.size()) breach("an image twice in a call");
    for (const Travelling& other : travelling_) {
        for (const auto& image : other.call.asked) {
            if (keys.contains(image.image_key)) breach("an image in two calls at once");
        }
    }
}

/// Rules 1 and 4, on each row as it appears: it continues the image's history, and an answer said
/// so.
void World::check_new_changes() {
    auto rows = (*new_changes_)(last_change_id_);
    while (rows.next()) {
        last_change_id_ = static_cast<int>(rows.integer(0));
        const std::string image_id(rows.text(1)), to(rows.text(3)), request_id(rows.text(4));
        const auto last = last_status_.find(image_id);
        std::optional<std::string> from;
        rows.optional_text(2, from);
        const bool first = last == last_status_.end();
        if (from.has_value() == first || (from && *from != last->second) || from == to) {
            breach("rule 4: " + image_id + " goes from " + from.value_or("NULL") + " to " + to +
                   ", but was " + (first ? "never seen" : last->second));
        }
        if ((rows.integer(5) != 0) != catalog::is_expected(from, to))
            breach("rule 4: expected is wrong");
        const auto& runs = runs_[image_id];
        const bool said = std::any_of(runs.begin(), runs.end(), [&](const Run& run) {
            return run.status == to && run.request_ids.contains(request_id);
        });
        if (!said)
            breach("rule 1: " + image_id + " is " + to + " by " + request_id +
                   ", which said no such thing");
        last_status_[image_id] = to;
    }
}

/// Rule 10: while the cloud answers, nothing is much later than it is due.
void World::check_lateness() {
    if (clock_.steady() - good_since_ < minutes{5}) return;
    const auto now = catalog::to_ms(started_wall_) +
                     std::chrono::floor<milliseconds>(clock_.steady() - started_steady_).count();
    const auto late = reader_->number(
        "SELECT count(*) FROM poll_queue q JOIN tracked_image t ON t.image_key = q.image_key "
        "AND t.generation = q.generation WHERE due_at < " +
        std::to_string(now - 60'000));
    if (late > 0) breach("rule 10: " + std::to_string(late) + " images are over a minute late");
}

/// Rules 1 and 4, as a whole: what arrived is recorded, but for what arrived just before a death.
void World::check_runs() {
    for (const auto& [image_id, runs] : runs_) {
        const std::string recorded = reader_->text(
            "SELECT c.to_status || ' ' || c.request_id FROM status_change c JOIN image_info i ON "
            "i.image_key = c.image_key "
            "WHERE image_id = '" +
            image_id + "' ORDER BY status_change_id");
        std::size_t at = 0;
        std::string last;
        for (const Run& run : runs) {
            const auto end = recorded.find('\n', at);
            const std::string row = recorded.substr(at, end == recorded.npos ? end : end - at);
            const auto blank = row.find(' ');
            if (blank != row.npos && row.substr(0, blank) == run.status &&
                run.request_ids.contains(row.substr(blank + 1))) {
                at = end == recorded.npos ? recorded.size() : end + 1;
                last = run.status;
                continue;
            }
            const bool died =
                std::any_of(kill_times_.begin(), kill_times_.end(), [&](SteadyTime killed) {
                    return killed >= run.first_arrived && killed - run.first_arrived <= seconds{2};
                });
            if (!died && run.status != last)
                breach("rule 1: " + image_id + " was " + run.status + ", which is not recorded");
        }
        if (at != recorded.size())
            breach("rule 4: " + image_id +
                   " has changes that no answer told: " + recorded.substr(at));
    }
}

void World::compare_with_cloud() {
    const auto integrity = reader_->text("PRAGMA integrity_check");
    if (integrity != "ok") breach(integrity);
    if (reader_->number("SELECT count(*) FROM image_info") !=
        static_cast<std::int64_t>(ids_->image_ids.size())) {
        breach("rule 1: rows lost or doubled");
    }
    if (reader_->number("SELECT count(*) FROM (SELECT q.image_key FROM poll_queue q JOIN "
                        "tracked_image t ON t.image_key = "
                        "q.image_key AND t.generation = q.generation GROUP BY q.image_key HAVING "
                        "count(*) = 1)") != static_cast<std::int64_t>(ids_->image_ids.size())) {
        breach("rule 1: an image is queued twice or not at all");
    }
    if (reader_->number("SELECT count(*) FROM (SELECT i.account_key, t.state, CASE WHEN i.status "
                        "IN ('Uploading', 'Normal', 'UploadFail') THEN i.status WHEN i.status IS "
                        "NULL THEN 'none' ELSE 'other' END, count(*) FROM tracked_image t JOIN "
                        "image_info i USING (image_key) GROUP BY 1, 2, 3 EXCEPT SELECT "
                        "account_key, state, status, images FROM image_count)") != 0) {
        breach("rule 1: images are not counted as they are");
    }
    for (const auto image_id : ids_->image_ids) {
        const std::string where =
            " FROM image_info i LEFT JOIN mezzanine m ON m.image_key = i.image_key JOIN "
            "tracked_image t "
            "ON t.image_key = i.image_key WHERE image_id = '" +
            std::string(image_id) + "'";
        const std::string state = reader_->text("SELECT state" + where);
        const auto at = cloud_.images.find(image_id);
        if (at == cloud_.images.end() || !at->second) {
            const bool seen = runs_.contains(std::string(image_id));
            const bool right = state == "gone" || (state == "never_existed" && !seen);
            if (!right) breach(std::string(image_id) + " is not in the cloud, but " + state);
            continue;
        }
        const Image& image = *at->second;
        const auto text = [](const std::optional<std::string>& value) {
            return value.value_or("-");
        };
        const auto number = [](const std::optional<std::int64_t>& value) {
            return value ? std::to_string(*value) : "-";
        };
        const catalog::Mezzanine mezzanine = image.mezzanine.value_or(catalog::Mezzanine{});
        const std::string truth = "tracked/" + text(image.status) + "/" + text(image.title) + "/" +
                                  text(image.tags) + "/" + text(image.description) + "/" +
                                  number(image.cate_id) + "/" + text(image.url) + "/" +
                                  text(image.creation_time) + "/" + number(mezzanine.width) + "/" +
                                  number(mezzanine.file_size) + "/" + text(mezzanine.file_url);
        const std::string row = reader_->text(
            "SELECT state || '/' || ifnull(status, '-') || '/' || ifnull(title, '-') || '/' || "
            "ifnull(tags, '-') || '/' || "
            "ifnull(description, '-') || '/' || ifnull(cate_id, '-') || '/' || ifnull(url, '-') || "
            "'/' || ifnull(creation_time, '-') "
            "|| '/' || ifnull(width, '-') || '/' || ifnull(file_size, '-') || '/' || "
            "ifnull(file_url, '-')" +
            where);
        if (row != truth)
            breach(std::string(image_id) + " is " + row + ", but in the cloud " + truth);
    }
}

}  // namespace simulation
