#include "daemon/random.h"

#include <sys/random.h>

#include <cerrno>
#include <system_error>

namespace vodcatalog {

std::uint64_t SystemRandom::bits() {
    if (used_ == buffer_.size()) {
        auto* bytes = reinterpret_cast<unsigned char*>(buffer_.data());
        for (std::size_t filled = 0; filled < sizeof buffer_;) {
            const ssize_t n = getrandom(bytes + filled, sizeof buffer_ - filled, 0);
            if (n < 0 && errno != EINTR)
                throw std::system_error(errno, std::generic_category(), "getrandom");
            if (n > 0) filled += static_cast<std::size_t>(n);
        }
        used_ = 0;
    }
    return buffer_[used_++];
}

}  // namespace vodcatalog
