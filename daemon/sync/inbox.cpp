#include "daemon/sync/inbox.h"

#include <utility>

namespace vodcatalog {

void Inbox::put(Answered answered) {
    {
        const std::lock_guard lock(mutex_);
        contents_.answers.push_back(std::move(answered));
    }
    filled_.notify_one();
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

void Inbox::take(Contents& contents, std::chrono::nanoseconds timeout) {
    contents.answers.clear();
    contents.commands.clear();
    std::unique_lock lock(mutex_);
    const bool stopped = contents.stop;
    filled_.wait_for(lock, timeout, [&] {
        return !contents_.answers.empty() || !contents_.commands.empty() ||
               contents_.stop != stopped;
    });
    contents.answers.swap(contents_.answers);
    contents.commands.swap(contents_.commands);
    contents.stop = contents_.stop;
}

}  // namespace vodcatalog
