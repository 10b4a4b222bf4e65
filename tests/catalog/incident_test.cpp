#include "catalog/incident.h"

#include <gtest/gtest.h>

#include <set>

#include "catalog/alert_policy.h"

namespace {

using catalog::AlertSubject;
using catalog::CloseReason;
using catalog::ImageState;
using catalog::Rule;
using catalog::Sight;
using catalog::StatusKind;
using catalog::Turn;
using catalog::WallTime;
using catalog::Watch;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// The daemon's first start in these tests, far from 1970.
const WallTime kStart = catalog::from_ms(1'767'323'045'000);

Watch watch() {
    Watch watch;
    watch.first_start = kStart;
    watch.watched_since = kStart;
    return watch;
}

/// "+upload_stuck(late) -image_gone:resolved ~upload_failed" and how the uploads count.
std::string said(const catalog::ImageVerdict& verdict) {
    std::string text;
    for (const auto& opening : verdict.opens) {
        text += " +" + std::string(to_string(opening.rule)) + (opening.late ? "(late)" : "");
    }
    for (const auto& closing : verdict.closes) {
        text += " -" + std::string(to_string(closing.rule)) + ":" +
                std::string(to_string(closing.reason));
    }
    if (verdict.silent) text += " ~" + std::string(to_string(*verdict.silent));
    const auto& counts = verdict.counts;
    if (counts.all() > 0) {
        text += " " + std::to_string(counts.completed) + "/" + std::to_string(counts.failed) + "/" +
                std::to_string(counts.stuck);
    }
    return text.empty() ? text : text.substr(1);
}

/// An image created `age` before its first sight, which was at kStart + 1 h.
struct Story {
    std::chrono::milliseconds age;
    Sight sight;

    explicit Story(std::chrono::milliseconds its_age) : age(its_age) {
        sight.state_before = ImageState::tracked;
        sight.first_seen_at = kStart + hours{1};
        sight.created_at = sight.first_seen_at - age;
        sight.last_known_at = sight.first_seen_at;
        sight.answered_at = sight.first_seen_at + minutes{1};
    }
    Story& first(StatusKind status) {
        sight.state_before = ImageState::pending;
        sight.first_sight = sight.status_changed = true;
        sight.status = status;
        sight.answered_at = sight.first_seen_at;
        return *this;
    }
    Story& change(StatusKind from, StatusKind to, bool expected = true) {
        sight.status_before = from;
        sight.status = to;
        sight.status_changed = true;
        sight.expected = expected;
        return *this;
    }
    Story& still_uploading(std::chrono::milliseconds at_age) {
        sight.status_before = sight.status = StatusKind::uploading;
        sight.answered_at = sight.first_seen_at - age + at_age;
        sight.last_known_at = sight.answered_at - minutes{1};
        return *this;
    }
    Story& state(ImageState before, ImageState now) {
        sight.state_before = before;
        sight.state = now;
        return *this;
    }
    Story& known_stuck() {
        sight.known_stuck = true;
        return *this;
    }
    [[nodiscard]] std::string verdict() const { return said(judge(sight, watch())); }
};

TEST(RuleTest, EachRuleHasATextOfItsOwnAndIsFoundByItsName) {
    std::set<std::string_view> names, summaries, runbooks;
    for (int i = 0; i < catalog::kRules; ++i) {
        const auto rule = static_cast<Rule>(i);
        const auto& text = text_of(rule);
        EXPECT_EQ(text.rule, rule);
        EXPECT_EQ(catalog::rule_named(text.name), rule);
        EXPECT_EQ(text.summary.back(), '.');
        EXPECT_EQ(text.runbook.back(), '.');
        names.insert(text.name);
        summaries.insert(text.summary);
        runbooks.insert(text.runbook);
    }
    EXPECT_EQ(names.size(), 17U);
    EXPECT_EQ(summaries.size(), 17U);
    EXPECT_EQ(runbooks.size(), 17U);
    EXPECT_EQ(catalog::rule_named("no_such_rule"), std::nullopt);
}

TEST(JudgeTest, TheEndOfAnUploadOpensOrCloses) {
    const auto uploading = StatusKind::uploading;
    const auto normal = StatusKind::normal;
    const auto fail = StatusKind::upload_fail;
    EXPECT_EQ(Story(minutes{1}).change(uploading, normal).verdict(),
              "-upload_stuck:resolved -upload_failed:resolved 1/0/0");
    EXPECT_EQ(Story(minutes{1}).change(uploading, fail).verdict(),
              "+upload_failed -upload_stuck:failed 0/1/0");
    EXPECT_EQ(Story(minutes{1}).change(uploading, StatusKind::other, false).verdict(),
              "+unexpected_change -upload_stuck:resolved");
    EXPECT_EQ(Story(minutes{1}).change(normal, uploading, false).verdict(), "+unexpected_change");
    EXPECT_EQ(Story(minutes{1}).change(fail, normal, false).verdict(),
              "+unexpected_change -upload_stuck:resolved -upload_failed:resolved");
    EXPECT_EQ(Story(minutes{1}).change(normal, fail, false).verdict(),
              "+upload_failed +unexpected_change -upload_stuck:failed");
}

TEST(JudgeTest, AnUploadThatWasCountedAsStuckIsNotCountedAgain) {
    EXPECT_EQ(Story(minutes{1})
                  .change(StatusKind::uploading, StatusKind::upload_fail)
                  .known_stuck()
                  .verdict(),
              "+upload_failed -upload_stuck:failed");
    EXPECT_EQ(
        Story(minutes{1}).change(StatusKind::uploading, StatusKind::normal).known_stuck().verdict(),
        "-upload_stuck:resolved -upload_failed:resolved");
}

TEST(JudgeTest, StuckIsOpenedByTheFirstAnswerPastTheThreshold) {
    EXPECT_EQ(Story(minutes{1}).still_uploading(minutes{60} - seconds{1}).verdict(), "");
    EXPECT_EQ(Story(minutes{1}).still_uploading(minutes{60}).verdict(), "+upload_stuck 0/0/1");
    EXPECT_EQ(Story(minutes{1}).still_uploading(hours{9}).verdict(), "+upload_stuck 0/0/1");
    EXPECT_EQ(Story(minutes{1}).still_uploading(hours{9}).known_stuck().verdict(), "");
}

TEST(JudgeTest, FirstSightIsSilentByAge) {
    const auto fail = StatusKind::upload_fail;
    const auto uploading = StatusKind::uploading;
    // Created after the first start, or within a day before first sight: news.
    EXPECT_EQ(Story(minutes{59}).first(fail).verdict(), "+upload_failed 0/1/0");
    EXPECT_EQ(Story(hours{24}).first(fail).verdict(), "+upload_failed");
    EXPECT_EQ(Story(hours{24}).first(uploading).verdict(), "+upload_stuck 0/0/1");
    // Older: not.
    EXPECT_EQ(Story(hours{24} + seconds{1}).first(fail).verdict(), "~upload_failed");
    EXPECT_EQ(Story(hours{25}).first(uploading).verdict(), "~upload_stuck");
    EXPECT_EQ(Story(hours{25}).first(StatusKind::normal).verdict(), "");
    // The second look at such an image neither alerts nor counts it again.
    EXPECT_EQ(Story(hours{25}).still_uploading(hours{26}).verdict(), "");
    // But what happens to it from now on is news.
    EXPECT_EQ(Story(hours{25}).change(uploading, fail).verdict(),
              "+upload_failed -upload_stuck:failed 0/1/0");
}

TEST(JudgeTest, AnImageOfAnyAgeThatWasCreatedAfterTheFirstStartIsNews) {
    Story story(hours{30});
    story.first(StatusKind::upload_fail);
    Watch since = watch();
    since.first_start = kStart - hours{48};
    EXPECT_EQ(said(judge(story.sight, since)), "+upload_failed");
}

TEST(JudgeTest, WithoutAUsableCreationTimeAgeCountsFromFirstSight) {
    Story story(hours{30});
    story.first(StatusKind::upload_fail);
    story.sight.created_at.reset();
    EXPECT_EQ(story.verdict(), "+upload_failed 0/1/0");
    story.sight.created_at = story.sight.answered_at + hours{1};
    EXPECT_EQ(story.verdict(), "+upload_failed 0/1/0");
    story.still_uploading(hours{30} + minutes{59});
    story.sight.created_at.reset();
    story.sight.first_sight = story.sight.status_changed = false;
    EXPECT_EQ(story.verdict(), "");
}

TEST(JudgeTest, WhatBecameStuckWhileNobodyCouldLookIsCountedApart) {
    Story story(minutes{1});
    story.still_uploading(hours{2});
    Watch after_outage = watch();
    after_outage.watched_since = story.sight.answered_at;
    EXPECT_EQ(said(judge(story.sight, after_outage)), "+upload_stuck(late)");
    // It became overdue after the account had come back.
    after_outage.watched_since = story.sight.first_seen_at + minutes{30};
    story.sight.last_known_at = story.sight.first_seen_at;
    EXPECT_EQ(said(judge(story.sight, after_outage)), "+upload_stuck 0/0/1");
    // It was answered after that, when it was not overdue yet by another setting.
    after_outage.watched_since = story.sight.answered_at - minutes{30};
    story.sight.last_known_at = story.sight.answered_at - minutes{10};
    EXPECT_EQ(said(judge(story.sight, after_outage)), "+upload_stuck 0/0/1");
}

TEST(JudgeTest, ExistenceOpensAndCloses) {
    EXPECT_EQ(Story(minutes{1}).state(ImageState::suspect, ImageState::gone).verdict(),
              "+image_gone -upload_failed:gone -upload_stuck:gone -unexpected_change:gone");
    EXPECT_EQ(Story(minutes{1}).state(ImageState::suspect, ImageState::never_existed).verdict(),
              "+never_existed");
    EXPECT_EQ(Story(minutes{1}).state(ImageState::tracked, ImageState::suspect).verdict(), "");
    EXPECT_EQ(Story(minutes{1}).state(ImageState::gone, ImageState::gone).verdict(), "");
    EXPECT_EQ(Story(minutes{1}).state(ImageState::gone, ImageState::tracked).verdict(),
              "-image_gone:resolved");
    EXPECT_EQ(Story(minutes{1}).state(ImageState::never_existed, ImageState::tracked).verdict(),
              "-never_existed:resolved");
}

/// "open", "close", "close:expired", or nothing.
std::string said(const Turn& turn) {
    switch (turn.kind) {
        case Turn::Kind::stay:
            return "";
        case Turn::Kind::open:
            return "open";
        case Turn::Kind::close:
            break;
    }
    return turn.reason == CloseReason::resolved ? "close"
                                                : "close:" + std::string(to_string(turn.reason));
}

TEST(JudgeTest, FailureRateOpensAtFloorAndShareAndClosesUnderHalf) {
    const catalog::FailureRate limit;  // 5, and a fifth of all
    struct {
        catalog::UploadCounts counts;
        bool open;
        const char* turn;
    } const table[] = {
        {{0, 0, 0}, false, ""},        {{0, 4, 0}, false, ""},      {{0, 5, 0}, false, "open"},
        {{0, 2, 3}, false, "open"},    {{20, 5, 0}, false, "open"}, {{21, 5, 0}, false, ""},
        {{21, 5, 0}, true, ""},        {{0, 3, 0}, true, ""},       {{0, 2, 0}, true, "close"},
        {{100, 10, 0}, true, "close"}, {{0, 0, 0}, true, "close"},
    };
    for (const auto& row : table) {
        EXPECT_EQ(said(judge(limit, row.counts, row.open)), row.turn)
            << row.counts.completed << " " << row.counts.failed << " " << row.open;
    }
}

TEST(JudgeTest, NoCompletionsNeedsUploadsThatWaitedAndAWatchThatLasted) {
    const catalog::NoCompletions limit;  // 30 min, 5 in flight
    const auto turn = [&](std::int64_t completed, std::int64_t waiting, minutes watched,
                          bool open) {
        return said(judge(limit, catalog::Completions{completed, waiting, watched}, open));
    };
    EXPECT_EQ(turn(0, 5, minutes{30}, false), "open");
    EXPECT_EQ(turn(0, 4, minutes{30}, false), "");
    EXPECT_EQ(turn(1, 5, minutes{30}, false), "");
    EXPECT_EQ(turn(0, 5, minutes{29}, false), "");
    EXPECT_EQ(turn(0, 1, minutes{30}, true), "");
    EXPECT_EQ(turn(1, 5, minutes{30}, true), "close");
    EXPECT_EQ(turn(0, 0, minutes{30}, true), "close:expired");
}

TEST(JudgeTest, OperatorsRulesOpenAndCloseApart) {
    EXPECT_EQ(said(catalog::judge_throttling(9, false)), "");
    EXPECT_EQ(said(catalog::judge_throttling(10, false)), "open");
    EXPECT_EQ(said(catalog::judge_throttling(1, true)), "");
    EXPECT_EQ(said(catalog::judge_throttling(0, true)), "close");
    constexpr std::uintmax_t kMiB = 1024 * 1024;
    const catalog::WalLimit wal;
    EXPECT_EQ(said(judge(wal, 255 * kMiB, hours{1}, false)), "");
    EXPECT_EQ(said(judge(wal, 256 * kMiB, minutes{4}, false)), "") << "a long write, or a backup";
    EXPECT_EQ(said(judge(wal, 256 * kMiB, minutes{5}, false)), "open");
    EXPECT_EQ(said(judge(wal, 128 * kMiB, {}, true)), "");
    EXPECT_EQ(said(judge(wal, 127 * kMiB, {}, true)), "close");
}

AlertSubject image_subject() {
    AlertSubject subject;
    subject.rule = Rule::upload_failed;
    subject.account = "main";
    subject.has_image = true;
    subject.image_id = "a";
    subject.category = "Products";
    subject.tags = {"red", "blue"};
    subject.storage_location = "bucket.oss";
    return subject;
}

TEST(AlertFilterTest, EachListThatIsNotEmptyMustFit) {
    const AlertSubject image = image_subject();
    EXPECT_TRUE(catalog::AlertFilter{}.passes(image));
    EXPECT_TRUE((catalog::AlertFilter{{"main"}, {"Products"}, {"blue", "x"}, {}}).passes(image));
    EXPECT_FALSE((catalog::AlertFilter{{"other"}, {}, {}, {}}).passes(image));
    EXPECT_FALSE((catalog::AlertFilter{{}, {"Others"}, {}, {}}).passes(image));
    EXPECT_FALSE((catalog::AlertFilter{{}, {}, {"green"}, {}}).passes(image));
    EXPECT_FALSE((catalog::AlertFilter{{}, {}, {}, {"elsewhere"}}).passes(image));
}

TEST(AlertFilterTest, WhatIsAboutNoImagePassesTheListsAboutImages) {
    AlertSubject account;
    account.rule = Rule::account_down;
    account.account = "main";
    EXPECT_TRUE((catalog::AlertFilter{{"main"}, {"Products"}, {"x"}, {"y"}}).passes(account));
    EXPECT_FALSE((catalog::AlertFilter{{"other"}, {}, {}, {}}).passes(account));
    AlertSubject service;
    EXPECT_TRUE((catalog::AlertFilter{{"other"}, {}, {}, {}}).passes(service));
}

TEST(SilenceTest, CoversWhatFitsWhileItLasts) {
    catalog::Silence silence;
    silence.starts_at = kStart;
    silence.ends_at = kStart + hours{1};
    silence.tag = "blue";
    const AlertSubject image = image_subject();
    EXPECT_TRUE(silence.covers(image, kStart));
    EXPECT_FALSE(silence.covers(image, kStart - seconds{1}));
    EXPECT_FALSE(silence.covers(image, kStart + hours{1}));
    AlertSubject account;
    account.account = "main";
    EXPECT_FALSE(silence.covers(account, kStart)) << "it is about images with a tag";
    silence.rule = "upload_stuck";
    EXPECT_FALSE(silence.covers(image, kStart));
}

TEST(AlertPolicyTest, RulesAboutImagesAreInTheDigestUnlessTheSettingsSayOtherwise) {
    catalog::AlertPolicy policy;
    EXPECT_TRUE(policy.in_digest(Rule::upload_failed));
    EXPECT_FALSE(policy.in_digest(Rule::account_down));
    EXPECT_FALSE(policy.in_digest(Rule::import_ended));
    policy.individually = {Rule::upload_failed};
    EXPECT_FALSE(policy.in_digest(Rule::upload_failed));
    EXPECT_TRUE(policy.in_digest(Rule::upload_stuck));
    const WallTime quarter = catalog::from_ms(1'767'322'800'000);  // 03:00:00Z
    EXPECT_EQ(catalog::digest_due(quarter, minutes{15}), quarter + minutes{15});
    EXPECT_EQ(catalog::digest_due(quarter + seconds{1}, minutes{15}), quarter + minutes{15});
}

}  // namespace
