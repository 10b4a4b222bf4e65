#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <vector>

#include "daemon/sync/call.h"

namespace vodcatalog {

class Sync;

/// What other threads have for the sync thread. Answers are always taken; commands have a limit.
/// Safe for any thread.
class Inbox {
public:
    using Command = std::function<void(Sync&)>;
    static constexpr std::size_t kCommandsMax = 1'000;
    /// An answer waits for further ones, but not for more than these, nor for longer: to wake a
    /// thread costs more than to take an answer.
    static constexpr std::size_t kAnswersAwaited = 16;
    static constexpr std::chrono::milliseconds kAnswerWaits{1};

    struct Contents {
        std::vector<Answered> answers;
        std::vector<Command> commands;
        bool stop = false;  ///< Stays set.
    };

    void put(Answered answered);
    /// False if there are too many already: the caller says that it is busy.
    [[nodiscard]] bool post(Command command);
    void stop();

    /// Moves everything there is into `contents` (whose vectors are emptied first); waits at most
    /// `timeout` if there is nothing, and a little longer if there are few answers.
    void take(Contents& contents, std::chrono::nanoseconds timeout);

private:
    [[nodiscard]] bool is_urgent(bool stopped) const noexcept;

    std::mutex mutex_;
    std::condition_variable filled_;
    Contents contents_;  // guarded by mutex_
};

}  // namespace vodcatalog
