#include "daemon/event_log.h"

#include <cmath>
#include <string>

#include "catalog/image.h"
#include "catalog/wall_time.h"

namespace vodcatalog {
namespace {

std::string in_seconds(std::chrono::milliseconds time) {
    return std::to_string(std::chrono::round<std::chrono::seconds>(time).count()) + "s";
}

std::string per_second(double rate) {
    std::string text = std::to_string(std::round(rate * 100) / 100);
    return text.substr(0, text.find('.') + 3);
}

class Line {
public:
    explicit Line(Log& log) : log_(log) {}

    void operator()(const StatusChanged& e) const {
        const auto& change = e.change;
        const std::string from = change.from.value_or("");
        const std::string after = change.last_seen_at ? catalog::to_iso(*change.last_seen_at) : "";
        const Log::Fields fields{{"account", e.account},
                                 {"image_id", e.image_id},
                                 {"from", from},
                                 {"to", change.to},
                                 {"last_seen_at", after},
                                 {"seen_at", catalog::to_iso(change.seen_at)},
                                 {"request_id", e.request_id}};
        if (change.to == catalog::kUploadFail) {
            log_.warning("An upload failed.", fields);
        } else if (!change.expected) {
            log_.warning("A status changed unexpectedly.", fields);
        } else {
            log_.information("A status changed.", fields);
        }
    }
    void operator()(const StateChanged& e) const {
        log_.information("The watching of an image changed.", {{"account", e.account},
                                                               {"image_id", e.image_id},
                                                               {"from", catalog::to_string(e.from)},
                                                               {"to", catalog::to_string(e.to)}});
    }
    void operator()(const OddAnswer& e) const {
        log_.warning("The cloud sent a member that is not as documented.",
                     {{"account", e.account},
                      {"image_id", e.oddity.image_id},
                      {"member", e.oddity.member},
                      {"what", e.oddity.what}});
    }
    void operator()(const AnswerMismatch& e) const {
        log_.warning(
            "An answer does not fit its question; images without an answer are asked again.",
            {{"account", e.account},
             {"request_id", e.request_id},
             {"not_asked_for", e.not_asked_for},
             {"not_answered", e.not_answered}});
    }
    void operator()(const AccountDown& e) const {
        log_.error(
            "The account gives no answers; no image is taken for failed, and it is tried again "
            "until it does.",
            {{"account", e.account},
             {"cause", to_string(e.error.error_class)},
             {"code", e.error.code},
             {"error", e.error.message},
             {"advice", e.error.advice},
             {"request_id", e.error.request_id}});
    }
    void operator()(const AccountUp& e) const {
        if (e.first_answer) {
            log_.information("The account answers.", {{"account", e.account}});
        } else {
            log_.information("The account answers again.",
                             {{"account", e.account}, {"after", in_seconds(e.down_for)}});
        }
    }
    void operator()(const OperationRefused& e) const {
        log_.warning(
            "The account may not call this operation; it is polled by the other one, and "
            "this is tried again later.",
            {{"account", e.account},
             {"operation", to_string(e.operation)},
             {"code", e.error.code},
             {"error", e.error.message},
             {"advice", e.error.advice},
             {"request_id", e.error.request_id}});
    }
    void operator()(const OperationAllowed& e) const {
        log_.information("The account may call this operation again.",
                         {{"account", e.account}, {"operation", to_string(e.operation)}});
    }
    void operator()(const ImageQuarantined& e) const {
        log_.warning(
            "The cloud refuses every call that names this image; it is asked alone and "
            "seldom. Check the ID.",
            {{"account", e.account},
             {"image_id", e.image_id},
             {"code", e.error.code},
             {"error", e.error.message},
             {"request_id", e.error.request_id}});
    }
    void operator()(const WrongEndpoint& e) const {
        if (e.over) {
            log_.information("The account has images that it is asked for.",
                             {{"account", e.account}});
            return;
        }
        log_.error(
            "Not one image that was asked for exists here; check the account's endpoint, "
            "region and key: other regions' and accounts' images do not exist for it.",
            {{"account", e.account}, {"endpoint", e.endpoint}, {"images", e.images}});
    }
    void operator()(const CallEnded&) const {}  // for counters; there are too many
    void operator()(const CallFailed& e) const {
        log_.debug("A call brought no answer; its images stay due.",
                   {{"account", e.account},
                    {"operation", to_string(e.operation)},
                    {"images", e.images},
                    {"cause", to_string(e.error.error_class)},
                    {"code", e.error.code},
                    {"error", e.error.message},
                    {"request_id", e.error.request_id}});
    }
    void operator()(const ClockSkew& e) const {
        if (e.over) {
            log_.information("This machine's clock and the cloud's agree again.",
                             {{"account", e.account}});
            return;
        }
        const bool behind = e.server_ahead.count() > 0;
        const auto by = in_seconds(behind ? e.server_ahead : -e.server_ahead);
        log_.warning(
            behind
                ? "This machine's clock is behind the cloud's; set it (timedatectl set-ntp true)."
                : "This machine's clock is ahead of the cloud's; set it (timedatectl set-ntp "
                  "true).",
            {{"account", e.account}, {"by", by}});
    }
    void operator()(const Throttled& e) const {
        log_.information("The cloud said that calls come too fast; the rate was lowered.",
                         {{"account", e.account},
                          {"operation", to_string(e.operation)},
                          {"calls_per_second", per_second(e.calls_per_second)}});
    }
    void operator()(const GoneHeld& e) const {
        const Log::Fields fields{
            {"account", e.account}, {"suspects", e.suspects}, {"watched", e.watched}};
        if (e.over) {
            log_.information("Few images are said not to exist now; such answers count again.",
                             fields);
        } else {
            log_.warning(
                "So many images are said not to exist that none is believed gone; check endpoint "
                "and region, or, if they were deleted, say so with `vodcatalog accept-gone`.",
                fields);
        }
    }
    void operator()(const CatalogTrouble& e) const {
        log_.error("The catalog cannot be used now; no calls are made until it can.",
                   {{"error", e.message}});
    }
    void operator()(const CatalogRecovered& e) const {
        log_.information("The catalog can be used again.", {{"after", in_seconds(e.lasted)}});
    }
    void operator()(const IdsLoaded& e) const {
        log_.information("A list of image IDs was taken in.",
                         {{"account", e.account},
                          {"source", catalog::to_string(e.source)},
                          {"added", e.added},
                          {"known", e.known},
                          {"of_other_account", e.of_other},
                          {"untracked", e.untracked}});
    }
    void operator()(const IdsProgress& e) const {
        log_.information("A list of image IDs is being taken in.",
                         {{"account", e.account},
                          {"source", catalog::to_string(e.source)},
                          {"done", e.done},
                          {"of", e.of}});
    }
    void operator()(const ReleaseHeld& e) const {
        log_.warning(
            "A list of image IDs lost over half of them; those stay watched. Put them back, or let "
            "them go with `vodcatalog accept-untrack`.",
            {{"account", e.account},
             {"source", catalog::to_string(e.source)},
             {"missing", e.missing},
             {"held", e.held}});
    }
    void operator()(const DemandCounted& e) const {
        const Demand& demand = e.demand;
        const Log::Fields fields{{"account", e.account},
                                 {"images", demand.images},
                                 {"calls_per_second", per_second(demand.calls_per_second)},
                                 {"of", per_second(demand.budget)},
                                 {"limit", demand.limit},
                                 {"never_asked", demand.unanswered},
                                 {"first_pass", in_seconds(demand.first_pass)}};
        if (!e.tight) {
            log_.information("What the schedule asks for fits into the calls that may be made.",
                             fields);
            return;
        }
        log_.warning(
            "The schedule asks for most of the calls that may be made, or more; raise that limit "
            "as far as the cloud allows, lengthen schedule.normal.max, or watch fewer images.",
            fields);
    }

private:
    Log& log_;
};

}  // namespace

void EventLog::on_event(const SyncEvent& event) {
    std::visit(Line(log_), event);
}

}  // namespace vodcatalog
