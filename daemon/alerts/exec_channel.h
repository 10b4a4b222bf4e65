#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "daemon/alerts/channel.h"
#include "daemon/vod/deadline_watch.h"

namespace vodcatalog {

struct ExecSettings {
    std::vector<std::string> command;  ///< An absolute path and its arguments.
    std::chrono::milliseconds timeout{10'000};
};

/// Runs a program for each message, with notice_json() on its standard input. Exit status 0: it has
/// been delivered; 65 (EX_DATAERR): it never will; any other: later. It runs as the daemon does, in
/// its sandbox: same user, same files, no new privileges, ended with the daemon.
class ExecChannel final : public Channel {
public:
    static constexpr int kNever = 65;

    /// `watch` must outlive it.
    ExecChannel(ExecSettings settings, DeadlineWatch& watch);

    [[nodiscard]] Delivery deliver(const catalog::Notice& notice) override;

private:
    const ExecSettings settings_;
    DeadlineWatch::Slot slot_;
};

}  // namespace vodcatalog
