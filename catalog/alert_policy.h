#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "catalog/incident.h"

/// Who is told of which incidents, and when: pure values and decisions.
namespace catalog {

/// What filters and silences look at. Of an incident that is about no image, the image's part is
/// empty.
struct AlertSubject {
    Rule rule = Rule::catalog_full;
    std::string account;
    bool has_image = false;
    std::string image_id;
    std::string category;
    std::vector<std::string> tags;
    std::string storage_location;
};

/// What a channel wants to hear of: where a list is not empty, one of its entries must fit. The
/// lists about images do not hold back incidents that are about none.
struct AlertFilter {
    std::set<std::string> accounts;
    std::set<std::string> categories;  ///< Names.
    std::set<std::string> tags;
    std::set<std::string> storage_locations;

    [[nodiscard]] bool passes(const AlertSubject& subject) const;
    [[nodiscard]] bool looks_at_images() const noexcept {
        return !categories.empty() || !tags.empty() || !storage_locations.empty();
    }
};

/// What is not told from `starts_at` until `ends_at`; whatever is not given stands for anything.
struct Silence {
    std::int64_t silence_id = 0;
    std::optional<std::string> rule;
    std::optional<std::string> account;
    std::optional<std::string> image_id;
    std::optional<std::string> category;
    std::optional<std::string> tag;
    std::optional<std::string> storage_location;
    WallTime starts_at{};
    WallTime ends_at{};
    std::string comment;

    [[nodiscard]] bool covers(const AlertSubject& subject, WallTime now) const;
    /// It has a condition that only an image can fulfil.
    [[nodiscard]] bool looks_at_images() const noexcept {
        return image_id || category || tag || storage_location;
    }
};

/// `alerts` of the settings, as far as it says who is told.
struct AlertPolicy {
    struct Channel {
        std::string name;
        AlertFilter filter;
    };
    std::vector<Channel> channels;
    /// Rules about images that are told one by one, as those about accounts are; the others wait
    /// for the next digest.
    std::set<Rule> individually;
    /// What comes within this time, of one account and rule, is one message.
    std::chrono::milliseconds group_wait{std::chrono::seconds{30}};
    std::chrono::milliseconds digest_every{std::chrono::minutes{15}};
    /// While an incident that is not about an image is open, it is told again; 0: it is not.
    std::chrono::milliseconds reminder_every{0};

    [[nodiscard]] bool in_digest(Rule rule) const;
};

/// The end of the digest's window in which `now` lies: windows are counted from 1970, so a restart
/// does not shift them.
[[nodiscard]] WallTime digest_due(WallTime now, std::chrono::milliseconds every) noexcept;

}  // namespace catalog
