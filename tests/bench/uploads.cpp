#include "tests/bench/uploads.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace bench {
namespace {

Ms to_ms(double seconds) {
    return static_cast<Ms>(seconds * 1'000);
}

/// The first look of discovery at `from` or later.
Ms next_look(const DelaySetup& setup, Ms from) {
    const Ms every = to_ms(setup.hot_every_s);
    const Ms phase = static_cast<Ms>(setup.seed * 7'919) % every;
    return phase + (std::max<Ms>(from - phase, 0) + every - 1) / every * every;
}

}  // namespace

std::vector<Upload> draw_uploads(const DelaySetup& setup) {
    std::mt19937_64 bits(setup.seed);
    std::exponential_distribution<double> gap(setup.uploads_per_s);
    std::lognormal_distribution<double> duration(std::log(setup.median_s), setup.sigma);
    std::bernoulli_distribution never(setup.never);
    std::vector<Upload> uploads;
    const double end = static_cast<double>(setup.measured_to()) / 1'000;
    for (double begun = gap(bits); begun < end; begun += gap(bits)) {
        Upload& upload = uploads.emplace_back();
        upload.begun = to_ms(begun);
        const double took = duration(bits);
        if (!never(bits)) upload.finished = upload.begun + to_ms(took);
        upload.known = setup.reveal == Reveal::track_endpoint
                           ? upload.begun
                           : next_look(setup, upload.begun + to_ms(setup.index_delay_s));
    }
    return uploads;
}

std::int64_t discovery_calls(const DelaySetup& setup, const std::vector<Upload>& uploads, Ms from,
                             Ms to) {
    if (setup.reveal != Reveal::discovery) return 0;
    constexpr std::int64_t kPage = 100;
    const Ms every = to_ms(setup.hot_every_s);
    const auto begun_before = [&](Ms time) {
        const auto found =
            std::lower_bound(uploads.begin(), uploads.end(), time,
                             [](const Upload& upload, Ms wanted) { return upload.begun < wanted; });
        return found - uploads.begin();
    };
    std::int64_t calls = 0;
    for (Ms look = next_look(setup, from); look < to; look += every) {
        const std::int64_t listed = begun_before(look) - begun_before(look - every - 60'000);
        calls += std::max<std::int64_t>(1, (listed + kPage - 1) / kPage);
    }
    return calls;
}

}  // namespace bench
