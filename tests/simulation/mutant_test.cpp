#include <gtest/gtest.h>

#include <string>

#include "tests/simulation/world.h"

namespace {

TEST(MutantTest, ABrokenRuleIsCaughtWithinTwoHundredSeeds) {
    std::string breach;
    std::uint64_t seed = 0;
    while (breach.empty() && seed < 200) breach = simulation::World(++seed).run();
    EXPECT_NE(breach, "") << "no seed of 200 has noticed";
    std::printf("caught by %s\n", breach.c_str());
}

}  // namespace
