#pragma once

#include <gtest/gtest.h>
#include <simdjson.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/simulator/raw_client.h"
#include "tests/simulator/signed_request.h"
#include "tests/simulator/simulator.h"
#include "tests/world/fake_clock.h"

namespace simulator {

inline constexpr std::chrono::milliseconds kPatience{20'000};

inline constexpr const char* kScenario = R"(
uploading: {median: 0s}
accounts:
  - {name: second, images: 4, region: cn-beijing}
  - {name: third, images: 2}
)";

/// A running simulator with twelve images, all Normal, whose time stands still until it is moved.
class RunningSimulator : public ::testing::Test {
protected:
    RunningSimulator() {
        Options options;
        options.listen = parse_loopback("127.0.0.1:0");
        options.images = 12;
        options.seed = 5;
        options.scenario = read_scenario(kScenario, "scenario");
        cloud = std::make_unique<Simulator>(options, clock);
        ids = cloud->image_ids();
    }

    /// A request of main's for images.
    [[nodiscard]] SignedRequest request(const std::string& image_ids, bool batch = true) const {
        SignedRequest out;
        out.credentials = cloud->credentials();
        out.host = cloud->endpoint().substr(7);
        out.now_ms = catalog::to_ms(clock.wall());
        out.action = batch ? "GetImageInfos" : "GetImageInfo";
        if (!image_ids.empty()) out.parameters = {{batch ? "ImageIds" : "ImageId", image_ids}};
        return out;
    }
    [[nodiscard]] std::string call(const std::string& image_ids, bool batch = true) const {
        return ask(cloud->endpoint(), request(image_ids, batch).text());
    }
    /// What `account` gets to hear about image IDs, at its own region's endpoint.
    [[nodiscard]] std::string call_as(const std::string& account, const std::string& image_ids,
                                      bool batch = true) const {
        SignedRequest out = request(image_ids, batch);
        const Simulator::AccountView caller = view(account);
        out.credentials = caller.credentials;
        return ask(caller.endpoint, out.text());
    }
    [[nodiscard]] Simulator::AccountView view(const std::string& account) const {
        for (const Simulator::AccountView& each : cloud->accounts()) {
            if (each.name == account) return each;
        }
        throw std::out_of_range("no account " + account);
    }
    /// Replaces settings; a test fails if they are not taken.
    void set(const std::string& settings) const {
        EXPECT_EQ(control("POST", "/settings", settings), "{}");
    }
    /// Orders one fault.
    void order(const std::string& order) const {
        EXPECT_EQ(control("POST", "/faults", order), "{}");
    }
    [[nodiscard]] std::string control(const std::string& method, const std::string& path,
                                      const std::string& body = "") const {
        return fetch(cloud->control(), method, path, body);
    }
    /// How many answers about the first image count as served, also those that say it does not
    /// exist.
    [[nodiscard]] std::uint64_t served() const {
        simdjson::dom::parser parser;
        const std::string text = control("GET", "/served/" + ids.front());
        const simdjson::dom::array runs = parser.parse(text)["images"].at(0)["runs"];
        std::uint64_t count = 0;
        for (const simdjson::dom::element run : runs) {
            count += std::uint64_t{run["answers"]};
        }
        return count;
    }
    /// Orders a fault for the next call, makes it, and reads to its end.
    [[nodiscard]] RawClient::End suffer(const std::string& fault, std::string& bytes) const {
        EXPECT_EQ(control("POST", "/faults", R"({"fault":")" + fault + R"("})"), "{}");
        const RawClient client(cloud->endpoint());
        client.send(request(ids.front()).text());
        return client.read_to_end(bytes, kPatience);
    }

    world::FakeClock clock;
    std::unique_ptr<Simulator> cloud;
    std::vector<std::string> ids;
};

/// "NoSuchResource 404"
inline std::string code_of(const std::string& answer) {
    simdjson::dom::parser parser;
    const std::string body = body_of(answer);
    std::string_view code;
    if (parser.parse(body)["Code"].get(code) != simdjson::SUCCESS) return "(no code)";
    return std::string{code} + " " + std::to_string(status_of(answer));
}

inline bool is_json(const std::string& text) {
    simdjson::dom::parser parser;
    return parser.parse(text).error() == simdjson::SUCCESS;
}

/// The text at a member of a member, such as "/Credentials/Expiration"; empty if there is none.
inline std::string json_text(const std::string& text, const char* pointer) {
    simdjson::dom::parser parser;
    std::string_view value;
    if (parser.parse(text).at_pointer(pointer).get(value) != simdjson::SUCCESS) return "";
    return std::string{value};
}

}  // namespace simulator
