#pragma once

#include <optional>
#include <vector>

#include "daemon/alerts/channel.h"

namespace world {

/// Takes messages, or not, as a test wants; keeps those it took.
class FakeChannel final : public vodcatalog::Channel {
public:
    [[nodiscard]] vodcatalog::Delivery deliver(const catalog::Notice& notice) override {
        if (fails_with) return *fails_with;
        taken.push_back(notice);
        return {};
    }

    std::optional<vodcatalog::Delivery> fails_with;
    std::vector<catalog::Notice> taken;
};

}  // namespace world
