#include "daemon/sync/poll_plan.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace {

using catalog::ImageState;
using catalog::StatusKind;
using catalog::Tier;
using catalog::WallTime;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using vodcatalog::first_poll;
using vodcatalog::Poll;
using vodcatalog::poll_plan;
using vodcatalog::PollState;
using vodcatalog::sweep_slot;

const WallTime kNow = catalog::from_ms(1'767'323'045'000);

struct Row {
    const char* what;
    ImageState state;
    StatusKind status;
    milliseconds age;
    bool just_uploaded;
    Tier tier;
    milliseconds gap_min;
    milliseconds gap_max;
};

TEST(PollPlanTest, EachStateHasItsTierAndGap) {
    const Row rows[] = {
        {"uploading, new", ImageState::tracked, StatusKind::uploading, seconds{0}, false, Tier::hot,
         seconds{2}, seconds{2}},
        {"uploading, 8 s", ImageState::tracked, StatusKind::uploading, seconds{8}, false, Tier::hot,
         seconds{2}, seconds{2}},
        {"uploading, 100 s", ImageState::tracked, StatusKind::uploading, seconds{100}, false,
         Tier::hot, seconds{7}, seconds{7}},
        {"uploading, 15 min", ImageState::tracked, StatusKind::uploading, minutes{15}, false,
         Tier::hot, seconds{21}, seconds{21}},
        {"in the future", ImageState::tracked, StatusKind::uploading, -hours{5}, false, Tier::hot,
         seconds{2}, seconds{2}},
        {"stuck, 60 min", ImageState::tracked, StatusKind::uploading, minutes{60}, false,
         Tier::cold, minutes{3}, minutes{6}},
        {"stuck, 10 h", ImageState::tracked, StatusKind::uploading, hours{10}, false, Tier::cold,
         minutes{30}, minutes{60}},
        {"stuck, 100 d", ImageState::tracked, StatusKind::uploading, hours{2'400}, false,
         Tier::cold, hours{12}, hours{24}},
        {"normal, new", ImageState::tracked, StatusKind::normal, seconds{0}, false, Tier::cold,
         minutes{30}, hours{1}},
        {"normal, 10 h", ImageState::tracked, StatusKind::normal, hours{10}, false, Tier::cold,
         minutes{150}, hours{5}},
        {"normal, 1 a", ImageState::tracked, StatusKind::normal, hours{8'760}, false, Tier::cold,
         hours{10}, hours{20}},
        {"failed, 1 a", ImageState::tracked, StatusKind::upload_fail, hours{8'760}, false,
         Tier::cold, hours{10}, hours{20}},
        {"strange", ImageState::tracked, StatusKind::other, hours{10}, false, Tier::cold,
         minutes{150}, hours{5}},
        {"no status", ImageState::tracked, StatusKind::none, hours{10}, false, Tier::cold,
         minutes{150}, hours{5}},
        {"pending, new", ImageState::pending, StatusKind::none, seconds{0}, false, Tier::warm,
         seconds{5}, seconds{5}},
        {"pending, 100 s", ImageState::pending, StatusKind::none, seconds{100}, false, Tier::warm,
         seconds{10}, seconds{10}},
        {"pending, 1 d", ImageState::pending, StatusKind::none, hours{24}, false, Tier::warm,
         hours{1}, hours{1}},
        {"told by the uploader", ImageState::pending, StatusKind::none, seconds{0}, true, Tier::hot,
         seconds{2}, seconds{2}},
        {"told, 100 s ago", ImageState::pending, StatusKind::none, seconds{100}, true, Tier::hot,
         seconds{7}, seconds{7}},
        {"told, 10 min ago", ImageState::pending, StatusKind::none, minutes{10}, true, Tier::warm,
         milliseconds{17'146}, milliseconds{17'146}},
        {"suspect", ImageState::suspect, StatusKind::normal, hours{9}, false, Tier::warm,
         minutes{5}, minutes{5}},
        {"gone, new", ImageState::gone, StatusKind::normal, seconds{0}, false, Tier::cold, hours{3},
         hours{6}},
        {"gone, 1 a", ImageState::gone, StatusKind::normal, hours{8'760}, false, Tier::cold,
         hours{84}, hours{168}},
        {"never existed", ImageState::never_existed, StatusKind::none, hours{40}, false, Tier::cold,
         hours{10}, hours{20}},
    };
    for (const Row& row : rows) {
        for (const std::int64_t key :
             {std::int64_t{1}, std::int64_t{12'345}, std::int64_t{999'999}}) {
            const auto poll =
                poll_plan({}, {row.state, row.status, row.age, row.just_uploaded, key}, kNow, 0.0);
            EXPECT_EQ(poll.tier, row.tier) << row.what;
            EXPECT_GE(poll.due_at - kNow, row.gap_min) << row.what << ", key " << key;
            EXPECT_LE(poll.due_at - kNow, row.gap_max) << row.what << ", key " << key;
        }
    }
}

TEST(PollPlanTest, WhatIsJustBeingUploadedIsAskedAfterTwoSecondsAndAllElseAtOnce) {
    using catalog::Source;
    for (const Source source : {Source::track_endpoint, Source::command})
        EXPECT_EQ(first_poll(source, kNow), (Poll{Tier::hot, kNow + seconds{2}}));
    for (const Source source :
         {Source::settings, Source::file, Source::discovery, Source::callback})
        EXPECT_EQ(first_poll(source, kNow), (Poll{Tier::warm, kNow}));
}

TEST(PollPlanTest, JitterOnlyShortensAndByATenthAtTheMost) {
    const PollState uploading{ImageState::tracked, StatusKind::uploading, seconds{100}, false, 1};
    EXPECT_EQ(poll_plan({}, uploading, kNow, 0.5).due_at - kNow, milliseconds{6'650});
    EXPECT_GE(poll_plan({}, uploading, kNow, 0.999).due_at - kNow, milliseconds{6'300});
    const PollState suspect{ImageState::suspect, StatusKind::normal, seconds{100}, false, 1};
    EXPECT_EQ(poll_plan({}, suspect, kNow, 0.999).due_at - kNow, minutes{5})
        << "a second opinion never comes early";
}

TEST(PollPlanTest, ColdImagesAreSweptInKeyOrder) {
    const PollState rested{ImageState::tracked, StatusKind::normal, hours{1'000}, false, 0};
    std::map<WallTime, std::set<std::int64_t>> slots;
    for (std::int64_t key = 0; key < 60'000; ++key) {
        PollState state = rested;
        state.image_key = key;
        slots[poll_plan({}, state, kNow + milliseconds{key * 7 % 60'000}, 0.3).due_at].insert(key);
    }
    // Whatever the moment within a minute, a block of keys shares its slot, and the slots are a
    // minute apart.
    EXPECT_LE(slots.size(), 602U);
    for (const auto& [due_at, keys] : slots)
        EXPECT_LE(*keys.rbegin() - *keys.begin(), 199) << "a slot mixes far keys";
}

TEST(PollPlanTest, AnImportIsSpreadOverHours) {
    std::map<std::int64_t, int> per_hour;
    for (std::int64_t key = 0; key < 1'000'000; key += 10) {
        const auto poll = poll_plan(
            {}, {ImageState::tracked, StatusKind::normal, hours{9'999}, false, key}, kNow, 0);
        ++per_hour[(poll.due_at - kNow) / hours{1}];
    }
    for (const auto& [hour, images] : per_hour) EXPECT_LE(images, 11'000) << "hour " << hour;
}

TEST(PollPlanTest, ASweptImageKeepsItsPeriod) {
    PollState state{ImageState::tracked, StatusKind::normal, hours{9'999}, false, 54'321};
    WallTime due_at = poll_plan({}, state, kNow, 0).due_at;
    for (int i = 0; i < 10; ++i) {
        const auto next = poll_plan({}, state, due_at + seconds{40}, 0).due_at;
        EXPECT_EQ(next - due_at, hours{20});
        due_at = next;
    }
}

TEST(PollPlanTest, ShortGapsAreNotSwept) {
    EXPECT_EQ(sweep_slot(kNow + minutes{3}, minutes{3}, hours{10}, 777), kNow + minutes{3});
}

}  // namespace
