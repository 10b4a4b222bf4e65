#include "daemon/web/metrics.h"

#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "daemon/web/status_json.h"
#include "tests/world/file.h"

namespace vodcatalog {
namespace {

using catalog::from_ms;
using catalog::ImageState;
using catalog::StatusKind;
using catalog::Tier;
using std::chrono::seconds;

constexpr std::int64_t kNow = 1'767'323'045'000;

/// Something in every place.
DaemonStatus full_status() {
    DaemonStatus status;
    status.version = "1.2.3";
    status.started_at = from_ms(kNow - 60'000);
    status.last_exit = {"crashed", "It crashed.", 0, "oom-kill"};
    status.now = from_ms(kNow);
    DaemonStatus::Account account;
    account.name = "main";
    account.answered_at = from_ms(kNow - 1'500);
    account.paces = {{Operation::get_image_infos, 1.5, 3}, {Operation::get_image_info, 20, 20}};
    account.in_flight = 2;
    account.credentials = {true, from_ms(kNow + 3'600'000)};
    status.accounts.push_back(account);
    status.catalog_bytes = 4'096;
    status.wal_bytes = 0;
    catalog::CatalogFigures figures;
    figures.images = {{"main", ImageState::tracked, StatusKind::normal, 5},
                      {"main", ImageState::suspect, StatusKind::normal, 2},
                      {"main", ImageState::gone, StatusKind::normal, 1},
                      {"main", ImageState::untracked, StatusKind::normal, 9},
                      {"removed", ImageState::tracked, StatusKind::normal, 7}};
    figures.due = {{"main", Tier::hot, from_ms(kNow - 12'000)},
                   {"main", Tier::cold, from_ms(kNow + 5'000)},
                   {"removed", Tier::hot, from_ms(0)}};
    figures.incidents = {{catalog::Rule::upload_failed, 4}};
    figures.notices = {{"oncall", 3, 1, from_ms(kNow - 30'000)}, {"idle", 0, 2, std::nullopt}};
    status.figures = figures;
    return status;
}

class MetricsTest : public testing::Test {
protected:
    MetricsTest() {
        metrics.call_ended("main", Operation::get_image_infos, std::nullopt,
                           std::chrono::milliseconds{40});
        metrics.call_ended("main", Operation::get_image_infos, CallErrorClass::throttled,
                           seconds{2});
        catalog::StatusChange change{"Uploading", "Normal", from_ms(kNow - 3'000), from_ms(kNow),
                                     true};
        metrics.status_changed("main", change);
        metrics.notice_attempted("oncall", "failed", seconds{1});
        metrics.notice_attempted("oncall", "delivered", seconds{40});
    }
    [[nodiscard]] bool has(const std::string& line) const {
        const std::string all = "\n" + metrics.text(status);
        return all.find("\n" + line + "\n") != std::string::npos;
    }

    DaemonStatus status = full_status();
    Metrics metrics;
};

TEST_F(MetricsTest, WhatHappenedIsCounted) {
    const std::string account = R"({account="main",operation="GetImageInfos")";
    for (const std::string& line : {
             "vodcatalog_calls_total" + account + R"(,result="answered"} 1)",
             "vodcatalog_calls_total" + account + R"(,result="throttled"} 1)",
             "vodcatalog_call_duration_seconds_bucket" + account + R"(,le="0.05"} 1)",
             "vodcatalog_call_duration_seconds_bucket" + account + R"(,le="2.5"} 2)",
             std::string(R"(vodcatalog_status_changes_total{account="main",from="Uploading",)") +
                 R"(to="Normal"} 1)",
             std::string(R"(vodcatalog_detection_delay_bound_seconds_sum{account="main"} 3)"),
             std::string(
                 R"(vodcatalog_notice_attempts_total{channel="oncall",outcome="failed"} 1)"),
             std::string(R"(vodcatalog_notice_delay_seconds_sum{channel="oncall"} 40)"),
         })
        EXPECT_TRUE(has(line)) << line << "\n" << metrics.text(status);
}

TEST_F(MetricsTest, WhatTheDaemonIsInIsTold) {
    for (const char* line : {
             R"(vodcatalog_build_info{version="1.2.3"} 1)",
             R"(process_start_time_seconds 1767322985)",
             R"(vodcatalog_healthy 1)",
             R"(vodcatalog_last_exit_info{how="crashed"} 1)",
             R"(vodcatalog_account_up{account="main"} 1)",
             R"(vodcatalog_last_answer_timestamp_seconds{account="main"} 1767323043.5)",
             R"(vodcatalog_pacer_calls_per_second{account="main",operation="GetImageInfos"} 1.5)",
             R"(vodcatalog_credentials_expiry_timestamp_seconds{account="main"} 1767326645)",
             R"(vodcatalog_images{account="main",status="Normal"} 7)",
             R"(vodcatalog_images{account="main",status="gone"} 1)",
             R"(vodcatalog_images{account="main",status="Uploading"} 0)",
             R"(vodcatalog_suspect_images{account="main"} 2)",
             R"(vodcatalog_due_lag_seconds{account="main",tier="hot"} 12)",
             R"(vodcatalog_due_lag_seconds{account="main",tier="cold"} 0)",
             R"(vodcatalog_incidents_open{rule="upload_failed",severity="warning"} 4)",
             R"(vodcatalog_incidents_open{rule="account_down",severity="critical"} 0)",
             R"(vodcatalog_notices{channel="oncall",state="pending"} 3)",
             R"(vodcatalog_notices{channel="idle",state="dead"} 2)",
             R"(vodcatalog_notice_overdue_seconds{channel="oncall"} 30)",
             R"(vodcatalog_notice_overdue_seconds{channel="idle"} 0)",
             R"(vodcatalog_catalog_bytes 4096)",
         })
        EXPECT_TRUE(has(line)) << line << "\n" << metrics.text(status);
}

TEST_F(MetricsTest, AnAccountThatIsNotInTheSettingsIsNotTold) {
    EXPECT_EQ(metrics.text(status).find("removed"), std::string::npos);
}

TEST_F(MetricsTest, WhatIsWrongIsTold) {
    status.wrong = "the disk is full";
    status.missing = "starting";
    status.trouble = DaemonStatus::Trouble{from_ms(kNow), "the disk is full"};
    status.figures.reset();
    status.accounts[0].down = CallErrorClass::credentials;
    for (const char* line :
         {"vodcatalog_healthy 0", "vodcatalog_ready 0", "vodcatalog_catalog_writable 0",
          "vodcatalog_catalog_readable 0", R"(vodcatalog_account_up{account="main"} 0)"})
        EXPECT_TRUE(has(line)) << line;
    EXPECT_EQ(metrics.text(status).find("vodcatalog_images"), std::string::npos);
}

TEST_F(MetricsTest, WhatTheCloudWroteIsNoLabel) {
    const std::string hostile = "Nor\"mal\n} 1\nfake_metric 7 \\";
    metrics.status_changed("main", {hostile, hostile, std::nullopt, from_ms(kNow), false});
    const std::string text = metrics.text(status);
    EXPECT_EQ(text.find("fake_metric"), std::string::npos);
    EXPECT_TRUE(
        has(R"(vodcatalog_status_changes_total{account="main",from="other",to="other"} 1)"));
}

/// docs/metrics.md has a row for each metric, and none for others.
TEST_F(MetricsTest, TheDocumentListsAllOfThem) {
    std::set<std::string> told;
    const std::string text = metrics.text(status);
    static const std::regex type("# TYPE ([a-z_]+) [a-z]+");
    for (std::sregex_iterator it(text.begin(), text.end(), type), end; it != end; ++it)
        told.insert((*it)[1]);
    std::set<std::string> listed;
    const std::string document = world::read_text(VODCATALOG_DOCS "/metrics.md");
    static const std::regex row("\n\\| `([a-z_]+)` \\|");
    for (std::sregex_iterator it(document.begin(), document.end(), row), end; it != end; ++it)
        listed.insert((*it)[1]);
    EXPECT_EQ(told, listed);
}

TEST(StatusJsonTest, TellsTheSameAsOneObject) {
    DaemonStatus status = full_status();
    status.accounts[0].down = CallErrorClass::clock;
    status.wrong = "a \"quoted\" reason";
    EXPECT_EQ(to_json(status),
              R"({"version":"1.2.3","started_at":"2026-01-02T03:03:05.000Z",)"
              R"("now":"2026-01-02T03:04:05.000Z","ready":true,"healthy":false,)"
              R"("wrong":"a \"quoted\" reason",)"
              R"("last_exit":{"how":"crashed","exit_code":0,"service_result":"oom-kill",)"
              R"("sentence":"It crashed."},)"
              R"("accounts":[{"name":"main","state":"down",)"
              R"("down_by":"clock","answered_at":"2026-01-02T03:04:03.500Z","calls_in_flight":2,)"
              R"("credentials":{"available":true,"expire_at":"2026-01-02T04:04:05.000Z"}}],)"
              R"("catalog":{"bytes":4096,"wal_bytes":0,"writable":true,"readable":true},)"
              R"("open_incidents":{"upload_failed":4},)"
              R"("undelivered_notices":{"oncall":{"pending":3,"dead":1},)"
              R"("idle":{"pending":0,"dead":2}}})");
}

}  // namespace
}  // namespace vodcatalog
