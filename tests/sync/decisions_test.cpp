// The small decisions of the sync step: pacer, gate, existence, waiting.
#include <gtest/gtest.h>

#include "daemon/backoff.h"
#include "daemon/sync/account_gate.h"
#include "daemon/sync/existence.h"
#include "daemon/sync/failed_call.h"
#include "daemon/sync/operation_gate.h"
#include "daemon/sync/pacer.h"
#include "daemon/sync/waiting_room.h"

namespace {

using catalog::ImageState;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using vodcatalog::AccountGate;
using vodcatalog::after_failure;
using vodcatalog::after_not_exist;
using vodcatalog::AfterFailure;
using vodcatalog::CallErrorClass;
using vodcatalog::FailedCall;
using vodcatalog::full_jitter;
using vodcatalog::OperationGate;
using vodcatalog::Pacer;
using vodcatalog::SteadyTime;
using vodcatalog::WaitingRoom;

const SteadyTime kStart{hours{5}};

int calls_in(Pacer& pacer, SteadyTime from, milliseconds time) {
    int calls = 0;
    for (milliseconds at{0}; at < time; at += milliseconds{10}) {
        for (; pacer.tokens(from + at) >= 1.0; ++calls) pacer.take(from + at);
    }
    return calls;
}

TEST(PacerTest, LetsOneSecondsWorthGoAtOnceAndThenTheRate) {
    Pacer pacer(3, kStart);
    EXPECT_EQ(calls_in(pacer, kStart, milliseconds{10}), 3);
    EXPECT_NEAR(calls_in(pacer, kStart + milliseconds{10}, seconds{60}), 180, 1);
}

TEST(PacerTest, SavesUpNoMoreThanASecondsWorth) {
    Pacer pacer(3, kStart);
    EXPECT_EQ(calls_in(pacer, kStart + hours{24}, milliseconds{10}), 3);
}

TEST(PacerTest, ALowRateStillLetsACallGo) {
    Pacer pacer(0.1, kStart);
    EXPECT_EQ(calls_in(pacer, kStart, milliseconds{10}), 1);
    EXPECT_EQ(pacer.ready_at(kStart + milliseconds{10}).time_since_epoch() / seconds{1},
              (hours{5} / seconds{1}) + 10);
    EXPECT_EQ(calls_in(pacer, kStart + seconds{1}, seconds{100}), 10);
}

TEST(PacerTest, ReadyAtIsWhenACallMayGo) {
    Pacer pacer(3, kStart);
    for (int i = 0; i < 3; ++i) pacer.take(kStart);
    const SteadyTime ready = pacer.ready_at(kStart);
    EXPECT_LT(pacer.tokens(ready - milliseconds{1}), 1.0);
    EXPECT_GE(pacer.tokens(ready), 1.0);
}

TEST(PacerTest, ThrottlingHalvesTheRateAtMostOnceASecondDownToTheFloor) {
    Pacer pacer(3, kStart);
    pacer.throttled(kStart, std::nullopt);
    pacer.throttled(kStart + milliseconds{900}, std::nullopt);
    EXPECT_DOUBLE_EQ(pacer.rate(), 1.5);
    for (int i = 1; i < 20; ++i) pacer.throttled(kStart + seconds{i}, std::nullopt);
    EXPECT_DOUBLE_EQ(pacer.rate(), Pacer::kFloor);
}

TEST(PacerTest, GrowsBackSlowlyAfterARest) {
    Pacer pacer(3, kStart);
    for (int i = 0; i < 20; ++i) pacer.throttled(kStart + seconds{i}, std::nullopt);
    const SteadyTime last = kStart + seconds{19};
    (void)pacer.tokens(last + seconds{2});
    EXPECT_NEAR(pacer.rate(), 0.2, 0.01);
    (void)pacer.tokens(last + seconds{32});
    EXPECT_NEAR(pacer.rate(), 1.7, 0.05);
    (void)pacer.tokens(last + seconds{70});
    EXPECT_DOUBLE_EQ(pacer.rate(), 3);
}

TEST(PacerTest, IsSoonBackNearTheRateThatWasTooMuchAndSlowBeyond) {
    Pacer pacer(12, kStart);
    pacer.throttled(kStart, std::nullopt);
    (void)pacer.tokens(kStart + seconds{2});
    EXPECT_DOUBLE_EQ(pacer.rate(), 6);
    (void)pacer.tokens(kStart + seconds{4});
    EXPECT_NEAR(pacer.rate(), 7.6, 0.01);
    (void)pacer.tokens(kStart + seconds{16});
    EXPECT_NEAR(pacer.rate(), 9 + 10.25 * 0.2, 0.01);
}

TEST(PacerTest, LeavesLittleOfALowerLimitUnused) {
    for (const double ours : {3.0, 10.0, 20.0}) {
        const double theirs = 0.7 * ours;
        Pacer pacer(ours, kStart);
        double bucket = theirs;
        int taken = 0, throttled = 0;
        for (SteadyTime now = kStart; now < kStart + minutes{5}; now += milliseconds{10}) {
            bucket = std::min(bucket + theirs / 100, theirs);
            for (; pacer.tokens(now) >= 1; pacer.take(now)) {
                if (bucket >= 1) {
                    bucket -= 1;
                    ++taken;
                } else {
                    ++throttled;
                    pacer.throttled(now, std::nullopt);
                }
            }
        }
        EXPECT_GT(taken, 0.85 * theirs * 300) << ours << " a second";
        EXPECT_LT(throttled, 30) << ours << " a second";
    }
}

TEST(PacerTest, ObeysTheServersHintUpToAnHour) {
    Pacer pacer(3, kStart);
    pacer.throttled(kStart, seconds{30});
    EXPECT_EQ(calls_in(pacer, kStart, seconds{29}), 0);
    EXPECT_GE(pacer.ready_at(kStart), kStart + seconds{30});
    EXPECT_GE(pacer.tokens(kStart + seconds{31}), 1.0);
    pacer.throttled(kStart + seconds{40}, hours{1'000});
    EXPECT_GE(pacer.tokens(kStart + seconds{40} + hours{1}), 1.0);
}

TEST(PacerTest, ATimeThatDoesNotMoveGivesNothing) {
    Pacer pacer(3, kStart);
    for (int i = 0; i < 3; ++i) pacer.take(kStart);
    EXPECT_LT(pacer.tokens(kStart - hours{1}), 1.0);
}

TEST(AccountGateTest, ARefusalClosesItAtOnce) {
    for (const auto refusal :
         {CallErrorClass::credentials, CallErrorClass::permission, CallErrorClass::clock,
          CallErrorClass::suspended, CallErrorClass::endpoint, CallErrorClass::bug}) {
        AccountGate gate;
        EXPECT_EQ(gate.on_error(refusal, kStart, 0.5), AccountGate::Turn::went_down);
        EXPECT_FALSE(gate.may_call(kStart, 0));
        EXPECT_EQ(gate.on_error(refusal, kStart, 0.5), AccountGate::Turn::none) << "told once";
    }
}

TEST(AccountGateTest, WhatMayPassClosesItOnlyAfterFiveFailuresOverFiveSeconds) {
    AccountGate gate;
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(gate.on_error(CallErrorClass::transport, kStart + seconds{2 * i}, 0.5),
                  AccountGate::Turn::none);
    }
    EXPECT_EQ(gate.on_error(CallErrorClass::server, kStart + seconds{8}, 0.5),
              AccountGate::Turn::went_down);
    AccountGate expired;
    for (int i = 0; i < 4; ++i)
        (void)expired.on_error(CallErrorClass::session, kStart + seconds{2 * i}, 0.5);
    EXPECT_EQ(expired.on_error(CallErrorClass::session, kStart + seconds{8}, 0.5),
              AccountGate::Turn::went_down);
    AccountGate quick;
    for (int i = 0; i < 50; ++i) {
        EXPECT_EQ(quick.on_error(CallErrorClass::transport, kStart, 0.5), AccountGate::Turn::none);
    }
    AccountGate lucky;
    for (int i = 0; i < 50; ++i) {
        EXPECT_EQ(lucky.on_error(CallErrorClass::transport, kStart + seconds{i}, 0.5),
                  AccountGate::Turn::none);
        if (i % 4 == 3) (void)lucky.on_answer();
    }
}

TEST(AccountGateTest, AClosedOneIsProbedOneByOneFurtherAndFurtherApart) {
    AccountGate gate;
    SteadyTime now = kStart;
    for (int i = 0; i < 5; ++i) {
        (void)gate.on_error(CallErrorClass::transport, now, 0.0);
        now += seconds{5};
    }
    (void)gate.on_answer();
    for (int i = 0; i < 5; ++i) {
        now += seconds{5};
        (void)gate.on_error(CallErrorClass::transport, now, 0.99);
    }
    ASSERT_TRUE(gate.is_down());
    milliseconds last{0};
    for (int i = 0; i < 10; ++i) {
        const SteadyTime probe = *gate.probe_at();
        EXPECT_FALSE(gate.may_call(probe - milliseconds{1}, 0));
        EXPECT_TRUE(gate.may_call(probe, 0));
        EXPECT_FALSE(gate.may_call(probe, 1));
        const auto wait = std::chrono::floor<milliseconds>(probe - now);
        EXPECT_GE(wait, last);
        EXPECT_LE(wait, seconds{60});
        last = wait;
        now = probe;
        (void)gate.on_error(CallErrorClass::transport, now, 0.99);
    }
    EXPECT_GE(last, seconds{59});
    EXPECT_EQ(gate.on_answer(), AccountGate::Turn::came_up);
    EXPECT_TRUE(gate.may_call(now, 7));
}

TEST(AccountGateTest, WhereTheCauseMayBeGoneItIsProbedAtOnceAndThenAsEver) {
    AccountGate gate;
    gate.on_new_credentials(kStart);
    EXPECT_FALSE(gate.probe_at()) << "it is not down";
    (void)gate.on_error(CallErrorClass::credentials, kStart, 0.5);
    EXPECT_FALSE(gate.may_call(kStart, 0));
    gate.on_new_credentials(kStart);
    EXPECT_TRUE(gate.may_call(kStart, 0));
    EXPECT_FALSE(gate.may_call(kStart, 1));
    (void)gate.on_error(CallErrorClass::credentials, kStart, 0.5);
    EXPECT_FALSE(gate.may_call(kStart + seconds{29}, 0));
}

TEST(AccountGateTest, NewCredentialsHastenNothingThatTheyDoNotMend) {
    for (const auto refusal : {CallErrorClass::suspended, CallErrorClass::clock,
                               CallErrorClass::endpoint, CallErrorClass::bug}) {
        AccountGate gate;
        (void)gate.on_error(refusal, kStart, 0.5);
        gate.on_new_credentials(kStart);
        EXPECT_FALSE(gate.may_call(kStart + seconds{29}, 0));
    }
    AccountGate permitted;
    (void)permitted.on_error(CallErrorClass::permission, kStart, 0.5);
    permitted.on_new_credentials(kStart);
    EXPECT_TRUE(permitted.may_call(kStart, 0));
}

TEST(AccountGateTest, ARefusedOneIsProbedNoMoreThanTwiceAMinute) {
    AccountGate gate;
    SteadyTime now = kStart;
    (void)gate.on_error(CallErrorClass::suspended, now, 0.0);
    for (int i = 0; i < 10; ++i) {
        const SteadyTime probe = *gate.probe_at();
        EXPECT_GE(probe - now, seconds{30});
        EXPECT_LE(probe - now, seconds{90});
        now = probe;
        (void)gate.on_error(CallErrorClass::suspended, now, i / 10.0);
    }
}

TEST(AccountGateTest, AProbeThatGetsLostDoesNotHastenTheNextOfARefusedOne) {
    AccountGate gate;
    SteadyTime now = kStart;
    (void)gate.on_error(CallErrorClass::suspended, now, 0.0);
    for (const auto lost : {CallErrorClass::transport, CallErrorClass::server}) {
        now = *gate.probe_at();
        (void)gate.on_error(lost, now, 0.0);
        EXPECT_GE(*gate.probe_at() - now, seconds{30});
    }
    (void)gate.on_answer();
    for (int i = 0; i < 5; ++i)
        (void)gate.on_error(CallErrorClass::transport, now += seconds{2}, 0.0);
    EXPECT_TRUE(gate.is_down());
    EXPECT_LT(*gate.probe_at() - now, seconds{30}) << "nobody has to mend anything now";
}

TEST(AccountGateTest, ThrottlingIsASignOfLife) {
    AccountGate gate;
    for (int i = 0; i < 50; ++i) {
        EXPECT_EQ(gate.on_error(CallErrorClass::throttled, kStart + seconds{i}, 0.5),
                  AccountGate::Turn::none);
    }
    EXPECT_FALSE(gate.is_down());
}

TEST(AccountGateTest, RefusedRequestsCloseItOnlyWhereNothingElseIsAnswered) {
    AccountGate gate;
    for (int i = 0; i < 50; ++i) {
        EXPECT_EQ(gate.on_error(CallErrorClass::request, kStart + seconds{i}, 0.5),
                  AccountGate::Turn::none);
        if (i % 3 == 0) (void)gate.on_answer();
    }
    for (int i = 50; i < 60; ++i)
        (void)gate.on_error(CallErrorClass::request, kStart + seconds{i}, 0.5);
    EXPECT_TRUE(gate.is_down());
}

TEST(OperationGateTest, AClosedOneIsTriedByOneCallFurtherAndFurtherApart) {
    OperationGate gate;
    EXPECT_GT(gate.calls_allowed(kStart), 1'000U);
    SteadyTime now = kStart;
    EXPECT_EQ(gate.on_refusal(now, 0.5), OperationGate::Turn::closed);
    EXPECT_EQ(gate.on_refusal(now, 0.5), OperationGate::Turn::none) << "it was under way already";
    seconds last{0};
    for (int i = 0; i < 12; ++i) {
        const SteadyTime next = gate.try_at().value();
        EXPECT_EQ(gate.calls_allowed(next - milliseconds{1}), 0U);
        EXPECT_EQ(gate.calls_allowed(next), 1U);
        gate.on_call();
        EXPECT_EQ(gate.calls_allowed(next), 0U) << "one at a time";
        EXPECT_EQ(gate.try_at(), std::nullopt);
        EXPECT_GE(next - now, last);
        last = std::chrono::floor<seconds>(next - now);
        now = next;
        EXPECT_EQ(gate.on_refusal(now, 0.99), OperationGate::Turn::none);
    }
    EXPECT_LE(last, minutes{61});
    EXPECT_GE(last, minutes{50});
    now = gate.try_at().value();
    gate.on_call();
    gate.on_failure();
    EXPECT_EQ(gate.calls_allowed(now), 1U) << "it learned nothing, so it tries again";
    EXPECT_EQ(gate.on_answer(), OperationGate::Turn::opened);
    EXPECT_GT(gate.calls_allowed(now), 1'000U);
    EXPECT_EQ(gate.on_answer(), OperationGate::Turn::none);
}

TEST(FailedCallTest, WhatBecomesOfItsImages) {
    struct Row {
        FailedCall call;
        AfterFailure fate;
    };
    const CallErrorClass permission = CallErrorClass::permission, request = CallErrorClass::request;
    const Row table[] = {
        {{permission, 20, true, false}, AfterFailure::at_once},
        {{permission, 20, false, false}, AfterFailure::wait},
        {{request, 20, true, true}, AfterFailure::apart},
        {{request, 2, false, false}, AfterFailure::apart},
        {{request, 1, true, false}, AfterFailure::wait},
        {{request, 1, false, true}, AfterFailure::poison},
    };
    for (const Row& row : table) EXPECT_EQ(after_failure(row.call), row.fate);
    for (const auto error_class :
         {CallErrorClass::transport, CallErrorClass::server, CallErrorClass::throttled,
          CallErrorClass::credentials, CallErrorClass::clock, CallErrorClass::suspended,
          CallErrorClass::endpoint}) {
        EXPECT_EQ(after_failure({error_class, 20, true, true}), AfterFailure::wait);
        EXPECT_EQ(after_failure({error_class, 1, true, true}), AfterFailure::wait);
    }
}

TEST(ExistenceTest, GoneNeedsTwoAnswersOfTheRightKind) {
    const auto state = [](ImageState now, bool seen, milliseconds known, bool second,
                          bool guarded) {
        return after_not_exist({now, seen, known, second, guarded});
    };
    EXPECT_EQ(state(ImageState::tracked, true, minutes{9}, false, false), ImageState::tracked);
    EXPECT_EQ(state(ImageState::tracked, true, minutes{10}, false, false), ImageState::suspect);
    EXPECT_EQ(state(ImageState::tracked, true, minutes{10}, true, false), ImageState::suspect);
    EXPECT_EQ(state(ImageState::suspect, true, minutes{20}, false, false), ImageState::suspect);
    EXPECT_EQ(state(ImageState::suspect, true, minutes{20}, true, true), ImageState::suspect);
    EXPECT_EQ(state(ImageState::suspect, true, minutes{20}, true, false), ImageState::gone);
    EXPECT_EQ(state(ImageState::pending, false, minutes{9}, true, false), ImageState::pending);
    EXPECT_EQ(state(ImageState::pending, false, minutes{11}, true, false), ImageState::suspect);
    EXPECT_EQ(state(ImageState::suspect, false, minutes{20}, true, false),
              ImageState::never_existed);
    EXPECT_EQ(state(ImageState::gone, true, hours{20}, true, false), ImageState::gone);
}

TEST(ExistenceTest, TheGuardNeedsTwentyAndATenth) {
    EXPECT_FALSE(vodcatalog::is_guarded(19, 20));
    EXPECT_FALSE(vodcatalog::is_guarded(20, 200));
    EXPECT_TRUE(vodcatalog::is_guarded(20, 199));
    EXPECT_TRUE(vodcatalog::is_guarded(1'000, 5'000));
}

TEST(BackoffTest, DoublesToItsLimitWithFullJitter) {
    EXPECT_EQ(full_jitter(1, seconds{1}, seconds{60}, 0.5), milliseconds{500});
    EXPECT_EQ(full_jitter(4, seconds{1}, seconds{60}, 0.5), seconds{4});
    EXPECT_EQ(full_jitter(1'000'000, seconds{1}, seconds{60}, 0.5), seconds{30});
    EXPECT_EQ(full_jitter(1, seconds{1}, seconds{60}, 0.0), milliseconds{100});
}

TEST(WaitingRoomTest, ReleasesEachWhenItsTimeHasCome) {
    WaitingRoom room;
    room.add(7, kStart, 0.5);
    room.add(8, kStart, 0.9);
    room.add(7, kStart + seconds{1}, 0.5);
    std::vector<std::int64_t> out;
    const auto use = [&](std::int64_t key) { out.push_back(key); };
    EXPECT_EQ(room.next(), kStart + milliseconds{500});
    room.release(kStart + milliseconds{899}, use);
    EXPECT_EQ(out, (std::vector<std::int64_t>{7}));
    room.release(kStart + seconds{2}, use);
    EXPECT_EQ(out, (std::vector<std::int64_t>{7, 8, 7}));
    EXPECT_EQ(room.next(), SteadyTime::max());
    room.forget(7);
    room.add(7, kStart, 0.5);
    EXPECT_EQ(room.next(), kStart + milliseconds{500}) << "its failures were not forgotten";
}

}  // namespace
