#include "tests/simulator/control.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <fstream>
#include <iterator>

namespace simulator {
namespace {

constexpr std::int64_t kStart = 1'767'323'045'000;

/// The control endpoint of three images, all Normal; no connections.
class ControlTest : public ::testing::Test {
protected:
    static Scenario scenario() {
        Scenario out =
            read_scenario("accounts: [{name: second, images: 2, region: cn-beijing}]", "");
        out.lives.uploading_median = Milliseconds{0};
        return out;
    }
    [[nodiscard]] ControlReply ask(const std::string& method, const std::string& target,
                                   const std::string& body = "", std::int64_t after_ms = 0) {
        HttpRequest request;
        EXPECT_TRUE(read_head(method + " " + target + " HTTP/1.1\r\n", request));
        request.body = body;
        return control.answer(request, kStart + after_ms);
    }
    /// A member of the first image's truth, as JSON.
    [[nodiscard]] std::string truth(const char* column, const char* target = "/truth") {
        const std::string text = ask("GET", target, "", 60'000).body;
        simdjson::dom::parser parser;
        return simdjson::minify(parser.parse(text)["images"].at(0)[column].value());
    }

    Settings settings{scenario()};
    Accounts accounts{5, 3, scenario(), kStart};
    Cloud& cloud = *accounts.main().cloud;
    KeyRing keys{5};
    FaultOrders orders;
    ServedRecord record;
    CallRecord calls;
    Tally tally;
    Control control{accounts, keys, settings, orders, record, calls, tally};
    const std::string id = cloud.planned_ids().front();
};

TEST_F(ControlTest, MembersAreChangedByTheirNamesInTheApi) {
    const std::string change =
        R"({"Title":"new \u0000 \ud83d\ude00","CateId":7,"Tags":"x,y,x,, z ",)"
        R"("Description":null,"Mezzanine":{"Width":3,"FileURL":null}})";
    EXPECT_EQ(ask("PATCH", "/images/" + id, change).http_status, 200);
    EXPECT_EQ(truth("title"), "\"new \xef\xbf\xbd \xf0\x9f\x98\x80\"");
    EXPECT_EQ(truth("cate_id"), "7");
    EXPECT_EQ(truth("description"), "null");
    EXPECT_EQ(truth("image_tag"), R"(["x","y","z"])");
    EXPECT_NE(truth("mezzanine").find(R"("width":3,)"), std::string::npos);
    EXPECT_NE(truth("mezzanine").find(R"("file_url":null,)"), std::string::npos);
    EXPECT_EQ(ask("PATCH", "/images/" + id, R"({"Mezzanine":null})").http_status, 200);
    EXPECT_EQ(truth("mezzanine"), "null");
}

TEST_F(ControlTest, AnUnknownMemberGoesToExtra) {
    EXPECT_EQ(ask("PATCH", "/images/" + id, R"({"Rating":[1,{"a":null}]})").http_status, 200);
    EXPECT_EQ(ask("PATCH", "/images/" + id, R"({"Other":"x"})").http_status, 200);
    EXPECT_EQ(ask("PATCH", "/images/" + id, R"({"Rating":2.5})").http_status, 200);
    EXPECT_EQ(truth("extra"), R"({"Other":"x","Rating":2.5})");
}

TEST_F(ControlTest, AStatusSetByHandIsTheTruth) {
    EXPECT_EQ(truth("status"), R"("Normal")");
    EXPECT_EQ(ask("PATCH", "/images/" + id, R"({"Status":"Blocked"})", 61'000).http_status, 200);
    EXPECT_EQ(truth("status"), R"("Blocked")");
    EXPECT_EQ(truth("status_changed_at"), std::to_string(kStart + 61'000));
}

TEST_F(ControlTest, ImagesAreAddedByNumberOrOneByOne) {
    EXPECT_EQ(ask("POST", "/images", R"({"count":2})").http_status, 200);
    const ControlReply added =
        ask("POST", "/images", R"({"images":[{"ImageId":"mine","Title":"t"}]})");
    EXPECT_EQ(added.body, R"({"image_ids":["mine"]})");
    EXPECT_EQ(cloud.look({"mine"}, kStart).found.at(0).image.title, "t");
    EXPECT_EQ(ask("POST", "/images", R"({"images":[{"ImageId":"mine"}]})").http_status, 409);
    EXPECT_EQ(cloud.standings(kStart).size(), 6U);
}

TEST_F(ControlTest, ADeletedImageIsNoLongerThere) {
    EXPECT_EQ(ask("DELETE", "/images/" + id).http_status, 200);
    EXPECT_EQ(ask("DELETE", "/images/" + id).http_status, 404);
    EXPECT_EQ(ask("PATCH", "/images/" + id, "{}").http_status, 404);
    EXPECT_EQ(truth("exists"), "false");
}

TEST_F(ControlTest, SettingsAreMergedOrRefusedWhole) {
    EXPECT_EQ(ask("POST", "/settings", R"({"faults":{"hang":0.25}})").http_status, 200);
    EXPECT_EQ(settings.current()->faults.shares[Fault::hang], 0.25);
    const ControlReply bad = ask("POST", "/settings", R"({"faults":{"hang":0.5},"colour":1})");
    EXPECT_EQ(bad.http_status, 400);
    EXPECT_EQ(bad.body, R"({"error":"body:1: unknown key colour"})");
    EXPECT_EQ(settings.current()->faults.shares[Fault::hang], 0.25);
}

TEST_F(ControlTest, RatesSetAtRunTimeAreFollowed) {
    EXPECT_EQ(ask("POST", "/settings", R"({"deletes_per_second":10})").http_status, 200);
    EXPECT_EQ(cloud.count_by_status(kStart + 60'000)["(deleted)"], 3U);
}

TEST_F(ControlTest, FaultsAreOrderedForTheNextCalls) {
    EXPECT_EQ(ask("POST", "/faults", R"({"fault":"hang","calls":2})").http_status, 200);
    const auto next = [&](const char* action, const char* account) {
        return orders.take(action, account).value_or(Affliction{}).fault;
    };
    EXPECT_EQ(next("GetImageInfo", "main"), Fault::hang);
    EXPECT_EQ(next("AssumeRole", "main"), Fault::none);
    EXPECT_EQ(next("GetImageInfos", ""), Fault::hang);
    EXPECT_EQ(next("GetImageInfos", "main"), Fault::none);
    EXPECT_EQ(ask("POST", "/faults", R"({"fault":"flood"})").http_status, 400);
}

TEST_F(ControlTest, AnOrderMayBeForSomeCallsAlone) {
    EXPECT_EQ(ask("POST", "/faults",
                  R"({"fault":"code","code":"NoPermission","action":"AssumeRole",)"
                  R"("account":"second"})")
                  .http_status,
              200);
    EXPECT_EQ(orders.take("AssumeRole", "main"), std::nullopt);
    EXPECT_EQ(orders.take("GetImageInfo", "second"), std::nullopt);
    const Affliction taken = orders.take("AssumeRole", "second").value_or(Affliction{});
    EXPECT_EQ(taken.refusal, documented_refusal("NoPermission"));
    EXPECT_EQ(ask("POST", "/faults", R"({"fault":"hang","calls":9})").http_status, 200);
    EXPECT_EQ(ask("DELETE", "/faults").http_status, 200);
    EXPECT_EQ(orders.take("GetImageInfo", "main"), std::nullopt);
}

TEST_F(ControlTest, AnOrderForNothingThereIsIsRefused) {
    for (const char* const bad :
         {R"({"fault":"hang","action":"Dance"})", R"({"fault":"hang","account":"nobody"})",
          R"({"fault":"none"})", R"({"fault":"code"})", R"({"fault":"code","code":"My.Own"})",
          R"({"fault":"hang","calls":-1})", R"({"fault":"hang","colour":"red"})"}) {
        EXPECT_EQ(ask("POST", "/faults", bad).http_status / 100, 4) << bad;
    }
    EXPECT_EQ(
        ask("POST", "/faults", R"({"fault":"code","code":"My.Own","http_status":418})").http_status,
        200);
    EXPECT_EQ(orders.take("GetImageInfo", "main").value_or(Affliction{}).refusal.http_status, 418);
}

TEST_F(ControlTest, EachAccountHasItsOwnImages) {
    EXPECT_EQ(accounts.all().size(), 2U);
    const Account& second = accounts.all()[1];
    const std::string theirs = second.cloud->planned_ids().front();
    EXPECT_NE(theirs, id);
    EXPECT_EQ(ask("PATCH", "/images/" + theirs, R"({"Title":"t"})").http_status, 200);
    EXPECT_EQ(second.cloud->look({theirs}, kStart).found.at(0).image.title, "t");
    EXPECT_EQ(second.cloud->look({theirs}, kStart).found.at(0).image.region_id, "cn-beijing");
    EXPECT_EQ(ask("POST", "/images?account=second", R"({"count":1})").http_status, 200);
    EXPECT_EQ(second.cloud->standings(kStart).size(), 3U);
    EXPECT_EQ(cloud.standings(kStart).size(), 3U);
    EXPECT_EQ(ask("POST", "/images?account=second", R"({"images":[{"ImageId":")" + id + R"("}]})")
                  .http_status,
              409);
    EXPECT_NE(ask("GET", "/truth?account=second").body.find(theirs), std::string::npos);
    EXPECT_EQ(ask("GET", "/truth?account=second").body.find(id), std::string::npos);
    EXPECT_EQ(ask("GET", "/truth?account=nobody").http_status, 404);
    EXPECT_EQ(ask("POST", "/images?account=nobody", R"({"count":1})").http_status, 404);
    EXPECT_EQ(ask("DELETE", "/images/" + theirs).http_status, 200);
}

TEST_F(ControlTest, AnAccountsRunningSettingsChangeAndItsOriginDoesNot) {
    EXPECT_EQ(ask("POST", "/settings", R"({"accounts":[{"name":"second","suspended":true}]})").body,
              "{}");
    EXPECT_TRUE(settings.current()->accounts.at(1).suspended);
    EXPECT_FALSE(settings.current()->accounts.at(0).suspended);
    for (const char* const bad :
         {R"({"accounts":[{"name":"third"}]})", R"({"accounts":[{"name":"second","images":9}]})",
          R"({"accounts":[{"name":"second","region":"cn-x"}]})",
          R"({"accounts":[{"name":"second","access_key_id":"x"}]})"}) {
        EXPECT_EQ(ask("POST", "/settings", bad).http_status, 400) << bad;
    }
    EXPECT_EQ(settings.current()->accounts.size(), 2U);
}

TEST_F(ControlTest, TemporaryKeysAreEnded) {
    const Key key = keys.issue(0, kStart + 60'000);
    EXPECT_EQ(ask("POST", "/keys/expire", "", 1'000).http_status, 200);
    EXPECT_EQ(keys.find(key.credentials.access_key_id).value_or(Key{}).expires_at, kStart + 1'000);
}

TEST_F(ControlTest, AFreezeHoldsFromThenOn) {
    EXPECT_EQ(ask("POST", "/freeze", "", 5'000).http_status, 200);
    EXPECT_EQ(cloud.frozen_at(), kStart + 5'000);
}

TEST_F(ControlTest, TheTruthFollowsTheOutputType) {
    EXPECT_NE(truth("url").find("cdn.example.com"), std::string::npos);
    EXPECT_NE(truth("url", "/truth?output_type=oss").find(".oss-cn-shanghai."), std::string::npos);
    EXPECT_EQ(truth("url").find('?'), std::string::npos);
    EXPECT_EQ(truth("url_signed"), "true");
}

TEST_F(ControlTest, WhatItCannotDoItSays) {
    EXPECT_EQ(ask("GET", "/nothing").http_status, 404);
    EXPECT_EQ(ask("PUT", "/truth").http_status, 404);
    EXPECT_EQ(ask("POST", "/images", "count").http_status, 400);
    EXPECT_EQ(ask("POST", "/images", "{}").http_status, 400);
    EXPECT_EQ(ask("POST", "/images", "[1]").http_status, 400);
    EXPECT_EQ(ask("PATCH", "/images/" + id, "[1]").http_status, 400);
    const ControlReply bad = ask("PATCH", "/images/" + id, R"({"Title":3})");
    EXPECT_EQ(bad.body, R"({"error":"Title is neither text nor null"})");
    EXPECT_EQ(ask("PATCH", "/images/" + id, R"({"Mezzanine":{"Width":"3"}})").http_status, 400);
}

TEST_F(ControlTest, TheReadmeHasEveryRoute) {
    std::ifstream file(SIMULATOR_SOURCE "/README.md");
    const std::string readme{std::istreambuf_iterator<char>{file}, {}};
    simdjson::dom::parser parser;
    const std::string routes = ask("GET", "/").body;
    for (const std::string_view route : parser.parse(routes)["routes"].get_array()) {
        // "POST /images" of "POST /images[?account=NAME] {...}"
        const std::string name{route.substr(0, route.find_first_of("[ :{", route.find('/')))};
        EXPECT_NE(readme.find("`" + name), std::string::npos) << name;
    }
}

TEST_F(ControlTest, EveryReadingRouteIsJson) {
    record.add({{1, 2}, {{id, "Normal"}}, {"gone"}}, kStart);
    tally.add("call \"x\"");
    for (const char* const path : {"/", "/truth", "/served", "/stats", "/record"}) {
        simdjson::dom::parser parser;
        const ControlReply reply = ask("GET", path);
        EXPECT_EQ(reply.http_status, 200);
        EXPECT_EQ(parser.parse(reply.body).error(), simdjson::SUCCESS) << reply.body;
    }
}

}  // namespace
}  // namespace simulator
