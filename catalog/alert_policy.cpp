#include "catalog/alert_policy.h"

#include <algorithm>

namespace catalog {
namespace {

bool fits(const std::set<std::string>& wanted, const std::string& is) {
    return wanted.empty() || wanted.contains(is);
}

bool fits(const std::optional<std::string>& wanted, std::string_view is) {
    return !wanted || *wanted == is;
}

bool has(const std::vector<std::string>& tags, const std::string& tag) {
    return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

}  // namespace

bool AlertFilter::passes(const AlertSubject& subject) const {
    // What is about the daemon itself concerns every account.
    if (!subject.account.empty() && !fits(accounts, subject.account)) return false;
    if (!subject.has_image) return true;
    return fits(categories, subject.category) &&
           fits(storage_locations, subject.storage_location) &&
           (tags.empty() || std::any_of(subject.tags.begin(), subject.tags.end(),
                                        [&](const auto& tag) { return tags.contains(tag); }));
}

bool Silence::covers(const AlertSubject& subject, WallTime now) const {
    if (now < starts_at || now >= ends_at) return false;
    if (looks_at_images() && !subject.has_image) return false;
    return fits(rule, to_string(subject.rule)) && fits(account, subject.account) &&
           fits(image_id, subject.image_id) && fits(category, subject.category) &&
           fits(storage_location, subject.storage_location) && (!tag || has(subject.tags, *tag));
}

bool AlertPolicy::in_digest(Rule rule) const {
    return text_of(rule).scope == Scope::image && !individually.contains(rule);
}

WallTime digest_due(WallTime now, std::chrono::milliseconds every) noexcept {
    return now + (every - now.time_since_epoch() % every);
}

}  // namespace catalog
