#include "catalog/catalog_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>

#include "catalog/error.h"

namespace catalog {
namespace {

std::string holder(int descriptor) {
    std::array<char, 128> text{};
    const ssize_t n = pread(descriptor, text.data(), text.size() - 1, 0);
    if (n <= 0) return "another process";
    std::string name(text.data(), static_cast<std::size_t>(n));
    return name.substr(0, name.find('\n'));
}

}  // namespace

CatalogLock::CatalogLock(const std::filesystem::path& catalog_file) {
    const std::string file = catalog_file.string() + ".lock";
    descriptor_ = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (descriptor_ < 0) {
        throw Unusable("catalog lock " + file + ": cannot be opened (" + std::strerror(errno) +
                       "); create the folder and make it writable for this user");
    }
    if (flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
        const std::string who = holder(descriptor_);
        close(descriptor_);
        throw Unusable("catalog " + catalog_file.string() + " is held by " + who +
                           "; stop that process, or give this one another catalog.path",
                       Unusable::kTemporary);
    }
    const std::string who = "process " + std::to_string(getpid()) + "\n";
    if (ftruncate(descriptor_, 0) != 0 ||
        pwrite(descriptor_, who.data(), who.size(), 0) != static_cast<ssize_t>(who.size())) {
        // A full disk only costs the next one the name of the holder; the lock itself holds.
        return;
    }
}

CatalogLock::~CatalogLock() {
    if (descriptor_ >= 0) close(descriptor_);
}

bool is_locked(const std::filesystem::path& catalog_file) {
    struct stat lock {};
    if (stat((catalog_file.string() + ".lock").c_str(), &lock) != 0) return false;
    std::array<char, 64> place{};  // "fd:01:1234 ", as the kernel writes it
    const int length =
        std::snprintf(place.data(), place.size(), " %02x:%02x:%llu ", major(lock.st_dev),
                      minor(lock.st_dev), static_cast<unsigned long long>(lock.st_ino));
    const std::string_view wanted(place.data(), static_cast<std::size_t>(length));
    std::ifstream locks("/proc/locks");
    for (std::string line; std::getline(locks, line);) {
        if (line.find(" FLOCK ") != std::string::npos && line.find(wanted) != std::string::npos)
            return true;
    }
    return false;
}

}  // namespace catalog
