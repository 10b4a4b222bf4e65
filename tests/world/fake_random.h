#pragma once

#include "daemon/random.h"

namespace world {

/// The same numbers from the same seed (splitmix64).
class FakeRandom final : public vodcatalog::Random {
public:
    explicit FakeRandom(std::uint64_t seed = 1) : state_(seed) {}
    [[nodiscard]] std::uint64_t bits() override {
        state_ += 0x9e3779b97f4a7c15;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
    /// Uniform in [0, below).
    [[nodiscard]] std::uint64_t below(std::uint64_t below) { return bits() % below; }
    [[nodiscard]] bool chance(double probability) { return unit() < probability; }

private:
    std::uint64_t state_;
};

}  // namespace world
