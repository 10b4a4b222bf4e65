#pragma once

#include <filesystem>
#include <string>

#include "tests/simulator/simulator.h"

namespace simulator {

/// The files that tell a script where the simulator is: the ready file and, beside it, the list of
/// IDs. Both are for their owner alone, appear whole or not at all, and are gone with this object.
class NoticeFiles {
public:
    /// Throws std::runtime_error, naming the file, if one cannot be written.
    NoticeFiles(const Simulator& simulator, const std::filesystem::path& ready_file);
    ~NoticeFiles();
    NoticeFiles(const NoticeFiles&) = delete;
    NoticeFiles& operator=(const NoticeFiles&) = delete;

private:
    const std::filesystem::path ready_file_;
    const std::filesystem::path ids_file_;
};

}  // namespace simulator
