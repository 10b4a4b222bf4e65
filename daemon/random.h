#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace vodcatalog {

/// Jitter and nonces, as a seam. One thread at a time: each owner has its own.
class Random {
public:
    virtual ~Random() = default;
    /// 64 bits that cannot be guessed from earlier ones (in the real one).
    [[nodiscard]] virtual std::uint64_t bits() = 0;
    /// Uniform in [0, 1).
    [[nodiscard]] double unit() { return static_cast<double>(bits() >> 11) * 0x1.0p-53; }
};

/// The kernel's random numbers, fetched 512 bytes at a time.
class SystemRandom final : public Random {
public:
    [[nodiscard]] std::uint64_t bits() override;

private:
    std::array<std::uint64_t, 64> buffer_{};
    std::size_t used_ = buffer_.size();
};

}  // namespace vodcatalog
