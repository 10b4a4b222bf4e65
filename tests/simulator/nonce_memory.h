#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace simulator {

/// Remembers nonces for at least as long as a request with one of them could still pass the check
/// of its time (15 minutes into both directions). Keeps a hash of each. One thread at a time.
class NonceMemory {
public:
    /// False if it was there already.
    [[nodiscard]] bool insert(std::string_view nonce, std::int64_t now_ms) {
        static constexpr std::int64_t kGenerationMs = 31 * 60'000;
        if (now_ms - started_ms_ >= kGenerationMs) {
            older_ = std::exchange(newer_, {});
            started_ms_ = now_ms;
        }
        const std::size_t hash = std::hash<std::string_view>{}(nonce);
        return !older_.contains(hash) && newer_.insert(hash).second;
    }

private:
    std::unordered_set<std::size_t> newer_;
    std::unordered_set<std::size_t> older_;
    std::int64_t started_ms_ = 0;
};

}  // namespace simulator
