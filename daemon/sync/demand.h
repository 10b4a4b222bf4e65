#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "catalog/poll_load.h"

namespace vodcatalog {

/// How many calls an account may make.
struct CallBudget {
    bool together = true;         ///< Images are asked by GetImageInfos; else one by one.
    double get_image_infos = 3;   ///< Calls a second.
    double get_image_info = 20;   ///< Calls a second.
    std::optional<double> a_day;  ///< Of both together; nothing: no limit.
};

/// What the schedule asks for beside what may be asked, told for the limit that is nearest.
struct Demand {
    std::int64_t images = 0;
    std::int64_t unanswered = 0;         ///< Of them.
    double calls_per_second = 0;         ///< With every call full.
    double budget = 1;                   ///< Calls a second that may be made of those.
    std::string_view limit;              ///< The settings' name of it, below the account.
    std::chrono::seconds first_pass{0};  ///< What asking each unanswered one once takes.

    [[nodiscard]] double share() const noexcept { return calls_per_second / budget; }
};

/// Images that were never answered count as settled long ago, which most of a long list are: what
/// they will cost is said before they have been asked. `settled_gap`: how far apart those are
/// asked. Pure.
[[nodiscard]] Demand demand(const catalog::PollLoad& load, std::chrono::milliseconds settled_gap,
                            const CallBudget& budget) noexcept;

}  // namespace vodcatalog
