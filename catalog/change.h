#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/image.h"
#include "catalog/wall_time.h"

namespace catalog {

/// A change of Status: from what to what, and between which two answers.
struct StatusChange {
    std::optional<std::string> from;  ///< nullopt at first sight.
    std::string to;
    std::optional<WallTime> last_seen_at;  ///< When `from` was last answered.
    WallTime seen_at{};
    bool expected = true;
};

/// A change of any other member, numbers as text.
struct FieldChange {
    std::string_view field;  ///< The column's name; "mezzanine." before those of mezzanine.
    std::optional<std::string> old_value;
    std::optional<std::string> new_value;
};

/// First sight, and an upload that ended either way. Anything else is recorded and flagged.
[[nodiscard]] bool is_expected(const std::optional<std::string>& from,
                               std::string_view to) noexcept;

/// The change of Status that `now` tells against `before`. None where they agree, and none where
/// the answer says nothing about Status: then the last one stays.
[[nodiscard]] std::optional<StatusChange> status_change(const std::optional<std::string>& before,
                                                        const std::optional<std::string>& now);

/// Every other member that differs, appended to `out`. Where an upload has just ended, what it
/// fills in for the first time (NULL or 0 before) is not a change.
void field_changes(const Image& before, const Image& now, std::vector<FieldChange>& out);

}  // namespace catalog
