#include "daemon/alerts/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

// glibc 2.36 leaves the linkage to whoever includes it.
extern "C" {
#include <sys/pidfd.h>
}

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace vodcatalog {
namespace {

constexpr std::size_t kErrorsBytesMax = 1'000;

class Descriptor {
public:
    explicit Descriptor(int number = -1) : number_(number) {}
    ~Descriptor() { close(); }
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    [[nodiscard]] int get() const noexcept { return number_; }
    void close() noexcept {
        if (number_ >= 0) ::close(std::exchange(number_, -1));
    }

private:
    int number_;
};

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

/// Programs may open /dev/stdin, which a socket does not allow. Our end never waits.
struct Pipe {
    enum class Ours { read, write };
    explicit Pipe(Ours which) {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("pipe2");
        Descriptor reads(ends[0]);
        Descriptor writes(ends[1]);
        if (which == Ours::write) std::swap(reads, writes);
        ours = std::move(reads);
        theirs = std::move(writes);
        ::fcntl(ours.get(), F_SETFL, O_NONBLOCK);
    }
    Descriptor ours;
    Descriptor theirs;
};

/// What the watch can end: `waited_for` is readable then.
struct Cut {
    Cut() {
        std::array<int, 2> ends{};
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
            fail("socketpair");
        }
        waited_for = Descriptor(ends[0]);
        watched = Descriptor(ends[1]);
    }
    Descriptor waited_for;
    Descriptor watched;
};

/// Destroys what posix_spawn() wants to know.
struct SpawnSettings {
    SpawnSettings() {
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawnattr_init(&attributes);
    }
    ~SpawnSettings() {
        ::posix_spawn_file_actions_destroy(&actions);
        ::posix_spawnattr_destroy(&attributes);
    }
    SpawnSettings(const SpawnSettings&) = delete;
    SpawnSettings& operator=(const SpawnSettings&) = delete;

    posix_spawn_file_actions_t actions{};
    posix_spawnattr_t attributes{};
};

/// Returns 0 or an errno.
int spawn(const std::vector<std::string>& argv, int input, int errors, pid_t& pid) {
    SpawnSettings settings;
    ::posix_spawn_file_actions_adddup2(&settings.actions, input, STDIN_FILENO);
    ::posix_spawn_file_actions_addopen(&settings.actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_adddup2(&settings.actions, errors, STDERR_FILENO);
    ::posix_spawn_file_actions_addclosefrom_np(&settings.actions, STDERR_FILENO + 1);
    ::posix_spawn_file_actions_addchdir_np(&settings.actions, "/");
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&settings.attributes, &none);
    ::posix_spawnattr_setsigdefault(&settings.attributes, &all);
    ::posix_spawnattr_setpgroup(&settings.attributes, 0);
    ::posix_spawnattr_setflags(&settings.attributes, POSIX_SPAWN_SETSIGMASK |
                                                         POSIX_SPAWN_SETSIGDEF |
                                                         POSIX_SPAWN_SETPGROUP);
    std::vector<char*> arguments;
    for (const std::string& argument : argv) {
        arguments.push_back(const_cast<char*>(argument.c_str()));
    }
    arguments.push_back(nullptr);
    // Not ours: it may hold the cloud's keys.
    std::string path = "PATH=/usr/local/bin:/usr/bin:/bin";
    std::string language = "LANG=C.UTF-8";
    std::array<char*, 3> environment{path.data(), language.data(), nullptr};
    return ::posix_spawn(&pid, argv.front().c_str(), &settings.actions, &settings.attributes,
                         arguments.data(), environment.data());
}

/// One program that runs.
class Child {
public:
    Child(pid_t pid, Descriptor input, Descriptor errors)
        : pid_(pid),
          ended_(::pidfd_open(pid, 0)),
          input_(std::move(input)),
          errors_(std::move(errors)) {}
    ~Child() {
        if (pid_ > 0) static_cast<void>(end());
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    /// Feeds it and listens to it until it has ended, or `cut` is readable.
    void attend(std::string_view text, int cut);
    /// Kills whatever is left of the group; the program's wait status.
    [[nodiscard]] int end() noexcept;
    [[nodiscard]] std::string take_errors() noexcept { return std::move(said_); }

private:
    void feed(std::string_view& text) noexcept;
    void listen();

    pid_t pid_;
    Descriptor ended_;
    Descriptor input_;
    Descriptor errors_;
    std::string said_;
};

void Child::feed(std::string_view& text) noexcept {
    const ssize_t size = ::write(input_.get(), text.data(), text.size());
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    // It need not read it.
    if (size < 0) text = {};
    if (size > 0) text.remove_prefix(static_cast<std::size_t>(size));
    if (text.empty()) input_.close();
}

void Child::listen() {
    std::array<char, 4096> buffer{};
    const ssize_t size = ::read(errors_.get(), buffer.data(), buffer.size());
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (size <= 0) return errors_.close();
    const std::size_t room = kErrorsBytesMax - said_.size();
    said_.append(buffer.data(), std::min(room, static_cast<std::size_t>(size)));
}

void Child::attend(std::string_view text, int cut) {
    if (text.empty()) input_.close();
    while (true) {
        const auto wants = [](int descriptor, int events) {
            return pollfd{descriptor, static_cast<short>(events), 0};
        };
        std::array<pollfd, 4> watched{wants(ended_.get(), POLLIN), wants(cut, POLLIN),
                                      wants(input_.get(), POLLOUT), wants(errors_.get(), POLLIN)};
        if (::poll(watched.data(), watched.size(), -1) < 0) continue;
        if (watched[2].revents != 0) feed(text);
        if (watched[3].revents != 0) listen();
        if (watched[0].revents != 0 || watched[1].revents != 0) break;
    }
    if (errors_.get() >= 0) listen();
}

int Child::end() noexcept {
    // The leader is not waited for yet, so the group's number is still its own.
    ::kill(-pid_, SIGKILL);
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = 0;
    return status;
}

}  // namespace

ChildResult run_child(const std::vector<std::string>& argv, const std::string& input,
                      std::chrono::milliseconds timeout, DeadlineWatch::Slot& slot) {
    ChildResult result;
    Pipe input_pipe(Pipe::Ours::write);
    Pipe errors_pipe(Pipe::Ours::read);
    const Cut cut;
    pid_t pid = 0;
    result.code = spawn(argv, input_pipe.theirs.get(), errors_pipe.theirs.get(), pid);
    if (result.code != 0) return result;
    input_pipe.theirs.close();
    errors_pipe.theirs.close();
    Child child(pid, std::move(input_pipe.ours), std::move(errors_pipe.ours));
    slot.begin(timeout);
    slot.use(cut.watched.get());
    child.attend(input, cut.waited_for.get());
    const DeadlineWatch::Cut was_cut = slot.end();
    const int status = child.end();
    result.errors = child.take_errors();
    if (was_cut != DeadlineWatch::Cut::no) {
        result.kind = was_cut == DeadlineWatch::Cut::late ? ChildResult::Kind::late
                                                          : ChildResult::Kind::stopped;
    } else if (WIFEXITED(status)) {
        result.kind = ChildResult::Kind::exited;
        result.code = WEXITSTATUS(status);
    } else {
        result.kind = ChildResult::Kind::killed;
        result.code = WTERMSIG(status);
    }
    return result;
}

}  // namespace vodcatalog
