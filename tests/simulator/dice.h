#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <string_view>

namespace simulator {

/// Random numbers that follow from a seed, a purpose and an index alone (splitmix64), so that what
/// one image does is independent of how many others there are and of who asks when. A plain value.
class Dice {
public:
    Dice(std::uint64_t seed, std::string_view purpose, std::uint64_t index = 0) noexcept
        : state_(mix(mix(seed + hash(purpose)) + index)) {}

    [[nodiscard]] std::uint64_t bits() noexcept { return mix(state_ += 0x9e3779b97f4a7c15); }
    /// Uniform in [0, 1).
    [[nodiscard]] double unit() noexcept { return static_cast<double>(bits() >> 11) * 0x1.0p-53; }
    /// Uniform in [0, bound).
    [[nodiscard]] std::uint64_t below(std::uint64_t bound) noexcept { return bits() % bound; }
    [[nodiscard]] bool chance(double probability) noexcept { return unit() < probability; }
    [[nodiscard]] double exponential(double mean) noexcept { return -mean * std::log1p(-unit()); }
    [[nodiscard]] double log_normal(double median, double sigma) noexcept {
        const double radius = std::sqrt(-2.0 * std::log1p(-unit()));
        return median * std::exp(sigma * radius * std::cos(2.0 * std::numbers::pi * unit()));
    }

private:
    static constexpr std::uint64_t mix(std::uint64_t z) noexcept {
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
    static constexpr std::uint64_t hash(std::string_view text) noexcept {
        std::uint64_t state = 0xcbf29ce484222325;
        for (const char c : text) state = (state ^ static_cast<unsigned char>(c)) * 0x100000001b3;
        return state;
    }

    std::uint64_t state_;
};

}  // namespace simulator
