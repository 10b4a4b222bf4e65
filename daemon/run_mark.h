#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/clock.h"

namespace vodcatalog {

/// How the run before this one ended.
struct LastRun {
    enum class End {
        unknown,            ///< There was none, or nobody can tell.
        clean,              ///< As it was told to.
        failed,             ///< With an exit code of its own.
        killed_stopping,    ///< It was told to, and did not come to its end.
        crashed,            ///< It was killed, or crashed.
        machine_restarted,  ///< The machine was started anew while it ran.
    };
    End end = End::unknown;
    int exit_code = 0;  ///< Of `failed`.
    std::optional<WallTime> started_at;
    /// What systemd says of it: "watchdog", "oom-kill", "signal" ...; empty: nothing.
    std::string service_result;
    bool operator==(const LastRun&) const = default;
};
/// One word for metrics and JSON: the enumerator's name.
[[nodiscard]] std::string_view to_string(LastRun::End end) noexcept;
/// A sentence for people.
[[nodiscard]] std::string_view sentence_of(LastRun::End end) noexcept;

/// A small file beside the catalog that says how far this run has come, for the next one to read.
/// It keeps its size, so that a full disk takes nothing of it. Belongs to whoever holds the
/// catalog's lock; one thread at a time. Nothing throws: without the file nobody knows, that is
/// all.
class RunMark {
public:
    /// Learns how the last run ended and begins the mark of this one. `service_result_file` is what
    /// the unit's ExecStopPost= has left; it is used up. Empty: there is none.
    RunMark(const std::filesystem::path& file, const std::filesystem::path& service_result_file,
            const Clock& clock);
    ~RunMark();
    RunMark(const RunMark&) = delete;
    RunMark& operator=(const RunMark&) = delete;

    [[nodiscard]] const LastRun& last() const noexcept { return last_; }
    void stopping() noexcept { write("stopping", 0); }
    void ended(int exit_code) noexcept { write("ended", exit_code); }

private:
    void write(std::string_view phase, int exit_code) noexcept;

    const WallTime started_at_;
    const SteadyTime steady_;
    int descriptor_;
    LastRun last_;
};

/// What the mark of a run says about its end, read when the steady clock, which begins with the
/// machine, shows `steady`.
[[nodiscard]] LastRun judge_mark(std::string_view mark, SteadyTime steady);

}  // namespace vodcatalog
