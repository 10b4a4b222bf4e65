#include "daemon/sync/demand.h"

#include <algorithm>
#include <cmath>

#include "daemon/sync/poll_plan.h"
#include "daemon/vod/vod_client.h"

namespace vodcatalog {
namespace {

double per_second(std::int64_t images, std::chrono::milliseconds gap) noexcept {
    return static_cast<double>(images) * 1000.0 / static_cast<double>(gap.count());
}

}  // namespace

Demand demand(const catalog::PollLoad& load, std::chrono::milliseconds settled_gap,
              const CallBudget& budget) noexcept {
    Demand result;
    double images_per_second = 0;
    for (const catalog::TierLoad& tier : load.tiers) {
        result.images += tier.images;
        result.unanswered += tier.unanswered;
        images_per_second += tier.asked_per_second;
    }
    images_per_second += per_second(result.unanswered, settled_gap);
    // They are in a tier too, but are asked alone.
    const double alone =
        std::min(per_second(load.suspects, kSecondOpinionAfter), images_per_second);
    const double batches =
        budget.together
            ? (images_per_second - alone) / static_cast<double>(ids_max(Operation::get_image_infos))
            : 0;
    const double singles = budget.together ? alone : images_per_second;
    const auto nearer = [&](double calls, double most, std::string_view limit) {
        if (!result.limit.empty() && calls / most <= result.share()) return;
        result.calls_per_second = calls;
        result.budget = most;
        result.limit = limit;
    };
    if (budget.together) nearer(batches, budget.get_image_infos, "calls_per_second.GetImageInfos");
    if (!budget.together || singles > 0) {
        nearer(singles, budget.get_image_info, "calls_per_second.GetImageInfo");
    }
    const double a_second = budget.a_day.value_or(0) / 86'400;
    if (budget.a_day) nearer(batches + singles, a_second, "calls_per_day");
    double pass = budget.together ? budget.get_image_infos *
                                        static_cast<double>(ids_max(Operation::get_image_infos))
                                  : budget.get_image_info;
    if (budget.a_day) {
        const double images_a_call =
            budget.together ? static_cast<double>(ids_max(Operation::get_image_infos)) : 1;
        pass = std::min(pass, a_second * images_a_call);
    }
    result.first_pass = std::chrono::seconds{
        static_cast<std::int64_t>(std::ceil(static_cast<double>(result.unanswered) / pass))};
    return result;
}

}  // namespace vodcatalog
