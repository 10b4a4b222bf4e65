#include "tests/bench/delay_bound.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace bench {
namespace {

/// A short stretch of ages.
struct Stretch {
    double ends;   ///< The share of all uploads that end in it.
    double spent;  ///< What covering it costs, times the delay.
};

/// By falling hazard.
std::vector<Stretch> stretches(const DelaySetup& setup) {
    const auto ended = [&](double age) {
        const double z = (std::log(age) - std::log(setup.median_s)) / setup.sigma;
        return (1 - setup.never) * 0.5 * std::erfc(-z / std::sqrt(2.0));
    };
    std::vector<Stretch> all;
    constexpr double kFactor = 1.001;
    for (double age = 1e-3; age < 1e7; age *= kFactor) {
        const double next = age * kFactor;
        all.push_back({ended(next) - ended(age), (1 - ended(next)) * (next - age)});
    }
    std::sort(all.begin(), all.end(), [](const Stretch& left, const Stretch& right) {
        return left.ends * right.spent > right.ends * left.spent;
    });
    return all;
}

/// The largest share of the ends that can be noticed within `delay_s`.
double noticed_at_most(const std::vector<Stretch>& all, double places, double delay_s) {
    double left = places * delay_s;
    double share = 0;
    for (const Stretch& it : all) {
        if (it.spent >= left) return share + it.ends * left / it.spent;
        left -= it.spent;
        share += it.ends;
    }
    return share;
}

}  // namespace

double delay_bound_s(const DelaySetup& setup, double places, double quantile) {
    const std::vector<Stretch> all = stretches(setup);
    const double wanted = quantile * (1 - setup.never);
    double low = 0;
    double high = 1e6;
    for (int i = 0; i < 100; ++i) {
        const double middle = (low + high) / 2;
        (noticed_at_most(all, places, middle) < wanted ? low : high) = middle;
    }
    return high;
}

}  // namespace bench
