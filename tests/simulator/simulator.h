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

/// The simulated cloud with its two listeners: the API, and the control endpoint at a port of its
/// own. Answers from the end of construction to the start of destruction.
class Simulator {
public:
    /// `clock` must outlive it. Throws BadAddress if it cannot listen.
    Simulator(const Options& options, const vodcatalog::Clock& clock);
    ~Simulator();

    [[nodiscard]] const std::string& endpoint() const noexcept;  ///< "http://127.0.0.1:43210"
    [[nodiscard]] const std::string& control() const noexcept;
    [[nodiscard]] const vodcatalog::Credentials& credentials() const noexcept;
    /// The images planned from the start, arrived or not.
    [[nodiscard]] std::vector<std::string> image_ids() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace simulator
