#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/simulator/loopback.h"

namespace simulator {

/// Arguments that make no sense; the message says which.
class BadUsage : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

struct CommandLine {
    Loopback listen;
    std::optional<std::size_t> images;  ///< Absent: the scenario's count.
    std::uint64_t seed = 0;
    std::optional<std::filesystem::path> scenario;
    std::filesystem::path ready_file;
    bool help = false;  ///< Then nothing else counts.
};

inline constexpr const char* kUsage =
    "usage: vod-simulator --listen HOST:PORT --images N --seed S [--scenario FILE] --ready-file "
    "FILE\n"
    "Plays the cloud (the image API, STS, the metadata service, the images' files) on loopback\n"
    "addresses until SIGTERM; port 0 takes any free one. FILE is YAML, "
    "tests/simulator/example.yaml\n"
    "explains it; its images.count may stand in for --images.\n"
    "The ready file is written once it answers: a JSON object of endpoint, control, "
    "access_key_id,\n"
    "access_key_secret and ids_file, and of accounts, with the same and more of each.\n";

/// Throws BadUsage and BadAddress. `arguments` are without the program's name.
[[nodiscard]] CommandLine read_command_line(const std::vector<std::string>& arguments);

}  // namespace simulator
