#include "catalog/incident.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

namespace catalog {
namespace {

constexpr std::array<RuleText, kRules> kTexts{{
    {Rule::upload_failure_rate, "upload_failure_rate", Severity::critical, Scope::account,
     "Too many uploads of the account fail or are stuck.",
     "See the view failed_upload for which they are and what they share: a category, a storage "
     "location, a program that uploads. Look at that program's errors and at the cloud's status "
     "page."},
    {Rule::no_completions, "no_completions", Severity::critical, Scope::account,
     "Uploads of the account are under way, and none ends.",
     "Look at the programs that upload and at the cloud's status page. The uploads are the rows of "
     "image_info with status Uploading."},
    {Rule::account_down, "account_down", Severity::critical, Scope::account,
     "The cloud gives no answers for the account; what its uploads do is not known meanwhile.",
     "Check the network, the endpoint and the cloud's status page. The account is tried again by "
     "itself, and images are caught up with when it answers."},
    {Rule::credentials_rejected, "credentials_rejected", Severity::critical, Scope::account,
     "The cloud refuses the account's access key; what its uploads do is not known meanwhile.",
     "Check that the key is enabled and may call GetImageInfo and GetImageInfos, and put a good "
     "one in its place. It is tried again by itself."},
    {Rule::mass_gone, "mass_gone", Severity::critical, Scope::account,
     "So many images of the account are said not to exist that none is taken for gone.",
     "Check the endpoint and region of the account first. If the images were deleted on purpose, "
     "say so with vodcatalog accept-gone."},
    {Rule::over_capacity, "over_capacity", Severity::critical, Scope::account,
     "The account's images take nearly all the calls that may be made, or more; news come late, or "
     "soon will.",
     "Raise calls_per_second as far as the cloud allows, lengthen the schedule of settled images, "
     "or watch fewer."},
    {Rule::catalog_full, "catalog_full", Severity::critical, Scope::service,
     "The catalog cannot be written; no images are asked for meanwhile.",
     "Free space on the disk of catalog.path. It goes on by itself when there is room."},
    {Rule::upload_failed, "upload_failed", Severity::warning, Scope::image,
     "The upload has failed.",
     "Upload the image again; the view failed_upload has what is known "
     "of it."},
    {Rule::upload_stuck, "upload_stuck", Severity::warning, Scope::image,
     "The upload does not end.",
     "The credential of an upload lives 50 minutes: it will hardly end by itself. See whether the "
     "program that uploads is alive, and upload the image again."},
    {Rule::unexpected_change, "unexpected_change", Severity::warning, Scope::image,
     "The status has changed in a way that is not the end of an upload.",
     "See the rows of status_change for its history, and who has worked on the image."},
    {Rule::image_gone, "image_gone", Severity::warning, Scope::image,
     "The image does not exist any more.",
     "If nobody deleted it on purpose, see the cloud's audit trail. Its rows stay in the catalog."},
    {Rule::never_existed, "never_existed", Severity::warning, Scope::image,
     "The image does not exist, and never has as far as the catalog knows.",
     "Check the ID for a typing mistake, and whether it belongs to this account and region."},
    {Rule::throttled, "throttled", Severity::warning, Scope::account,
     "The cloud says, minute after minute, that calls come too fast.",
     "The daemon slows down by itself. Find which of the company's programs use up the account's "
     "limit, or lower calls_per_second."},
    {Rule::clock_skew, "clock_skew", Severity::warning, Scope::account,
     "This machine's clock and the cloud's differ by more than five minutes.",
     "Set the clock: timedatectl set-ntp true. At fifteen minutes the cloud refuses every call."},
    {Rule::wal_growth, "wal_growth", Severity::warning, Scope::service,
     "The catalog's write-ahead log grows and cannot be emptied.",
     "A program keeps a read transaction open on the catalog for long. Find it (fuser on the file) "
     "and end it; long queries belong on the snapshot."},
    {Rule::wrong_endpoint, "wrong_endpoint", Severity::warning, Scope::account,
     "Not one image of the account exists where it is asked for.",
     "Check region, endpoint and access key of the account: images exist only in the region they "
     "were uploaded to."},
    {Rule::import_ended, "import_ended", Severity::information, Scope::account,
     "A list of images was taken in; some of the old ones had not been uploaded whole.",
     "See the views failed_upload and stuck_upload for which they are. Nothing else is told of "
     "what was so before it was watched."},
}};

constexpr std::array kReasons{CloseReason::resolved,     CloseReason::failed,
                              CloseReason::gone,         CloseReason::untracked,
                              CloseReason::acknowledged, CloseReason::expired};

/// What an image's age counts from.
WallTime born(std::optional<WallTime> created_at, WallTime first_seen_at,
              WallTime answered_at) noexcept {
    return created_at && *created_at <= answered_at ? *created_at : first_seen_at;
}

/// Its state at first sight is no news.
bool is_old(WallTime born_at, WallTime first_seen_at, const Watch& watch) noexcept {
    return born_at < watch.first_start && born_at < first_seen_at - kNewsAge;
}

void judge_existence(const Sight& sight, ImageVerdict& verdict) {
    if (sight.state == sight.state_before) return;
    if (sight.state == ImageState::gone) {
        verdict.opens.push_back({Rule::image_gone});
        for (const Rule rule : {Rule::upload_failed, Rule::upload_stuck, Rule::unexpected_change}) {
            verdict.closes.push_back({rule, CloseReason::gone});
        }
    }
    if (sight.state == ImageState::never_existed) verdict.opens.push_back({Rule::never_existed});
    if (sight.state != ImageState::tracked) return;
    if (sight.state_before == ImageState::gone) {
        verdict.closes.push_back({Rule::image_gone, CloseReason::resolved});
    }
    if (sight.state_before == ImageState::never_existed) {
        verdict.closes.push_back({Rule::never_existed, CloseReason::resolved});
    }
}

void judge_stuck(const Sight& sight, const Watch& watch, WallTime born_at, ImageVerdict& verdict) {
    const WallTime overdue_at = born_at + watch.stuck_after;
    if (sight.known_stuck || sight.answered_at < overdue_at) return;
    if (overdue_at <= sight.first_seen_at && is_old(born_at, sight.first_seen_at, watch)) {
        if (sight.first_sight) verdict.silent = Rule::upload_stuck;
        return;
    }
    const bool late =
        sight.last_known_at < watch.watched_since && overdue_at <= watch.watched_since;
    verdict.opens.push_back({Rule::upload_stuck, late});
    if (!late) ++verdict.counts.stuck;
}

/// An upload that ended, or had ended lately when it was first seen. One that was counted as stuck
/// is not counted again.
bool counts_as_ended(const Sight& sight, const Watch& watch, WallTime born_at) noexcept {
    if (sight.first_sight) return sight.answered_at - born_at <= watch.rate_window;
    return sight.status_before == StatusKind::uploading && !sight.known_stuck;
}

void judge_end(const Sight& sight, const Watch& watch, WallTime born_at, ImageVerdict& verdict) {
    const bool failed = sight.status == StatusKind::upload_fail;
    if (!sight.first_sight) {
        verdict.closes.push_back(
            {Rule::upload_stuck, failed ? CloseReason::failed : CloseReason::resolved});
    }
    if (sight.status == StatusKind::normal) {
        if (!sight.first_sight) {
            verdict.closes.push_back({Rule::upload_failed, CloseReason::resolved});
        }
        if (counts_as_ended(sight, watch, born_at)) ++verdict.counts.completed;
    }
    if (!failed) return;
    if (sight.first_sight && is_old(born_at, sight.first_seen_at, watch)) {
        verdict.silent = Rule::upload_failed;
        return;
    }
    verdict.opens.push_back({Rule::upload_failed});
    if (counts_as_ended(sight, watch, born_at)) ++verdict.counts.failed;
}

}  // namespace

const RuleText& text_of(Rule rule) noexcept {
    return kTexts[static_cast<std::size_t>(rule)];
}

std::string_view to_string(Rule rule) noexcept {
    return text_of(rule).name;
}

std::string_view to_string(Severity severity) noexcept {
    switch (severity) {
        case Severity::critical:
            return "critical";
        case Severity::warning:
            return "warning";
        case Severity::information:
            return "information";
    }
    return "";
}

std::optional<Rule> rule_named(std::string_view name) noexcept {
    const auto found = std::find_if(kTexts.begin(), kTexts.end(),
                                    [&](const RuleText& text) { return text.name == name; });
    if (found == kTexts.end()) return std::nullopt;
    return found->rule;
}

std::string_view to_string(CloseReason reason) noexcept {
    switch (reason) {
        case CloseReason::resolved:
            return "resolved";
        case CloseReason::failed:
            return "failed";
        case CloseReason::gone:
            return "gone";
        case CloseReason::untracked:
            return "untracked";
        case CloseReason::acknowledged:
            return "acknowledged";
        case CloseReason::expired:
            return "expired";
    }
    return "";
}

CloseReason close_reason_of(std::string_view text) {
    for (const CloseReason reason : kReasons) {
        if (to_string(reason) == text) return reason;
    }
    throw std::logic_error("incident.close_reason is " + std::string(text));
}

ImageVerdict judge(const Sight& sight, const Watch& watch) {
    ImageVerdict verdict;
    judge_existence(sight, verdict);
    if (sight.state != ImageState::tracked) return verdict;
    const WallTime born_at = born(sight.created_at, sight.first_seen_at, sight.answered_at);
    if (sight.status == StatusKind::uploading) {
        judge_stuck(sight, watch, born_at, verdict);
    } else if (sight.status_changed || sight.first_sight) {
        judge_end(sight, watch, born_at, verdict);
    }
    if (sight.status_changed && !sight.expected) {
        verdict.opens.push_back({Rule::unexpected_change});
    }
    return verdict;
}

bool is_overdue(std::optional<WallTime> created_at, WallTime first_seen_at, WallTime answered_at,
                std::chrono::milliseconds stuck_after) noexcept {
    return answered_at >= born(created_at, first_seen_at, answered_at) + stuck_after;
}

Turn judge(const FailureRate& limit, const UploadCounts& counts, bool open) noexcept {
    const std::int64_t bad = counts.failed + counts.stuck;
    const double share =
        counts.all() == 0 ? 0.0 : static_cast<double>(bad) / static_cast<double>(counts.all());
    if (!open) return follow(bad >= limit.floor && bad > 0 && share >= limit.share, false);
    return follow(2 * bad >= limit.floor && bad > 0 && share >= limit.share / 2, true);
}

Turn judge(const NoCompletions& limit, const Completions& seen, bool open) noexcept {
    if (seen.watched < limit.after) return {};
    if (seen.completed > 0) return follow(false, open);
    if (!open) return follow(seen.waiting >= limit.in_flight, false);
    // Those it was about are stuck by now, or gone: nobody can tell any more.
    if (seen.waiting == 0) return {Turn::Kind::close, CloseReason::expired};
    return {};
}

Turn judge_throttling(std::int64_t minutes_throttled, bool open) noexcept {
    constexpr std::int64_t kMost = 10;
    return follow(open ? minutes_throttled > 0 : minutes_throttled >= kMost, open);
}

Turn judge(const WalLimit& limit, std::uintmax_t bytes, std::chrono::milliseconds over_for,
           bool open) noexcept {
    if (open) return follow(bytes >= limit.bytes / 2, true);
    return follow(bytes >= limit.bytes && over_for >= limit.lasting, false);
}

Turn follow(bool is_so, bool open) noexcept {
    if (is_so == open) return {};
    return {is_so ? Turn::Kind::open : Turn::Kind::close};
}

}  // namespace catalog
