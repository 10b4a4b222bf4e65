#pragma once

#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <string>

namespace simulator {

/// The cloud's name of one call, kept short: 16 bytes for what is 36 as text.
struct RequestId {
    std::uint64_t high = 0;
    std::uint64_t low = 0;

    bool operator==(const RequestId&) const = default;

    /// "AB99D4DF-FAFA-49DC-9C54-8C1E261E0001"
    [[nodiscard]] std::string text() const {
        char out[40];
        std::snprintf(
            out, sizeof out, "%08" PRIX64 "-%04" PRIX64 "-%04" PRIX64 "-%04" PRIX64 "-%012" PRIX64,
            high >> 32, (high >> 16) & 0xffff, high & 0xffff, low >> 48, low & 0xffffffffffff);
        return out;
    }
};

}  // namespace simulator
