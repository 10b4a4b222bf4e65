#include "tests/vod/vod_client_world.h"

namespace vodcatalog {
namespace {

// ---- Clocks

/// A cloud that takes a request only if its time is right to 15 minutes.
class VodClientClockTest : public VodClientWorld {
protected:
    void expect_request() {
        http_.then([this](const HttpRequest& request, HttpResponse& response) {
            const auto signed_at = catalog::from_iso(time_of(request));
            ASSERT_TRUE(signed_at);
            const bool good = std::chrono::abs(*signed_at - clock_.undisturbed()) <= 15min;
            response.status = good ? 200 : 400;
            response.body = good ? kFound : error_body("InvalidTimeStamp.Expired", "Expired.");
            response.headers.clear();
            if (dated_) response.headers = {{"Date", date_header(clock_.undisturbed())}};
        });
    }
    /// A call for which just so many requests are sent.
    const CallOutcome& ask_in(int requests) {
        for (int i = 0; i < requests; ++i) expect_request();
        return ask();
    }
    static std::string time_of(const HttpRequest& request) {
        for (const auto& [name, value] : request.headers) {
            if (name == "x-acs-date") return value;
        }
        const std::size_t at = request.body.find("Timestamp=") + 10;
        std::string time = request.body.substr(at, request.body.find('&', at) - at);
        for (std::size_t colon; (colon = time.find("%3A")) != std::string::npos;)
            time.replace(colon, 3, ":");
        return time;
    }

    bool dated_ = true;
};

TEST_F(VodClientClockTest, SignsByTheCloudsClockWhereThisMachinesIsOff) {
    for (const auto version : {SignatureVersion::v1, SignatureVersion::v3}) {
        for (const milliseconds behind :
             {milliseconds{20min}, milliseconds{-20min}, milliseconds{23h}, milliseconds{-23h}}) {
            SCOPED_TRACE(behind.count());
            account_.signature = version;
            client_.reset();
            clock_.jump_wall(-behind);
            const CallOutcome& first = ask_in(2);
            EXPECT_FALSE(first.error);
            EXPECT_EQ(first.server_ahead, behind + 500ms);
            for (int i = 0; i < 3; ++i) {
                clock_.advance(10min);
                const CallOutcome& next = ask_in(1);
                EXPECT_FALSE(next.error);
                EXPECT_EQ(next.server_ahead, behind + 500ms);
            }
            clock_.jump_wall(behind);
        }
    }
}

TEST_F(VodClientClockTest, FollowsAClockThatJumps) {
    EXPECT_FALSE(ask_in(1).error);
    clock_.jump_wall(-20min);
    EXPECT_FALSE(ask_in(2).error);
    EXPECT_FALSE(ask_in(1).error);
    clock_.jump_wall(20min);  // somebody set it right
    EXPECT_FALSE(ask_in(2).error);
    EXPECT_FALSE(ask_in(1).error);
    clock_.jump_wall(10min);  // the cloud would not mind
    EXPECT_FALSE(ask_in(1).error);
    clock_.jump_wall(10min);  // 10 min of it are known of
    EXPECT_FALSE(ask_in(1).error);
    EXPECT_EQ(outcome_.server_ahead, -20min + 500ms);
}

TEST_F(VodClientClockTest, AClockThatIsDaysOffIsForAPerson) {
    clock_.jump_wall(-48h);
    const CallError behind = *ask_in(1).error;
    EXPECT_EQ(behind.error_class, CallErrorClass::clock);
    EXPECT_EQ(behind.code, "InvalidTimeStamp.Expired");
    EXPECT_EQ(behind.message, "this machine's clock is 2 days behind the cloud's: Expired.");
    EXPECT_EQ(outcome_.server_ahead, 48h + 500ms);
    clock_.jump_wall(96h);
    EXPECT_EQ(ask_in(1).error->message,
              "this machine's clock is 2 days ahead of the cloud's: Expired.");
    clock_.jump_wall(-48h);
    EXPECT_FALSE(ask_in(1).error);
}

TEST_F(VodClientClockTest, ComingBackFromADaysOffNeedsNoFurtherMeasure) {
    clock_.jump_wall(-48h);
    EXPECT_TRUE(ask_in(1).error);
    clock_.jump_wall(48h - 20min);
    EXPECT_FALSE(ask_in(2).error);
}

TEST_F(VodClientClockTest, DoesNotCompensateIfItMayNot) {
    account_.compensate_clock = false;
    clock_.jump_wall(20min);
    EXPECT_EQ(ask_in(1).error->message,
              "this machine's clock is 20 min ahead of the cloud's: Expired.");
    EXPECT_EQ(outcome_.server_ahead, -20min + 500ms);
    clock_.jump_wall(-6min);  // near enough
    EXPECT_FALSE(ask_in(1).error);
}

TEST_F(VodClientClockTest, ItTakesADateHeaderToKnow) {
    dated_ = false;
    clock_.jump_wall(20min);
    const CallError error = *ask_in(1).error;
    EXPECT_EQ(error.error_class, CallErrorClass::clock);
    EXPECT_EQ(error.message, "Expired.");
    EXPECT_EQ(outcome_.server_ahead, std::nullopt);
}

TEST_F(VodClientClockTest, SignsAgainOnlyOnce) {
    clock_.jump_wall(-20min);
    expect_request();
    http_.then([this](const auto&, HttpResponse& response) {
        clock_.jump_wall(-1h);  // a clock that runs wild
        response.status = 400;
        response.body = error_body("InvalidTimeStamp.Expired", "Expired.");
        response.headers = {{"Date", date_header(clock_.undisturbed())}};
    });
    EXPECT_EQ(ask().error->message, "this machine's clock is 80 min behind the cloud's: Expired.");
}

TEST_F(VodClientClockTest, ARefusedTimeIsNotTriedAgainWhileClocksAgree) {
    http_.then_answer(400, error_body("InvalidTimeStamp.Expired", "Expired."),
                      {{"Date", date_header(clock_.undisturbed())}});
    EXPECT_EQ(ask().error->message, "Expired.");
}

TEST_F(VodClientClockTest, TheFailedAttemptsMeasureIsKeptIfTheNextGetsNoAnswer) {
    clock_.jump_wall(-20min);
    expect_request();
    http_.then_throw(catalog::Retryable("cut off"));
    EXPECT_EQ(ask().error->code, "Transport");
    EXPECT_EQ(outcome_.server_ahead, 20min + 500ms);
}

}  // namespace
}  // namespace vodcatalog
