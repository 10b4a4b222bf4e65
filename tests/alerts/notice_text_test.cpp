#include "daemon/alerts/notice_text.h"

#include <gtest/gtest.h>

namespace {

using catalog::CloseReason;
using catalog::Notice;
using catalog::NoticeItem;
using catalog::NoticeKind;
using catalog::Rule;
using std::chrono::minutes;
using vodcatalog::item_text;
using vodcatalog::notice_text;
using vodcatalog::notice_title;

/// 2026-01-02T03:04:05Z
const catalog::WallTime kThen = catalog::from_ms(1'767'323'045'000);

NoticeItem item(Rule rule, NoticeKind kind, const std::string& image_id = "") {
    NoticeItem item;
    item.incident_id = 1;
    item.kind = kind;
    item.rule = rule;
    item.account = "main";
    item.image_id = image_id;
    item.opened_at = kThen;
    if (kind == NoticeKind::closed) item.closed_at = kThen + minutes{5};
    return item;
}

TEST(NoticeTextTest, AnIncidentThatIsOpenSaysSinceWhen) {
    NoticeItem open = item(Rule::account_down, NoticeKind::firing);
    open.detail = "Timeout: no answer";
    EXPECT_EQ(item_text(open), "main since 2026-01-02T03:04:05Z. Timeout: no answer");
    NoticeItem image = item(Rule::upload_stuck, NoticeKind::firing, "a");
    image.title = "A cat";
    image.late = true;
    EXPECT_EQ(item_text(image),
              "main/a \"A cat\" since 2026-01-02T03:04:05Z, learned when the cloud answered again");
    EXPECT_EQ(item_text(item(Rule::account_down, NoticeKind::reminder)),
              "main is still so, since 2026-01-02T03:04:05Z");
    image.account.clear();
    image.image_id.clear();
    EXPECT_EQ(item_text(image).substr(0, 10), "the daemon");
}

TEST(NoticeTextTest, OnlyAnAnswerSaysThatItIsResolved) {
    const std::pair<CloseReason, const char*> table[] = {
        {CloseReason::resolved, "resolved"},
        {CloseReason::failed, "ended: the upload has failed"},
        {CloseReason::gone, "ended: the image does not exist any more"},
        {CloseReason::untracked, "no longer watched: it was untracked"},
        {CloseReason::acknowledged, "no longer watched: it was acknowledged"},
        {CloseReason::expired, "no longer watched: it was open for too long"},
    };
    for (const auto& [reason, words] : table) {
        NoticeItem closed = item(Rule::upload_stuck, NoticeKind::closed, "a");
        closed.reason = reason;
        EXPECT_EQ(item_text(closed), "main/a began at 2026-01-02T03:04:05Z, " + std::string(words) +
                                         " at 2026-01-02T03:09:05Z");
        EXPECT_EQ(item_text(closed).find("resolved") != std::string::npos,
                  reason == CloseReason::resolved);
    }
}

TEST(NoticeTextTest, WhatWasNeverToldWasSoAndIsOver) {
    NoticeItem closed = item(Rule::account_down, NoticeKind::closed);
    closed.told = false;
    EXPECT_EQ(item_text(closed),
              "main was so, and is over: it began at 2026-01-02T03:04:05Z, resolved at "
              "2026-01-02T03:09:05Z");
}

TEST(NoticeTextTest, AMessageNamesItsRuleAndCountsWhatItDoesNotList) {
    Notice notice;
    notice.items.push_back(item(Rule::upload_failed, NoticeKind::firing, "a"));
    notice.counts.push_back({NoticeKind::firing, Rule::upload_failed, 200, 0});
    EXPECT_EQ(notice_title(notice), "[warning] upload_failed: main/a and 199 more");
    EXPECT_EQ(notice_text(notice),
              "upload_failed: 200\nThe upload has failed.\n- main/a since 2026-01-02T03:04:05Z\n"
              "and 199 more, see the view open_incident and the table incident\nWhat to do: " +
                  std::string(text_of(Rule::upload_failed).runbook) + "\n");
}

TEST(NoticeTextTest, AReminderAndAnEndAreWordedAsSuch) {
    Notice notice;
    notice.kind = NoticeKind::reminder;
    notice.items.push_back(item(Rule::account_down, NoticeKind::reminder));
    notice.counts.push_back({NoticeKind::reminder, Rule::account_down, 1, 0});
    EXPECT_EQ(notice_title(notice), "[reminder] account_down: main");
    EXPECT_EQ(notice_text(notice).substr(0, 27), "account_down: 1 still open\n");
    notice.kind = NoticeKind::closed;
    notice.items[0].kind = notice.counts[0].kind = NoticeKind::closed;
    EXPECT_EQ(notice_title(notice), "[closed] account_down: main");
    EXPECT_EQ(notice_text(notice).find("What to do"), std::string::npos);
}

TEST(NoticeTextTest, ADigestHasASectionForEachSortAndCountsTheLateApart) {
    Notice notice;
    notice.kind = NoticeKind::digest;
    notice.items.push_back(item(Rule::upload_stuck, NoticeKind::firing, "a"));
    notice.items.push_back(item(Rule::upload_failed, NoticeKind::closed, "b"));
    notice.counts.push_back({NoticeKind::firing, Rule::upload_stuck, 1, 1});
    notice.counts.push_back({NoticeKind::closed, Rule::upload_failed, 1, 0});
    EXPECT_EQ(notice_title(notice),
              "[digest] upload_stuck: 1, of which 1 came about while the cloud gave no answers; "
              "upload_failed: 1 closed");
    const std::string text = notice_text(notice);
    EXPECT_LT(text.find("- main/a"), text.find("\n\nupload_failed: 1 closed\n- main/b"));
}

TEST(NoticeTextTest, ATestSaysThatItIsOne) {
    const Notice notice = catalog::test_notice("chat", kThen);
    EXPECT_EQ(notice_title(notice), "[test] vodcatalog: channel chat");
    EXPECT_NE(notice_text(notice).find("Nothing is wrong."), std::string::npos);
    EXPECT_EQ(notice.severity(), catalog::Severity::information);
    EXPECT_EQ(notice.key, "test-1767323045000-chat");
}

}  // namespace
