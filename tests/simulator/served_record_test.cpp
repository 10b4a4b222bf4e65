#include "tests/simulator/served_record.h"

#include <gtest/gtest.h>

#include "tests/simulator/token_bucket.h"

namespace simulator {
namespace {

Told told(std::uint64_t request, std::optional<std::string> status) {
    return {{1, request}, {{"a", std::move(status)}}, {}};
}

std::vector<std::string> statuses(const ServedRecord& record) {
    std::vector<std::string> all;
    for (const ServedRecord::Run& run : record.of("a").runs) all.push_back(run.status);
    return all;
}

using Statuses = std::vector<std::string>;

TEST(ServedRecord, EqualStatusesInARowAreOneRun) {
    ServedRecord record;
    record.add(told(1, "Uploading"), 1'000);
    record.add(told(2, "Uploading"), 2'000);
    record.add(told(3, "Normal"), 3'000);
    EXPECT_EQ(statuses(record), (Statuses{"Uploading", "Normal"}));
    const ServedRecord::Run uploading = record.of("a").runs.front();
    EXPECT_EQ(uploading.count, 2U);
    EXPECT_EQ(uploading.from, 1'000);
    EXPECT_EQ(uploading.to, 2'000);
    EXPECT_EQ(uploading.first.back().request_id, (RequestId{1, 2}));
}

TEST(ServedRecord, AnAnswerWithoutStatusStartsNoRun) {
    ServedRecord record;
    record.add(told(1, "Uploading"), 1'000);
    record.add(told(2, std::nullopt), 2'000);
    record.add(told(3, "Uploading"), 3'000);
    EXPECT_EQ(statuses(record), Statuses{"Uploading"});
    EXPECT_EQ(record.of("a").without_status, 1U);
}

TEST(ServedRecord, ANotExistAnswerIsKeptApart) {
    ServedRecord record;
    record.add(told(1, "Normal"), 1'000);
    record.add({{1, 2}, {}, {"a", "never"}}, 2'000);
    EXPECT_EQ(statuses(record), Statuses{"Normal"});
    EXPECT_EQ(record.of("a").not_exist.value_or(ServedRecord::Run{}).count, 1U);
    EXPECT_EQ(record.of("never").not_exist.value_or(ServedRecord::Run{}).from, 2'000);
}

TEST(ServedRecord, ARunKeepsItsFirstAndLastAnswersAndTheNumberOfAll) {
    ServedRecord record;
    for (std::uint64_t i = 1; i <= 1'000; ++i) {
        record.add(told(i, "Normal"), static_cast<std::int64_t>(i));
    }
    const ServedRecord::Run run = record.of("a").runs.front();
    EXPECT_EQ(run.count, 1'000U);
    EXPECT_EQ(run.first.size(), ServedRecord::kFirst);
    EXPECT_EQ(run.last.size(), ServedRecord::kLast);
    EXPECT_EQ(run.first.back().request_id, (RequestId{1, 50}));
    EXPECT_EQ(run.last.front().request_id, (RequestId{1, 801}));
    EXPECT_EQ(run.to, 1'000);
}

TEST(ServedRecord, WhatDidNotGetThroughIsTakenBack) {
    ServedRecord record;
    record.add(told(1, "Uploading"), 1'000);
    record.add(told(2, "Uploading"), 2'000);
    record.take_back(told(2, "Uploading"));
    EXPECT_EQ(record.of("a").runs.front().count, 1U);
    EXPECT_EQ(record.of("a").runs.front().to, 1'000);
    record.add(told(3, "Normal"), 3'000);
    record.take_back(told(3, "Normal"));
    EXPECT_EQ(statuses(record), Statuses{"Uploading"});
    record.take_back({{1, 4}, {}, {"never"}});
    EXPECT_FALSE(record.of("never").not_exist);
}

TEST(ServedRecord, RunsAroundOneTakenBackBecomeOne) {
    ServedRecord record;
    record.add(told(1, "Normal"), 1'000);
    record.add(told(2, "Uploading"), 2'000);
    record.add(told(3, "Normal"), 3'000);
    record.take_back(told(2, "Uploading"));
    ASSERT_EQ(statuses(record), Statuses{"Normal"});
    EXPECT_EQ(record.of("a").runs.front().count, 2U);
    EXPECT_EQ(record.of("a").runs.front().from, 1'000);
    EXPECT_EQ(record.of("a").runs.front().to, 3'000);
}

TEST(ServedRecord, IsWrittenAsJson) {
    ServedRecord record;
    record.add(told(1, "Normal"), 1'000);
    EXPECT_EQ(
        record.json(5, "a"),
        R"({"now":5,"images":[{"image_id":"a","runs":[{"status":"Normal","from":1000,"to":1000,)"
        R"("answers":1,"first":[["00000000-0000-0001-0000-000000000001",1000]],"last":[]}],)"
        R"("without_status":0,"not_exist":null}]})");
    EXPECT_EQ(record.json(5), record.json(5, "a"));
}

TEST(TokenBucket, LetsThroughABurstAndThenTheRate) {
    TokenBucket bucket;
    const RateLimit limit{2, 3};
    int through = 0;
    for (int i = 0; i < 10; ++i) through += bucket.take(limit, 1'000) ? 1 : 0;
    EXPECT_EQ(through, 3);
    EXPECT_FALSE(bucket.take(limit, 1'400));
    EXPECT_TRUE(bucket.take(limit, 1'500));
    EXPECT_FALSE(bucket.take(limit, 1'900));
    through = 0;
    for (int i = 0; i < 10; ++i) through += bucket.take(limit, 60'000) ? 1 : 0;
    EXPECT_EQ(through, 3);
}

TEST(TokenBucket, WithoutALimitThereIsAlwaysOne) {
    TokenBucket bucket;
    for (int i = 0; i < 1'000; ++i) EXPECT_TRUE(bucket.take({}, 0));
}

}  // namespace
}  // namespace simulator
