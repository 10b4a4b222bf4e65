#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/simulator/simulator.h"

namespace simulator {

/// The files that tell a script where the simulator is: the ready file and, beside it, a list of
/// IDs for each account (READY.ids, of the others READY.NAME.ids). They are for their owner alone,
/// appear whole or not at all, the ready file last, and are gone with this object.
class NoticeFiles {
public:
    /// Throws std::runtime_error, naming the file, if one cannot be written.
    NoticeFiles(const Simulator& simulator, const std::filesystem::path& ready_file);
    ~NoticeFiles();
    NoticeFiles(const NoticeFiles&) = delete;
    NoticeFiles& operator=(const NoticeFiles&) = delete;

private:
    void write(const std::filesystem::path& file, const std::string& text);
    void remove() noexcept;

    std::vector<std::filesystem::path> files_;
};

}  // namespace simulator
