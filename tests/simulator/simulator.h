#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "daemon/clock.h"
#include "daemon/vod/credentials.h"
#include "tests/simulator/loopback.h"
#include "tests/simulator/scenario.h"

namespace simulator {

struct Options {
    Loopback listen;
    std::size_t images = 0;
    std::uint64_t seed = 0;
    Scenario scenario;
};

/// The simulated cloud with its listeners: the APIs, one for each region, and the control endpoint,
/// each at a port of its own. Answers from the end of construction to the start of destruction.
class Simulator {
public:
    /// One account, for those who want to call it.
    struct AccountView {
        std::string name;
        std::string region;
        std::string endpoint;  ///< "http://127.0.0.1:43210"
        vodcatalog::Credentials credentials;
        std::string role_arn;
        std::string oidc_provider_arn;
        std::vector<std::string> image_ids;  ///< As image_ids().
    };

    /// `clock` must outlive it. Throws BadAddress if it cannot listen.
    Simulator(const Options& options, const vodcatalog::Clock& clock);
    ~Simulator();

    /// Of main's region; STS, the metadata service and files are there too.
    [[nodiscard]] const std::string& endpoint() const noexcept;
    [[nodiscard]] const std::string& control() const noexcept;
    [[nodiscard]] const vodcatalog::Credentials& credentials() const noexcept;  ///< Main's.
    /// Main's images planned from the start, arrived or not.
    [[nodiscard]] std::vector<std::string> image_ids() const;
    [[nodiscard]] std::vector<AccountView> accounts() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace simulator
