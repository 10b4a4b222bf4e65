#include "daemon/file_content.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "catalog/error.h"

namespace vodcatalog {
namespace {

class Descriptor {
public:
    explicit Descriptor(int number) noexcept : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0) close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int number() const noexcept { return number_; }

private:
    int number_;
};

[[noreturn]] void refuse(int error) {
    switch (error) {
        case ENOENT:
            throw catalog::Retryable("does not exist");
        case EACCES:
            throw catalog::Retryable("may not be read: permission denied to this user");
        default:
            throw catalog::Retryable(fmt::format("cannot be read: {}", std::strerror(error)));
    }
}

void read_all(int descriptor, std::size_t bytes_max, std::string& text) {
    constexpr std::size_t kStep = 1 << 16;
    std::size_t held = 0;
    for (;;) {
        if (text.size() == held) text.resize(held + kStep);
        const ssize_t got = read(descriptor, text.data() + held, text.size() - held);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) refuse(errno);
        if (got == 0) break;
        held += static_cast<std::size_t>(got);
        // It may grow while it is read.
        if (held > bytes_max)
            throw catalog::Retryable(fmt::format("is bigger than {} bytes", bytes_max));
    }
    text.resize(held);
}

}  // namespace

FileContent read_file(const std::filesystem::path& path, std::size_t bytes_max) {
    const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (file.number() < 0) refuse(errno);
    struct stat status {};
    if (fstat(file.number(), &status) != 0) refuse(errno);
    if (S_ISDIR(status.st_mode)) throw catalog::Retryable("is a folder, not a file");
    if (!S_ISREG(status.st_mode)) throw catalog::Retryable("is no regular file");
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size > bytes_max)
        throw catalog::Retryable(fmt::format("is bigger than {} bytes", bytes_max));

    FileContent content;
    content.mode = status.st_mode & 07777;
    content.text.resize(size + 1);  // room to see that there is no more
    read_all(file.number(), bytes_max, content.text);
    return content;
}

}  // namespace vodcatalog
