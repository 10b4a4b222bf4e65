#include "daemon/signals.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <system_error>

namespace vodcatalog {
namespace {

sigset_t handled() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGTERM, SIGINT, SIGQUIT, SIGHUP}) sigaddset(&set, signal);
    return set;
}

}  // namespace

void Signals::block() {
    const sigset_t set = handled();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    // A peer that closes its end must not end us.
    std::signal(SIGPIPE, SIG_IGN);
}

Signals::Signals() {
    const sigset_t set = handled();
    signals_ = signalfd(-1, &set, SFD_CLOEXEC);
    notices_ = eventfd(0, EFD_CLOEXEC);
    if (signals_ < 0 || notices_ < 0) {
        throw std::system_error(errno, std::generic_category(), "signalfd or eventfd");
    }
}

Signals::~Signals() {
    close(signals_);
    close(notices_);
}

Signals::Event Signals::wait() {
    std::array<pollfd, 2> sources{{{signals_, POLLIN, 0}, {notices_, POLLIN, 0}}};
    while (poll(sources.data(), sources.size(), -1) < 0) {
        if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "poll");
    }
    if ((sources[0].revents & POLLIN) != 0) {
        signalfd_siginfo info{};
        if (read(signals_, &info, sizeof info) == sizeof info && info.ssi_signo == SIGHUP)
            return Event::reload;
        return Event::terminate;
    }
    std::uint64_t count = 0;
    if (read(notices_, &count, sizeof count) < 0) return Event::terminate;
    return Event::notified;
}

void Signals::notify() noexcept {
    const std::uint64_t one = 1;
    // It fails only where the counter is full, and then there is a notice already.
    if (write(notices_, &one, sizeof one) < 0) return;
}

void Signals::die() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    std::signal(SIGTERM, SIG_DFL);
    raise(SIGTERM);
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    std::abort();
}

}  // namespace vodcatalog
