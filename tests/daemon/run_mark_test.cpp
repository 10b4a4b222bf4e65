#include "daemon/run_mark.h"

#include <gtest/gtest.h>

#include "tests/world/fake_clock.h"
#include "tests/world/file.h"
#include "tests/world/temp_folder.h"

namespace vodcatalog {
namespace {

using End = LastRun::End;

class RunMarkTest : public testing::Test {
protected:
    /// How the next run says that the last one ended; it ends by being told to.
    LastRun next() {
        RunMark mark(file, result, clock);
        mark.ended(0);
        return mark.last();
    }

    world::FakeClock clock;
    const world::TempFolder folder;
    const std::filesystem::path file = folder / "catalog.db.run";
    const std::filesystem::path result = folder / "last-stop";
};

TEST_F(RunMarkTest, EachRunLearnsHowTheLastOneEnded) {
    EXPECT_EQ(next().end, End::unknown);
    EXPECT_EQ(next().end, End::clean);
    { RunMark(file, result, clock).ended(78); }
    const LastRun failed = next();
    EXPECT_EQ(failed.end, End::failed);
    EXPECT_EQ(failed.exit_code, 78);
    { const RunMark crashed(file, result, clock); }
    EXPECT_EQ(next().end, End::crashed);
    { RunMark(file, result, clock).stopping(); }
    const LastRun killed = next();
    EXPECT_EQ(killed.end, End::killed_stopping);
    EXPECT_EQ(killed.started_at, clock.wall());
    EXPECT_EQ(std::filesystem::file_size(file), 256U);
}

TEST_F(RunMarkTest, AMachineThatWasStartedAnewIsNoCrash) {
    {
        clock.advance(std::chrono::hours{5});
        const RunMark mark(file, result, clock);
    }
    EXPECT_EQ(judge_mark(world::read_text(file), clock.steady()).end, End::crashed);
    EXPECT_EQ(judge_mark(world::read_text(file), SteadyTime{std::chrono::minutes{2}}).end,
              End::machine_restarted);
}

TEST_F(RunMarkTest, WhatIsNoMarkTellsNothing) {
    for (const char* text : {"", "vodcatalog-run-1", "vodcatalog-run-1 running x 0 0",
                             "vodcatalog-run-2 running 0 0 0", "\0\0\0"})
        EXPECT_EQ(judge_mark(text, clock.steady()).end, End::unknown) << text;
    world::write_file(file, std::string(100'000, 'x'));
    EXPECT_EQ(next().end, End::unknown);
    EXPECT_EQ(next().end, End::clean);
}

TEST_F(RunMarkTest, WhatSystemdSaysIsUsedOnce) {
    { const RunMark crashed(file, result, clock); }
    world::write_file(result, "watchdog killed ABRT\n");
    const LastRun last = next();
    EXPECT_EQ(last.end, End::crashed);
    EXPECT_EQ(last.service_result, "watchdog");
    EXPECT_FALSE(std::filesystem::exists(result));
    EXPECT_EQ(next().service_result, "");
    world::write_file(result, "forged=\"word\"\n");
    EXPECT_EQ(next().service_result, "");
}

TEST_F(RunMarkTest, AFolderThatCannotBeWrittenIsNoMatter) {
    RunMark mark(folder / "none" / "x.run", "", clock);
    mark.stopping();
    mark.ended(0);
    EXPECT_EQ(mark.last(), LastRun{});
}

}  // namespace
}  // namespace vodcatalog
