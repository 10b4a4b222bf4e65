#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "daemon/vod/deadline_watch.h"

namespace vodcatalog {

/// How a program ended.
struct ChildResult {
    enum class Kind {
        not_started,
        exited,
        killed,   ///< By a signal, that of others.
        late,     ///< It had not ended in time, and was killed.
        stopped,  ///< The daemon ends.
    };
    Kind kind = Kind::not_started;
    int code = 0;        ///< Of exited: its status; killed: the signal; not_started: errno.
    std::string errors;  ///< The beginning of what it wrote to its standard error.
};

/// Runs a program: `argv[0]` is its absolute path, and no shell comes between. `input` is its
/// standard input; its standard output goes nowhere. It has an environment of PATH and LANG alone,
/// no descriptor of ours, no blocked signal, and a process group of its own, which is killed when
/// the program has ended or has not within `timeout`: nothing it started stays behind, unless it
/// left the group. `slot` watches it. SIGPIPE must be blocked or ignored. One thread at a time.
[[nodiscard]] ChildResult run_child(const std::vector<std::string>& argv, const std::string& input,
                                    std::chrono::milliseconds timeout, DeadlineWatch::Slot& slot);

}  // namespace vodcatalog
