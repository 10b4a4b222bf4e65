#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <string>

#include "tests/simulation/world.h"

namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// SEED=n replays one seed; SEEDS=n runs the first n.
TEST(SimulationTest, AllRulesHoldUnderEverySeed) {
    const std::uint64_t first = from_environment("SEED", 1);
    const std::uint64_t count = std::getenv("SEED") != nullptr ? 1 : from_environment("SEEDS", 50);
    std::map<std::string, int> kills;
    int changes = 0;
    int messages = 0;
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        simulation::World world(seed);
        ASSERT_EQ(world.run(), "");
        for (const auto& [point, times] : world.kills()) kills[point] += times;
        changes += world.status_changes();
        messages += world.messages();
    }
    std::printf("%llu seeds, %d status changes, %d messages, kills:",
                static_cast<unsigned long long>(count), changes, messages);
    for (const auto& [point, times] : kills) std::printf(" %s %d", point.c_str(), times);
    std::printf("\n");
    if (count < 50) return;
    for (const char* point :
         {"before_begin", "after_begin", "after_write", "before_commit", "after_commit"}) {
        EXPECT_GE(kills[point], 5) << point;
    }
}

}  // namespace
