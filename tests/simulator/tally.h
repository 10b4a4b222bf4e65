#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace simulator {

/// Counts by name. Safe for any thread.
class Tally {
public:
    void add(const std::string& name) {
        const std::scoped_lock lock(mutex_);
        ++counts_[name];
    }
    [[nodiscard]] std::map<std::string, std::uint64_t> counts() const {
        const std::scoped_lock lock(mutex_);
        return counts_;
    }

private:
    mutable std::mutex mutex_;
    std::map<std::string, std::uint64_t> counts_;  // guarded by mutex_
};

}  // namespace simulator
