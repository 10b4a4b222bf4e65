#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/vod/vod_client.h"
#include "tests/world/fake_clock.h"
#include "tests/world/fake_http_client.h"
#include "tests/world/fake_random.h"

namespace vodcatalog {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

inline constexpr const char* kFound =
    R"({"RequestId":"r-1","ImageInfo":[{"ImageId":"a","Status":"Normal"}],)"
    R"("NonExistImageIds":["b"]})";
inline constexpr const char* kOne =
    R"({"RequestId":"r-1","ImageInfo":{"ImageId":"a","Status":"Normal"}})";

inline std::string error_body(const std::string& code, const std::string& message = "Why.") {
    return R"({"RequestId":"r-9","HostId":"vod","Code":")" + code + R"(","Message":")" + message +
           "\"}";
}

inline std::string date_header(WallTime time) {
    const std::time_t seconds =
        std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[40];
    return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts)};
}

/// Sessions as a test gives them; keeps which were refused.
class Sessions final : public SessionSource {
public:
    [[nodiscard]] std::shared_ptr<const Session> current() const override { return session_; }
    void refused(const std::shared_ptr<const Session>& session) override {
        refused_.push_back(session);
        if (next_) session_ = std::exchange(next_, nullptr);
    }

    std::shared_ptr<const Session> session_;
    std::shared_ptr<const Session> next_;  ///< What the first refusal is followed by.
    std::vector<std::shared_ptr<const Session>> refused_;
};

inline std::shared_ptr<const Session> session(const std::string& name,
                                              const std::string& token = "") {
    return std::make_shared<const Session>(
        Session{{"CANARYKEY-" + name, "CANARYSECRET-" + name, token}, std::nullopt, "a test"});
}

/// A client of one account, whose network is a script.
class VodClientWorld : public testing::Test {
protected:
    VodClientWorld() {
        sessions_->session_ = session("1");
        account_.name = "main";
        account_.endpoint = parse_endpoint("https://vod.cn-shanghai.aliyuncs.com");
        account_.sessions = sessions_;
    }

    const CallOutcome& ask(Operation operation = Operation::get_image_infos) {
        if (!client_) client_.emplace(account_, http_, clock_, random_);
        const std::vector<std::string_view> ids{"a", "b"};
        client_->call(operation, std::span(ids).first(std::min(ids.size(), ids_max(operation))),
                      outcome_);
        EXPECT_EQ(http_.left(), 0U);
        return outcome_;
    }
    const CallOutcome& ask_one() { return ask(Operation::get_image_info); }

    /// The error that this answer makes of a call.
    CallError error_of(int status, const std::string& body,
                       Operation operation = Operation::get_image_infos) {
        http_.then_answer(status, body);
        CallError none;
        none.code = "no error";
        return ask(operation).error.value_or(none);
    }

    [[nodiscard]] std::string header(std::size_t request, const std::string& name) const {
        for (const auto& [its_name, value] : http_.requests().at(request).headers) {
            if (its_name == name) return value;
        }
        return {};
    }

    std::shared_ptr<Sessions> sessions_ = std::make_shared<Sessions>();
    VodAccount account_;
    world::FakeHttpClient http_;
    world::FakeClock clock_;
    world::FakeRandom random_;
    std::optional<VodClient> client_;
    CallOutcome outcome_;
};

}  // namespace vodcatalog
