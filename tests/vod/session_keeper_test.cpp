#include "daemon/vod/credentials/session_keeper.h"

#include <gtest/gtest.h>

#include "tests/world/fake_clock.h"
#include "tests/world/fake_random.h"

namespace vodcatalog {
namespace {

using namespace std::chrono_literals;

TEST(RefreshMargin, LiesBetweenAnEighthAndAQuarterButNotUnderThreeMinutes) {
    struct Row {
        std::chrono::nanoseconds life;
        double unit;
        std::chrono::nanoseconds margin;
    };
    const std::vector<Row> table = {
        {20s, 0, 5s},     {20s, 0.99, 5s},  {4s, 0.5, 1s},      {10min, 0.5, 150s},
        {12min, 0, 3min}, {15min, 0, 3min}, {16min, 0.5, 210s}, {1h, 0, 450s},
        {1h, 0.5, 675s},  {12h, 0, 90min},  {12h, 0.5, 135min}, {0s, 0.5, 0s},
    };
    for (const Row& row : table)
        EXPECT_EQ(refresh_margin(row.life, row.unit).count(), row.margin.count())
            << row.life.count() << " " << row.unit;
}

class SessionKeeperTest : public testing::Test {
protected:
    Grant grant(const std::string& id, std::optional<std::chrono::seconds> life) const {
        Grant out;
        out.session.credentials = {id, "s", "t"};
        out.session.provider = "oidc";
        if (life) {
            out.good_until = clock.steady() + *life;
            out.session.expires_at = clock.wall() + *life;
        }
        return out;
    }
    std::string fetched(const std::string& id, std::optional<std::chrono::seconds> life) {
        return told(keeper.on_fetched(grant(id, life), clock.steady()));
    }
    std::string failed(const std::string& why) {
        return told(keeper.on_failed(why, clock.steady()));
    }
    std::string tick() { return told(keeper.on_tick(clock.steady())); }
    static std::string told(const std::optional<SessionEvent>& event) {
        if (!event) return "";
        if (const auto* e = std::get_if<SessionObtained>(&*event)) return "obtained " + e->provider;
        if (const auto* e = std::get_if<SessionKept>(&*event)) return "kept: " + e->why;
        return "missing: " + std::get<SessionMissing>(*event).why;
    }
    [[nodiscard]] bool due() const { return keeper.due(clock.steady()); }
    [[nodiscard]] std::string current() const {
        return keeper.current() ? keeper.current()->credentials.access_key_id : "none";
    }
    /// How long until the keeper wants to be woken.
    [[nodiscard]] std::chrono::milliseconds rest() const {
        return std::chrono::floor<std::chrono::milliseconds>(keeper.wake_at() - clock.steady());
    }

    world::FakeClock clock;
    world::FakeRandom random;
    SessionKeeper keeper{random};
};

TEST_F(SessionKeeperTest, TheFirstFetchIsDueAtOnce) {
    EXPECT_TRUE(due());
    EXPECT_EQ(current(), "none");
    EXPECT_EQ(fetched("a", 1h), "obtained oidc");
    EXPECT_FALSE(due());
    EXPECT_EQ(current(), "a");
}

TEST_F(SessionKeeperTest, ATwentySecondSessionIsRenewedWithFiveSecondsLeftAndUsedMeanwhile) {
    static_cast<void>(fetched("a", 20s));
    clock.advance(14'999ms);
    EXPECT_FALSE(due());
    EXPECT_EQ(rest(), 1ms);
    clock.advance(1ms);
    EXPECT_TRUE(due());
    EXPECT_EQ(current(), "a");
    EXPECT_EQ(fetched("b", 20s), "obtained oidc");
    EXPECT_EQ(current(), "b");
    EXPECT_EQ(rest(), 15s);
}

TEST_F(SessionKeeperTest, ALongSessionIsRenewedWellBeforeItsEnd) {
    static_cast<void>(fetched("a", 1h));
    EXPECT_GE(rest(), 45min);
    EXPECT_LE(rest(), 52min + 30s);
}

TEST_F(SessionKeeperTest, AKeyWithoutEndIsNotFetchedAgain) {
    static_cast<void>(fetched("a", std::nullopt));
    clock.advance(100h);
    EXPECT_FALSE(due());
    EXPECT_EQ(tick(), "");
    EXPECT_EQ(current(), "a");
}

TEST_F(SessionKeeperTest, ADyingSessionIsNotFetchedWithoutRest) {
    static_cast<void>(fetched("a", 1s));
    EXPECT_EQ(rest(), 1s);
}

TEST_F(SessionKeeperTest, TheSameCredentialsAgainAreTheSameSession) {
    static_cast<void>(fetched("a", 20s));
    const auto first = keeper.current();
    clock.advance(15s);
    EXPECT_EQ(fetched("a", 1h), "");
    EXPECT_EQ(keeper.current(), first);
    clock.advance(20s);
    EXPECT_EQ(tick(), "");
    EXPECT_EQ(current(), "a") << "but it lasts as long as was said last";
}

TEST_F(SessionKeeperTest, AFailedRefreshKeepsTheOldSessionAndIsToldOnce) {
    static_cast<void>(fetched("a", 20s));
    clock.advance(15s);
    EXPECT_EQ(failed("no network"), "kept: no network");
    EXPECT_EQ(current(), "a");
    EXPECT_FALSE(due());
    clock.advance(1s);
    EXPECT_TRUE(due()) << "tried again within the first second";
    EXPECT_EQ(failed("no network"), "");
    EXPECT_EQ(failed("no route"), "") << "not twice in five minutes";
    EXPECT_EQ(keeper.why(), "no route");
    clock.advance(4s);
    EXPECT_EQ(tick(), "missing: no route");
    EXPECT_EQ(current(), "none");
    EXPECT_EQ(tick(), "");
    EXPECT_EQ(failed("no route"), "");
    EXPECT_EQ(fetched("b", 20s), "obtained oidc");
    EXPECT_EQ(tick(), "");
}

TEST_F(SessionKeeperTest, OtherReasonsAreToldEachFiveMinutesAndTheSameOneNeverAgain) {
    EXPECT_EQ(failed("request 1 failed"), "missing: request 1 failed");
    clock.advance(299s);
    EXPECT_EQ(failed("request 2 failed"), "");
    clock.advance(1s);
    EXPECT_EQ(failed("request 3 failed"), "missing: request 3 failed");
    clock.advance(24h);
    EXPECT_EQ(failed("request 3 failed"), "");
    EXPECT_EQ(fetched("a", 1h), "obtained oidc");
    EXPECT_EQ(keeper.why(), "");
    EXPECT_EQ(failed("request 3 failed"), "kept: request 3 failed");
}

TEST_F(SessionKeeperTest, TheEndOfASessionWakesItsKeeper) {
    static_cast<void>(fetched("a", 20s));
    clock.advance(19s);
    for (int i = 0; i < 10; ++i) static_cast<void>(failed("no network"));
    EXPECT_LE(rest(), 1s);
}

TEST_F(SessionKeeperTest, ASessionThatEndsUnderAFetchThatFailsIsMissing) {
    static_cast<void>(fetched("a", 20s));
    clock.advance(20s);
    EXPECT_EQ(failed("hung"), "missing: hung");
    EXPECT_EQ(current(), "none");
}

TEST_F(SessionKeeperTest, ASessionThatEndsInASuspendIsMissing) {
    static_cast<void>(fetched("a", 20s));
    clock.advance(10h);
    EXPECT_TRUE(due());
    EXPECT_EQ(tick(), "missing: the session came to its end before a new one was fetched");
}

TEST_F(SessionKeeperTest, FailuresAreTriedAgainFurtherAndFurtherApartButOnceAMinute) {
    for (int i = 0; i < 40; ++i) {
        static_cast<void>(failed("no network"));
        EXPECT_FALSE(due());
        EXPECT_GE(rest(), 99ms);
        EXPECT_LE(rest(), std::min<std::chrono::milliseconds>(60s, 1s * (1LL << std::min(i, 30))));
        clock.advance(rest() + 1ms);
        EXPECT_TRUE(due());
    }
}

TEST_F(SessionKeeperTest, AFailureThatIsOverIsToldAlsoIfNothingChanged) {
    static_cast<void>(fetched("a", std::nullopt));
    keeper.on_changed(clock.steady());
    EXPECT_TRUE(due());
    EXPECT_EQ(failed("is empty"), "kept: is empty");
    EXPECT_EQ(fetched("a", std::nullopt), "obtained oidc");
    EXPECT_EQ(current(), "a");
}

TEST_F(SessionKeeperTest, ARefusedSessionIsFetchedAtOnceButNotOftenerThanEachThirtySeconds) {
    static_cast<void>(fetched("a", 1h));
    keeper.on_refused(keeper.current(), clock.steady());
    keeper.on_refused(keeper.current(), clock.steady());
    EXPECT_TRUE(due());
    EXPECT_EQ(current(), "a") << "it stays in use until the new one is there";
    static_cast<void>(fetched("b", 1h));
    EXPECT_FALSE(due());
    keeper.on_refused(keeper.current(), clock.steady());
    EXPECT_FALSE(due());
    EXPECT_EQ(rest(), 30s);
    clock.advance(30s);
    EXPECT_TRUE(due());
    static_cast<void>(fetched("c", 1h));
    clock.advance(31s);
    keeper.on_refused(keeper.current(), clock.steady());
    EXPECT_TRUE(due());
}

TEST_F(SessionKeeperTest, ARefusalDoesNotWaitForTheBackoff) {
    static_cast<void>(fetched("a", 1h));
    for (int i = 0; i < 20; ++i) static_cast<void>(failed("no network"));
    keeper.on_refused(keeper.current(), clock.steady());
    EXPECT_TRUE(due());
}

TEST_F(SessionKeeperTest, ARefusalOfAnotherSessionComesTooLate) {
    static_cast<void>(fetched("a", 1h));
    const auto old = keeper.current();
    static_cast<void>(fetched("b", 1h));
    keeper.on_refused(old, clock.steady());
    keeper.on_refused(nullptr, clock.steady());
    EXPECT_FALSE(due());
}

TEST_F(SessionKeeperTest, TheWallClockDoesNotCount) {
    static_cast<void>(fetched("a", 20s));
    clock.jump_wall(48h);
    EXPECT_FALSE(due());
    EXPECT_EQ(tick(), "");
    EXPECT_EQ(current(), "a");
}

}  // namespace
}  // namespace vodcatalog
