#pragma once

#include <memory>
#include <mutex>
#include <utility>

#include "tests/simulator/scenario.h"

namespace simulator {

/// The scenario in force, which the control endpoint may replace. Safe for any thread.
class Settings {
public:
    explicit Settings(Scenario scenario)
        : current_(std::make_shared<const Scenario>(std::move(scenario))) {}

    [[nodiscard]] std::shared_ptr<const Scenario> current() const {
        const std::scoped_lock lock(mutex_);
        return current_;
    }
    void replace(Scenario scenario) {
        auto next = std::make_shared<const Scenario>(std::move(scenario));
        const std::scoped_lock lock(mutex_);
        current_ = std::move(next);
    }

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const Scenario> current_;  // guarded by mutex_
};

}  // namespace simulator
