#include "tests/simulator/history.h"

#include <algorithm>
#include <cmath>

#include "tests/simulator/dice.h"

namespace simulator {
namespace {

Milliseconds scaled(Milliseconds whole, double share) {
    return Milliseconds{std::llround(static_cast<double>(whole.count()) * share)};
}

}  // namespace

History plan_history(std::uint64_t seed, std::uint64_t index, const Lives& lives) {
    static constexpr double kUploadMsMax = 365.0 * 86'400'000.0;
    Dice dice(seed, "history", index);
    History history;
    history.arrives = scaled(lives.arrive_over, dice.unit());
    history.created = history.arrives - scaled(lives.created_before, dice.unit());
    const double uploading =
        dice.log_normal(static_cast<double>(lives.uploading_median.count()), lives.uploading_sigma);
    history.finishes =
        history.arrives + Milliseconds{std::llround(std::min(uploading, kUploadMsMax))};
    const double draw = dice.unit() * (lives.normal + lives.upload_fail + lives.never);
    history.outcome = draw < lives.normal                       ? Outcome::normal
                      : draw < lives.normal + lives.upload_fail ? Outcome::upload_fail
                                                                : Outcome::never;
    return history;
}

std::string make_image_id(std::uint64_t seed, std::uint64_t index) {
    static constexpr char kDigits[] = "0123456789abcdef";
    Dice dice(seed, "image id", index);
    std::string id;
    id.reserve(32);
    for (int word = 0; word < 2; ++word) {
        std::uint64_t bits = dice.bits();
        for (int digit = 0; digit < 16; ++digit, bits >>= 4) id += kDigits[bits & 15];
    }
    return id;
}

}  // namespace simulator
