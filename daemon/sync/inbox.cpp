#include "daemon/sync/inbox.h"

#include <utility>

namespace vodcatalog {

void Inbox::put(Answered answered) {
    std::size_t answers = 0;
    {
        const std::lock_guard lock(mutex_);
        contents_.answers.push_back(std::move(answered));
        answers = contents_.answers.size();
    }
    if (answers == 1 || answers == kAnswersAwaited) filled_.notify_one();
}

bool Inbox::post(Command command) {
    {
        const std::lock_guard lock(mutex_);
        if (contents_.commands.size() >= kCommandsMax) return false;
        contents_.commands.push_back(std::move(command));
    }
    filled_.notify_one();
    return true;
}

void Inbox::stop() {
    {
        const std::lock_guard lock(mutex_);
        contents_.stop = true;
    }
    filled_.notify_one();
}

/// Whether there is more than a few answers.
bool Inbox::is_urgent(bool stopped) const noexcept {
    return contents_.answers.size() >= kAnswersAwaited || !contents_.commands.empty() ||
           contents_.stop != stopped;
}

void Inbox::take(Contents& contents, std::chrono::nanoseconds timeout) {
    contents.answers.clear();
    contents.commands.clear();
    std::unique_lock lock(mutex_);
    const bool stopped = contents.stop;
    const auto is_urgent_now = [&] { return is_urgent(stopped); };
    filled_.wait_for(lock, timeout, [&] { return !contents_.answers.empty() || is_urgent_now(); });
    if (!contents_.answers.empty()) filled_.wait_for(lock, kAnswerWaits, is_urgent_now);
    contents.answers.swap(contents_.answers);
    contents.commands.swap(contents_.commands);
    contents.stop = contents_.stop;
}

}  // namespace vodcatalog
