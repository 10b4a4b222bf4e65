#include "daemon/web/control.h"

#include <gtest/gtest.h>

#include "tests/web/fake_control_target.h"

namespace vodcatalog {
namespace {

class ControlTest : public testing::Test {
protected:
    /// "STATUS BODY".
    std::string answer(const std::string& method, const std::string& path,
                       const std::string& body) {
        const ControlReply reply = answer_control(target, {method, path, body});
        return std::to_string(reply.http_status) + " " + reply.body;
    }

    FakeControlTarget target;
};

TEST_F(ControlTest, CarriesOutACommand) {
    EXPECT_EQ(answer("POST", "/v1/accept-gone", ""), R"(200 {"account":"main","images":7})");
    EXPECT_EQ(answer("POST", "/v1/accept-untrack", R"({"account": "other"})"),
              R"(200 {"account":"other","images":7})");
    EXPECT_EQ(answer("POST", "/v1/accept-gone", "{}"), R"(200 {"account":"main","images":7})");
    EXPECT_EQ(target.told, (std::vector<std::string>{"gone ?", "untrack other", "gone ?"}));
}

TEST_F(ControlTest, TellsWhyItDoesNot) {
    EXPECT_EQ(answer("POST", "/v1/accept-gone", R"({"account": "nobody"})"),
              R"(404 {"error":"account nobody: there is none"})");
    target.is_trouble = true;
    EXPECT_EQ(answer("POST", "/v1/accept-gone", ""),
              R"(503 {"error":"the disk is full; make room"})");
}

TEST_F(ControlTest, RefusesWhatIsNoCommandAndDoesNothing) {
    for (const char* path : {"/", "", "/v1/accept-gone/", "/v1/accept-gone?x", "/v2/accept-gone"})
        EXPECT_TRUE(answer("POST", path, "").starts_with("404 {\"error\":")) << path;
    for (const char* method : {"GET", "PUT", "post", ""})
        EXPECT_TRUE(answer(method, "/v1/accept-gone", "").starts_with("405 ")) << method;
    for (const char* body :
         {"{", "null", "[]", "7", "\"main\"", R"({"account": 7})", R"({"account": null})",
          R"({"acount": "main"})", R"({"account": {"a": {"b": 1}}})", R"({"account": "a"} x)",
          "[[[[[[[["})
        EXPECT_TRUE(answer("POST", "/v1/accept-gone", body).starts_with("400 ")) << body;
    EXPECT_TRUE(target.told.empty());
}

TEST_F(ControlTest, TellsThePartsOfASilence) {
    EXPECT_EQ(answer("POST", "/v1/silence",
                     R"({"rule": "account_down", "seconds": 60, "comment": "why"})"),
              R"(200 {"silence_id":3})");
    EXPECT_EQ(answer("POST", "/v1/unsilence", R"({"silence_id": 3})"), R"(200 {"silence_id":3})");
    EXPECT_EQ(answer("POST", "/v1/ack", R"({"incident_id": 9})"), R"(200 {"incident_id":9})");
    target.trial = {false, false, "HTTP 503"};
    EXPECT_EQ(answer("POST", "/v1/test-alert", R"({"channel": "chat"})"),
              R"(200 {"channel":"chat","delivered":false,"refused":false,"error":"HTTP 503"})");
    EXPECT_EQ(target.told, (std::vector<std::string>{"silence account_down/?/?/?/?/? 60 why",
                                                     "unsilence 3", "ack 9", "test chat"}));
    target.is_there = false;
    EXPECT_TRUE(answer("POST", "/v1/ack", R"({"incident_id": 9})").starts_with("404 "));
}

TEST_F(ControlTest, RefusesAnOrderThatIsNotWhole) {
    for (const char* body :
         {"", "{}", R"({"seconds": 60, "comment": "all"})", R"({"rule": "account_down"})",
          R"({"rule": "account_down", "seconds": 60})",
          R"({"rule": "account_down", "seconds": 60, "comment": ""})",
          R"({"rule": "account_down", "seconds": 59, "comment": "x"})",
          R"({"rule": "account_down", "seconds": 2592001, "comment": "x"})",
          R"({"rule": "account_down", "seconds": 99999999999999999999999, "comment": "x"})",
          R"({"rule": "account_down", "seconds": "60", "comment": "x"})",
          R"({"rule": "no_such_rule", "seconds": 60, "comment": "x"})",
          R"({"image_id": "a,b", "seconds": 60, "comment": "x"})",
          R"({"rule": "account_down", "seconds": 60, "comment": "x", "more": 1})"})
        EXPECT_TRUE(answer("POST", "/v1/silence", body).starts_with("400 ")) << body;
    for (const char* body :
         {"", "{}", R"({"incident_id": "9"})", R"({"incident_id": null})",
          R"({"incident_id": true})", R"({"incident_id": 9, "x": 1})", R"({"incident_id": 1.5})"})
        EXPECT_TRUE(answer("POST", "/v1/ack", body).starts_with("400 ")) << body;
    EXPECT_TRUE(answer("POST", "/v1/test-alert", "{}").starts_with("400 "));
    EXPECT_TRUE(target.told.empty());
}

}  // namespace
}  // namespace vodcatalog
